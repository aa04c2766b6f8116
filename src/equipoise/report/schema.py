"""The published schema of ``results.json`` (JSON Schema 2020-12)."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_type_hints

from equipoise.analyze.result import RESULTS_SCHEMA, Estimate, Listing, Provenance

KINDS: dict[str, dict[str, Any]] = {
    "str": {"type": "string"},
    "str | None": {"type": ["string", "null"]},
    "float | None": {"type": ["number", "null"]},
    "int | None": {"type": ["integer", "null"]},
    "bool": {"type": "boolean"},
    "bool | None": {"type": ["boolean", "null"]},
    "tuple[str, ...]": {"type": "array", "items": {"type": "string"}},
    "tuple[tuple[str, ...], ...]": {
        "type": "array",
        "items": {"type": "array", "items": {"type": "string"}},
    },
    "Literal['actual', 'dummy']": {"enum": ["actual", "dummy"]},
}


def _object(part: type) -> dict[str, Any]:
    """Every field of a dataclass, each required, and nothing else."""
    hints = get_type_hints(part)
    named = {item.name: _kind(hints[item.name]) for item in fields(part)}
    return {
        "type": "object",
        "properties": named,
        "required": list(named),
        "additionalProperties": False,
    }


def _kind(hint: Any) -> dict[str, Any]:
    name = getattr(hint, "__name__", str(hint)) if isinstance(hint, type) else str(hint)
    return KINDS[name.replace("typing.", "")]


SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Results of an analysis by equipoise",
    "description": "One row an estimate, never rounded; ids are unique. null: the field "
    "has no meaning for the estimate, or the note says why there is no number; df of a "
    "normal distribution, which is infinite, is null.",
    "type": "object",
    "properties": {
        "schema": {"const": RESULTS_SCHEMA},
        "provenance": _object(Provenance),
        "answers": {"type": "object", "additionalProperties": {"type": "string"}},
        "estimates": {"type": "array", "items": _object(Estimate)},
        "listings": {"type": "array", "items": _object(Listing)},
    },
    "required": ["schema", "provenance", "answers", "estimates", "listings"],
    "additionalProperties": False,
}
