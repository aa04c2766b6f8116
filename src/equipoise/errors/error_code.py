"""What an error code means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """Meaning of one error code.

    Attributes:
        title: a short noun phrase.
        meaning: what happened and why Equipoise stops.
        acceptable: True if a user may continue with ``--accept CODE``; the report states
            what was accepted.
    """

    title: str
    meaning: str
    acceptable: bool = False
