"""Origin of the data of a trial."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from equipoise.errors.counted import agreeing, counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Origin of data, for the footer of a report.

    Attributes:
        files: names of the files, without folders.
        virtual: True if the participants are simulated.
        seed: seed of the simulation, None for real data.
        accepted: problems that the user accepted, as ``EQ312: 3 records``.
        confirmed_empty: tables that, as the source states, were collected and have no
            rows, such as ``events`` if every participant was asked and none had an
            adverse event. Without that statement, an empty table is unknown.
        all_randomized: True if the source states that every randomized participant is in
            the data, and no other participant has an arm.
        not_read: columns of the source that are not read, each with its reason, as
            ``PGIIMP: not an instrument of the protocol``.
        reading: how the files were read, each a sentence: guesses of the shape of a
            file, and how many participants, rows and events of each file were matched.
        corrections: corrections that the mapping states and that were applied, each a
            sentence with participant, field, old value, new value, reason, who and when.
        unblinding: those of ``corrections`` that reveal the treatment received.
    """

    files: tuple[str, ...] = ()
    virtual: bool = False
    seed: int | None = None
    accepted: tuple[str, ...] = ()
    confirmed_empty: tuple[str, ...] = ()
    all_randomized: bool = False
    not_read: tuple[str, ...] = ()
    reading: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    unblinding: tuple[str, ...] = ()

    def blinded(self) -> Self:
        """The same origin without corrections that reveal the treatment received.

        Example:
            >>> Origin(corrections=("A", "B"), unblinding=("B",)).blinded().corrections
            ('A', '1 correction that reveals the treatment is not shown')
        """
        if not self.unblinding:
            return self
        count = len(self.unblinding)
        shown = [text for text in self.corrections if text not in self.unblinding]
        shown.append(
            f"{counted(count, 'correction')} that {agreeing(count, 'reveals')} the "
            f"treatment {agreeing(count, 'is')} not shown"
        )
        return replace(self, corrections=tuple(shown), unblinding=())
