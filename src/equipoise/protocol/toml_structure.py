"""Converts validation errors of pydantic to problems of the protocol file."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, ValidationError

from equipoise.errors import Problem, listing
from equipoise.errors.counted import counted
from equipoise.protocol.model import Protocol

Place = tuple[str | int, ...]
LISTED = 1_000  # no user solves more at once; 90,000 of them take 5 s and 19 MB


def problems_of(
    error: ValidationError, raw: Mapping[str, Any], origin: str
) -> list[Problem]:
    """Every finding, with its place by ids and its fix; of very many the first."""
    return each_problem(error, lambda found: _problem(found, raw, origin))


def each_problem(
    error: ValidationError, problem: Callable[[Mapping[str, Any]], Problem]
) -> list[Problem]:
    """The problem of each finding; of more than ``LISTED`` the first and their count.

    Args:
        error: of a file that has the wrong structure.
        problem: of one finding of pydantic.
    """
    listed = [problem(dict(found)) for found in error.errors()[:LISTED]]
    more = error.error_count() - LISTED
    if more > 0:
        last = listed[-1]
        what = f"{counted(more, 'more problem')} of the structure, which are not listed"
        fix = "solve those that are listed, then check again"
        listed.append(Problem(code=last.code, what=what, where=last.where, fix=fix))
    return listed


def without(raw: Mapping[str, Any], error: ValidationError) -> dict[str, Any]:
    """The file without the entries that have problems, so that the rest can be checked."""
    kept: dict[str, Any] = {key: _copy(value) for key, value in raw.items()}
    places = [tuple(found["loc"]) for found in error.errors() if found["loc"]]
    for place in sorted(set(map(_entry, places)), key=str, reverse=True):
        _remove(kept, place)
    return kept


def path(place: Iterable[str | int], raw: Any) -> str:
    """A place as text: ``endpoints[caps5_change].variable.at``."""
    text = ""
    for step in place:
        raw = _inside(raw, step)
        if isinstance(step, int):
            name = raw.get("id", step) if isinstance(raw, dict) else step
            text += f"[{name}]"
        else:
            text += f".{step}" if text else step
    return text or "top level"


def near(name: str, known: Iterable[str]) -> str:
    """``did you mean …? `` if a known name is similar, else an empty text."""
    alike = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean {alike[0]!r}? " if alike else ""


def _problem(found: Mapping[str, Any], raw: Mapping[str, Any], origin: str) -> Problem:
    *above, key = found["loc"] or ("top level",)
    known = _keys(_model(above))
    match found["type"]:
        case "extra_forbidden":
            what = f"key {key!r} is unknown"
            fix = f"{near(str(key), known)}known keys: {listing(known)}"
        case "missing":
            what, fix = f"key {key!r} is absent", f"add {key!r}"
        case "string_pattern_mismatch":
            what = f"{found['input']!r} is not a valid name"
            fix = "use letters, digits, - and _; a score is named instrument.score"
        case _:
            what = f"{found['input']!r}: {found['msg']}"
            fix = "give a value of the right type"
    where = f"{origin}, {path(found['loc'], raw)}"
    return Problem(code="EQ102", what=what, where=where, fix=fix)


def _entry(place: Place) -> Place:
    """The innermost entry of a list around a place, else its top-level key."""
    numbers = [i for i, step in enumerate(place) if isinstance(step, int)]
    return place[: numbers[-1] + 1] if numbers else place[:2]


def _remove(raw: Any, place: Place) -> None:
    *above, last = place
    for step in above:
        raw = _inside(raw, step)
    if isinstance(raw, dict):
        raw.pop(last, None)
    elif isinstance(raw, list) and isinstance(last, int) and last < len(raw):
        del raw[last]


def _inside(raw: Any, step: str | int) -> Any:
    if isinstance(raw, dict):
        return raw.get(step)
    if isinstance(raw, list) and isinstance(step, int) and step < len(raw):
        return raw[step]
    return None


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(part) for key, part in value.items()}
    return [_copy(part) for part in value] if isinstance(value, list) else value


def _model(place: Iterable[str | int]) -> type[BaseModel] | None:
    """The model of the part at a place, None where it is not a part."""
    model: type[BaseModel] | None = Protocol
    for step in place:
        if isinstance(step, int) or model is None:
            continue
        hints = _hints(model)
        names = {f.alias or name: name for name, f in model.model_fields.items()}
        model = _part(hints.get(names.get(step, step)))
    return model


@cache  # a file may have a problem in each of its many thousand tables
def _hints(model: type[BaseModel]) -> dict[str, Any]:
    return get_type_hints(model)


def _part(hint: Any) -> type[BaseModel] | None:
    """The model inside a type such as ``tuple[Visit, ...]`` or ``Quantity | None``."""
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return hint
    return next((p for p in map(_part, get_args(hint)) if p is not None), None)


def _keys(model: type[BaseModel] | None) -> list[str]:
    if model is None:
        return []
    shown = (f.alias or n for n, f in model.model_fields.items() if not f.exclude)
    return list(shown)
