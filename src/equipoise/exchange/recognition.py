"""What the recognition of a file has in hand, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from equipoise.exchange.column_profile import Look
from equipoise.protocol.model import Protocol

Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True)
class Scene:
    """A file that is to be understood.

    Attributes:
        looks: a look at each column that has no part in naming rows.
        decimal: decimal mark of the file.
        long: whether a column tells the visit of each row.
        day0: format of the date of day 0, None if no column has it.
    """

    protocol: Protocol
    looks: Mapping[str, Look]
    decimal: Literal[".", ","]
    long: bool
    day0: str | None = None


@dataclass(frozen=True)
class Finding:
    """What some columns are taken for.

    Attributes:
        columns: of the file; several for the items of one form.
        rule: keys of an entry of ``columns`` in a mapping.
        why: the reason, in words.
    """

    columns: tuple[str, ...]
    rule: Mapping[str, Any]
    why: str
    confidence: Confidence
    problem: str = field(default="")
