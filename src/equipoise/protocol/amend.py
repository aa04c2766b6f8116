"""Versions of a protocol: the hash of its content, and differences between versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from equipoise.errors import Problem
from equipoise.protocol.forms import FormDefinition
from equipoise.protocol.model import Protocol

ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions.

    Attributes:
        place: such as ``endpoints[caps5_change].variable.at``.
        before: value in the old version, ``(absent)`` if there was none.
        after: value in the new version, ``(absent)`` if there is none.
    """

    place: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.place}: {self.before} -> {self.after}"


def content_hash(protocol: Protocol) -> str:
    """SHA-256 of the content of a protocol, as 64 hexadecimal digits.

    Formatting, comments, the order of keys and keys that repeat a default are ignored.
    The complete definition of each instrument is included: a corrected scoring rule
    gives another protocol.
    """
    text = json.dumps(_stated(protocol), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def differences(old: Protocol, new: Protocol) -> tuple[Change, ...]:
    """Differences between two versions, in the order of the file.

    Entries with an id are compared by that id; an entry that was added or removed is one
    change. A list with the same entries in another order is a change.
    """
    return tuple(_differ("", _stated(old), _stated(new)))


def unnamed_version(old: Protocol, new: Protocol) -> list[Problem]:
    """EQ123: the content was amended and the version was not.

    An ethics committee approves a version: two protocols with different content must not
    have the same one.
    """
    if old.trial.version != new.trial.version or content_hash(old) == content_hash(new):
        return []
    return [
        reused_version(
            f"the protocols differ, and both are version {old.trial.version}"
        )
    ]


def reused_version(what: str) -> Problem:
    """EQ123, with what happened."""
    return Problem(
        code="EQ123",
        what=what,
        where="trial.version of the new protocol",
        fix="state a new version under [trial] of the amended protocol",
    )


def _stated(protocol: Protocol) -> dict[str, Any]:
    content = protocol.model_dump(mode="json", by_alias=True)
    content["scales"] = {
        name: scale.model_dump(mode="json", by_alias=True)
        for name, scale in protocol.scales.items()
    }
    content["arms"] = [_arm(arm) for arm in content["arms"]]
    content["forms"] = [_form(form) for form in protocol.form_definitions()]
    return _without_later(content)


def _arm(content: dict[str, Any]) -> dict[str, Any]:
    """A list of one intervention is the same content as the intervention alone."""
    if len(content["interventions"]) != 1:
        return content
    return content | {"intervention": content["interventions"][0], "interventions": []}


def _form(form: FormDefinition) -> dict[str, Any]:
    content = _less(form.model_dump(mode="json"), {"ranges": []})
    content["fields"] = [_less(one, {"grading": None}) for one in content["fields"]]
    return content


# Keys that came after the first release, by the part that has them, with their default:
# where a protocol does not state them, its hash is the one under which it was accepted.
LATER: dict[str, dict[str, Any]] = {
    "": {
        "forms": [],
        "infusion_day": None,
        "interim": None,
        "candidates": [],
        "worthwhile": None,
    },
    "arms": {"interventions": []},
    "schedule": {"retreatments": []},
    "interim": {"unblinded_to": [], "recommendation_to": []},
    "interventions": {"strengths": [], "sessions": None, "session_length": None},
    "safety_rules": {"item": None, "answer": None, "one_of": [], "within_hours": None},
    "scales": {"symptom_free": None},
    "definitions": {"events": [], "competing": [], "until": None},
    "endpoints": {},
    "endpoints.analysis": {
        "strata": None,
        "planned": "unstratified",
        "supporting": [],
        "ties": "efron",
        "rho": 0.0,
        "gamma": 1.0,
        "correlation": "exchangeable",
        "margin": None,
    },
    "endpoints.sensitivity": {"supporting": None, "supporting_draws": 200},
    "report": {"quantiles": "r"},
}
TABLES = (
    "endpoints.analysis",
    "interim",
    "report",
    "schedule",
)  # parts that a protocol has once


def _without_later(content: dict[str, Any]) -> dict[str, Any]:
    return _kept("", _less(content, LATER[""]))


def _kept(place: str, content: dict[str, Any]) -> dict[str, Any]:
    """A part, without later keys in the parts inside it that have their default."""
    start = f"{place}." if place else ""
    for part, later in LATER.items():
        key = part.removeprefix(start)
        if not part.startswith(start) or not key or "." in key or part == place:
            continue
        if key not in content:  # it is later itself, and has its default
            continue
        inside = content[key]

        def shorter(
            one: dict[str, Any], part: str = part, later: dict[str, Any] = later
        ) -> dict[str, Any]:
            return _kept(part, _less(one, later))

        if part in TABLES:
            content[key] = shorter(inside)
        elif isinstance(inside, dict):
            content[key] = {name: shorter(one) for name, one in inside.items()}
        else:
            content[key] = [shorter(one) for one in inside]
    return content


def _less(stated: dict[str, Any], later: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in stated.items() if k not in later or v != later[k]}


def _differ(place: str, old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            inner = f"{place}.{key}" if place else key
            yield from _differ(inner, old.get(key, ABSENT), new.get(key, ABSENT))
    elif _named(old) and _named(new):
        yield from _entries(place, old, new)
    else:
        yield Change(place, _shown(old), _shown(new))


def _entries(place: str, old: list[Any], new: list[Any]) -> Iterator[Change]:
    before = {entry["id"]: entry for entry in old}
    after = {entry["id"]: entry for entry in new}
    for name in dict.fromkeys([*before, *after]):
        inner = f"{place}[{name}]"
        if name in before and name in after:
            yield from _differ(inner, before[name], after[name])
        else:
            was, now = (name in before), (name in after)
            yield Change(
                inner, "present" if was else ABSENT, "present" if now else ABSENT
            )
    shared = [name for name in before if name in after]
    moved = [name for name in after if name in before]
    if shared != moved:
        yield Change(f"{place}, order", ", ".join(shared), ", ".join(moved))


def _named(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(entry, dict) and "id" in entry for entry in value
    )


def _shown(value: Any) -> str:
    if value is None:
        return ABSENT
    return value if value == ABSENT else json.dumps(value, ensure_ascii=False)
