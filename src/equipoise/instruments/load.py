"""Reads an instrument file: an ``Instrument``, or all problems together."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from pydantic import ValidationError

from equipoise.errors import InstrumentError, Problem, listing, refuse
from equipoise.errors.toml import read_toml
from equipoise.instruments.check import check
from equipoise.instruments.draft import Draft
from equipoise.instruments.model import (
    Alternatives,
    Band,
    Bands,
    Change,
    Condition,
    Convention,
    CutOff,
    Instrument,
    Item,
    Licence,
    Missing,
    Recall,
    Score,
)
from equipoise.instruments.provenance import Part, Sourced

DEFAULTS = {"items": "response", "scores": "missing"}  # what their parts inherit
OWN = {"range", "values"}  # an item that states one of these inherits nothing


class Response(Sourced):
    """What an item may be answered with, unless it says otherwise itself."""

    range: tuple[int, int]
    values: tuple[int, ...] = ()


class File(Instrument):
    """An instrument as in its file, with the defaults of its elements."""

    response: Response | None = None
    missing: Missing | None = None


MODELS: Mapping[tuple[str, ...], type[Part]] = {
    (): File,
    ("recall",): Recall,
    ("licence",): Licence,
    ("response",): Response,
    ("missing",): Missing,
    ("items",): Item,
    ("scores",): Score,
    ("scores", "missing"): Missing,
    ("scores", "all_of"): Condition,
    ("alternatives",): Alternatives,
    ("bands",): Bands,
    ("bands", "bands"): Band,
    ("cut_offs",): CutOff,
    ("changes",): Change,
    ("conventions",): Convention,
}


def parse_instrument(text: str, *, origin: str) -> Instrument:
    """Reads an instrument from TOML text.

    A plain text in ``[items]`` is an item with that label. An item without a range
    inherits that of ``[response]``, with its provenance; a score without a missing rule
    inherits that of ``[missing]``.

    Args:
        text: content of an instrument file.
        origin: name of the file, for messages.

    Raises:
        InstrumentError: EQ200 to EQ206, all problems together.
    """
    raw = read_toml(text, origin=origin, error=InstrumentError, code="EQ200")
    stated = _complete(raw)
    problems: list[Problem] = []
    try:
        File.model_validate(stated)
    except ValidationError as error:
        problems = [
            _problem(dict(found), origin)
            for found in error.errors()
            if _own(found["loc"], raw)
        ]
    problems += check(_draft(stated), origin=origin)
    refuse(InstrumentError, problems)
    return Instrument.model_validate(
        {key: part for key, part in stated.items() if key not in DEFAULTS.values()}
    )


def _complete(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Give items and scores their ids, and what they inherit."""
    stated = dict(raw)
    for kind, default in DEFAULTS.items():
        if isinstance(raw.get(kind), dict):
            stated[kind] = {
                name: _inherit(kind, name, part, raw.get(default))
                for name, part in raw[kind].items()
            }
    return stated


def _inherit(kind: str, name: str, part: Any, default: Any) -> Any:
    """One item or score with its id and its default."""
    if kind == "items" and isinstance(part, str):
        part = {"label": part}
    if not isinstance(part, dict):
        return part
    known: dict[str, Any] = {"id": name}
    if kind == "scores" and default is not None:
        known["missing"] = default
    if kind == "items" and isinstance(default, dict) and not OWN & part.keys():
        known |= {key: default[key] for key in Response.model_fields if key in default}
    return known | part


def _own(loc: tuple[Any, ...], raw: Mapping[str, Any]) -> bool:
    """False if what is wrong was inherited: the default itself is reported."""
    kind, *deeper = loc
    if kind not in DEFAULTS or len(deeper) < 2 or DEFAULTS[kind] not in raw:
        return True
    part = raw[kind][deeper[0]]
    stated = part.keys() if isinstance(part, dict) else set()
    if kind == "items" and OWN & stated:
        return True
    inherited = Response.model_fields if kind == "items" else {"missing"}
    return deeper[1] in stated or deeper[1] not in inherited


def _problem(found: Mapping[str, Any], origin: str) -> Problem:
    """A finding of pydantic, as what, where and how to fix it."""
    loc = tuple(str(part) for part in found["loc"])
    *above, key = loc
    place = ".".join(above) or "top level"
    where = f"{origin}, {place}"
    model = _model(loc[:-1])
    known = [field.alias or name for name, field in model.model_fields.items()]
    match found["type"]:
        case "extra_forbidden":
            near = difflib.get_close_matches(key, known, n=1)
            guess = f"did you mean {near[0]!r}? " if near else ""
            what = f"key {key!r} is unknown"
            fix = f"{guess}known keys: {listing(known)}"
        case "missing":
            what, fix = f"key {key!r} is absent", f"add {key!r}"
        case _:
            what = f"key {key!r} is {found['input']!r}: {found['msg']}"
            fix = "give a value of the right type"
    return Problem(code="EQ201", what=what, where=where, fix=fix)


def _model(loc: tuple[str, ...]) -> type[Part]:
    """The model of the part at this place."""
    names = [part for part in loc if not part.isdigit()]
    if len(loc) > 1 and loc[0] in DEFAULTS:
        names = [loc[0], *(part for part in loc[2:] if not part.isdigit())]
    return MODELS.get(tuple(names), File)


def _draft(stated: Mapping[str, Any]) -> Draft:
    """The parts that are well formed; their meaning is checked in any case."""
    found: dict[str, Part] = {}
    for key, model in MODELS.items():
        if len(key) == 1 and key[0] in stated:
            for place, part in _entries(key[0], stated[key[0]]):
                with suppress(ValidationError):
                    found[place] = model.model_validate(part)
    names = {
        kind: stated[kind] if isinstance(stated.get(kind), dict) else {}
        for kind in DEFAULTS
    }
    return Draft(
        parts=found,
        items=tuple(names["items"]),
        scores=tuple(names["scores"]),
        primary_score=stated.get("primary_score"),
        symptom_free=stated.get("symptom_free"),
    )


def _entries(kind: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Each part of a table of the file, with its place."""
    if kind in DEFAULTS and isinstance(value, dict):
        yield from ((f"{kind}.{name}", part) for name, part in value.items())
    elif isinstance(value, list):
        yield from ((f"{kind}.{number}", part) for number, part in enumerate(value))
    else:
        yield kind, value
