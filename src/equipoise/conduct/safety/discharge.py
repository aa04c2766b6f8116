"""Whether a participant may go home: the criteria of ``discharge.toml``, one by one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from equipoise.conduct.forms.wording import short_sign
from equipoise.conduct.safety.rules import Measured


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion."""

    label: str
    met: bool | None  # None while it cannot be judged
    why: str  # what it was judged by
    assumed: bool  # the limit is a default and was not published


@dataclass(frozen=True, slots=True)
class Observed:
    """What is known at the bedside."""

    minutes: float | None  # since the start; None before it
    measured: Sequence[Measured]  # vital signs, by minute
    scores: Mapping[int, float] | None  # minute -> dissociation; None if not rated


@lru_cache(maxsize=1)
def limits() -> dict[str, Any]:
    """The criteria, as the file states them."""
    return tomllib.loads(
        files(__package__).joinpath("discharge.toml").read_text(encoding="utf-8")
    )


def criteria(observed: Observed) -> list[Criterion]:
    """Every criterion that can apply, met or not."""
    found = [_time(observed)]
    names = {one.name for one in observed.measured}
    if names & set(limits()["vitals"]["names"]) or not names:
        found.append(_vitals(observed))
    if limits()["oxygen"]["name"] in names:
        found.append(_oxygen(observed))
    if observed.scores is not None:
        found.append(_dissociation(observed))
    return found


def _criterion(part: str, met: bool | None, why: str) -> Criterion:
    stated = limits()[part]
    return Criterion(stated["label"], met, why, bool(stated.get("assumed")))


def _time(observed: Observed) -> Criterion:
    if observed.minutes is None:
        return _criterion("time", None, "not started")
    met = observed.minutes >= limits()["time"]["minutes"]
    hours, rest = divmod(int(observed.minutes), 60)
    return _criterion("time", met, f"{hours} h {rest:02d} min since the start")


def _before_and_last(
    measured: Sequence[Measured], name: str
) -> tuple[Measured | None, Measured | None]:
    of_it = sorted((m for m in measured if m.name == name), key=lambda m: m.minute)
    before = [m for m in of_it if m.minute <= 0]
    after = [m for m in of_it if m.minute > 0]
    return (before[-1] if before else None), (after[-1] if after else None)


def _vitals(observed: Observed) -> Criterion:
    percent = limits()["vitals"]["percent"]
    off, known = [], []
    for name in limits()["vitals"]["names"]:
        before, last = _before_and_last(observed.measured, name)
        if before is None or last is None:
            continue
        known.append(f"{short_sign(name)} {before.value:g} then {last.value:g}")
        if abs(last.value - before.value) > percent / 100 * before.value:
            off.append(name)
    if not known:
        return _criterion("vitals", None, "not measured before and after")
    return _criterion("vitals", not off, "; ".join(known))


def _oxygen(observed: Observed) -> Criterion:
    stated = limits()["oxygen"]
    _, last = _before_and_last(observed.measured, stated["name"])
    if last is None:
        return _criterion("oxygen", None, "not measured after the start")
    return _criterion("oxygen", last.value >= stated["at_least"], f"{last.value:g} %")


def _dissociation(observed: Observed) -> Criterion:
    scores = observed.scores or {}
    before = [v for minute, v in sorted(scores.items()) if minute <= 0]
    after = [v for minute, v in sorted(scores.items()) if minute > 0]
    if not before or not after:
        return _criterion("dissociation", None, "not rated before and after")
    near = after[-1] - before[-1] <= limits()["dissociation"]["at_most_above"]
    return _criterion("dissociation", near, f"{before[-1]:g} then {after[-1]:g} points")
