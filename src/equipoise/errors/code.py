"""What an error code means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """Meaning of one error code.

    Attributes:
        title: a short noun phrase.
        meaning: what happened and why it is refused.
        acceptable: True if a user may go on knowingly with ``--accept CODE``; what was
            accepted is written into the report.
    """

    title: str
    meaning: str
    acceptable: bool = False
