"""The ids that a protocol defines, by kind, for references."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from equipoise.errors import Problem, listing
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import SITE
from equipoise.protocol.toml_structure import near

KINDS = {  # kind -> where the file declares it
    "arm": ("arms",),
    "intervention": ("interventions",),
    "characteristic": ("characteristics",),
    "instrument": ("instruments",),
    "procedure": ("schedule", "procedures"),
    "visit": ("schedule", "visits"),
    "definition": ("definitions",),
    "analysis set": ("analysis_sets",),
}


@dataclass(frozen=True)
class Names:
    """Ids by kind, also of entries that were excluded from the model.

    Attributes:
        scores: ``instrument.score`` of every loaded instrument.
        unknown: instruments that could not be loaded: their scores are not checked.
    """

    declared: Mapping[str, tuple[str, ...]]
    scores: tuple[str, ...]
    unknown: frozenset[str]

    @classmethod
    def of(cls, protocol: Protocol, raw: Mapping[str, Any]) -> Names:
        """The names of a protocol and of its file."""
        declared = {kind: _ids(raw, keys) for kind, keys in KINDS.items()}
        scores = tuple(
            f"{name}.{score}"
            for name, scale in protocol.scales.items()
            for score in scale.scores
        )
        unknown = frozenset(declared["instrument"]) - protocol.scales.keys()
        return cls(declared, scores, frozenset(unknown))

    def refer(self, kind: str, name: str | None, where: str) -> list[Problem]:
        """A problem if the id is not defined for this kind."""
        if name is None:
            return []
        known = self.scores if kind == "score" else self.declared[kind]
        if name in known or (kind == "score" and name.split(".")[0] in self.unknown):
            return []
        return [
            Problem(
                code="EQ104",
                what=f"there is no {kind} {name!r}",
                where=where,
                fix=f"{near(name, known)}use one of: {listing(known)}",
            )
        ]

    def refer_factor(self, name: str, where: str) -> list[Problem]:
        """A problem if the id is neither a characteristic nor the site."""
        return [] if name == SITE else self.refer("characteristic", name, where)


def _ids(raw: Any, keys: tuple[str, ...]) -> tuple[str, ...]:
    for key in keys:
        raw = raw.get(key, {}) if isinstance(raw, dict) else {}
    entries = raw if isinstance(raw, list) else []
    return tuple(str(e["id"]) for e in entries if isinstance(e, dict) and "id" in e)
