"""Discharge criteria after an infusion, from ``discharge.toml``, one by one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from operator import itemgetter
from typing import Any

from equipoise.conduct.forms.short_labels import short_sign
from equipoise.conduct.safety.stopping_rules import Measured


@dataclass(frozen=True, slots=True)
class Criterion:
    """One discharge criterion."""

    label: str
    met: bool | None  # None while it cannot be assessed
    why: str  # basis of the assessment
    assumed: bool  # the limit is a default and was not published


@dataclass(frozen=True, slots=True)
class Observed:
    """Observations at the bedside."""

    minutes: float | None  # since the start; None before it
    measured: Sequence[Measured]  # vital signs, by minute
    scores: Mapping[int, float] | None  # minute -> dissociation; None if not rated


@lru_cache(maxsize=1)
def limits() -> dict[str, Any]:
    """The criteria of the file."""
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


def _around(values: Iterable[tuple[float, float]]) -> tuple[float | None, float | None]:
    """The last value before the start and the last after it, of minutes and values."""
    found = sorted(values, key=itemgetter(0))
    before = [value for minute, value in found if minute <= 0]
    after = [value for minute, value in found if minute > 0]
    return (before[-1] if before else None), (after[-1] if after else None)


def _sign(observed: Observed, name: str) -> tuple[float | None, float | None]:
    return _around((m.minute, m.value) for m in observed.measured if m.name == name)


def _vitals(observed: Observed) -> Criterion:
    percent = limits()["vitals"]["percent"]
    near, known = True, []
    for name in limits()["vitals"]["names"]:
        before, last = _sign(observed, name)
        if before is None or last is None:
            continue
        known.append(f"{short_sign(name)} {before:g} then {last:g}")
        near &= abs(last - before) <= percent / 100 * before
    if not known:
        return _criterion("vitals", None, "not measured before and after")
    return _criterion("vitals", near, "; ".join(known))


def _oxygen(observed: Observed) -> Criterion:
    stated = limits()["oxygen"]
    _, last = _sign(observed, stated["name"])
    if last is None:
        return _criterion("oxygen", None, "not measured after the start")
    return _criterion("oxygen", last >= stated["at_least"], f"{last:g} %")


def _dissociation(observed: Observed) -> Criterion:
    before, last = _around((observed.scores or {}).items())
    if before is None or last is None:
        return _criterion("dissociation", None, "not rated before and after")
    near = last - before <= limits()["dissociation"]["at_most_above"]
    return _criterion("dissociation", near, f"{before:g} then {last:g} points")
