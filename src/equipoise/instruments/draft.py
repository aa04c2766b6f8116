"""The valid elements of an instrument file, and its problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from equipoise.instruments.model import (
    Bands,
    Change,
    Convention,
    CutOff,
    Item,
    Score,
)
from equipoise.instruments.provenance import Part

P = TypeVar("P", bound=Part)


@dataclass(frozen=True, slots=True)
class Draft:
    """The valid elements of an instrument file.

    Attributes:
        parts: by their place in the file, such as ``scores.total`` or ``bands.0``.
        items: every item id, also of invalid items.
        scores: every score id, likewise.
    """

    parts: Mapping[str, Part]
    items: tuple[str, ...]
    scores: tuple[str, ...]
    primary_score: object
    symptom_free: object = None

    def of(self, kind: type[P]) -> dict[str, P]:
        """Elements of one kind, by place."""
        return {
            place: part for place, part in self.parts.items() if isinstance(part, kind)
        }

    @property
    def item(self) -> dict[str, Item]:
        """Valid items by id."""
        return {place.partition(".")[2]: part for place, part in self.of(Item).items()}

    @property
    def score(self) -> dict[str, Score]:
        """Valid scores by id."""
        return {place.partition(".")[2]: part for place, part in self.of(Score).items()}

    @property
    def meanings(self) -> dict[str, Bands | CutOff | Change | Convention]:
        """Bands, cut-offs and other elements that interpret a score, by place."""
        return {
            **self.of(Bands),
            **self.of(CutOff),
            **self.of(Change),
            **self.of(Convention),
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem before the name of the file is known."""

    code: str
    what: str
    place: str
    fix: str
