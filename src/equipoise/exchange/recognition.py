"""Input and findings of the recognition of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from equipoise.exchange.column_profile import Look
from equipoise.protocol.model import Protocol

Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True)
class Scene:
    """An unknown file.

    Attributes:
        looks: profile of each column that does not identify rows.
        decimal: decimal mark of the file.
        long: whether a column states the visit of each row.
        day0: format of the date of day 0, None if no column has it.
    """

    protocol: Protocol
    looks: Mapping[str, Look]
    decimal: Literal[".", ","]
    long: bool
    day0: str | None = None


@dataclass(frozen=True)
class Finding:
    """Proposed target of some columns.

    Attributes:
        columns: of the file; several for the items of one form.
        rule: keys of an entry of ``columns`` in a mapping.
        why: the reason, as text.
    """

    columns: tuple[str, ...]
    rule: Mapping[str, Any]
    why: str
    confidence: Confidence
    problem: str = field(default="")
