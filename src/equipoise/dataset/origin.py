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
    """

    files: tuple[str, ...] = ()
    virtual: bool = False
    seed: int | None = None
    accepted: tuple[str, ...] = ()
