"""Where the data of a trial come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where data come from, for the footer of a report.

    Attributes:
        files: names of the files, without folders.
        virtual: True if the participants are simulated.
        seed: seed of the simulation, None for real data.
        accepted: problems that the user knowingly accepted, as ``EQ312: 3 records``.
        confirmed_empty: tables of which the source states that they were collected and
            hold nothing, such as ``events`` where every participant was asked and nobody
            had an adverse event. An empty table without that statement is not known.
    """

    files: tuple[str, ...] = ()
    virtual: bool = False
    seed: int | None = None
    accepted: tuple[str, ...] = ()
    confirmed_empty: tuple[str, ...] = ()
