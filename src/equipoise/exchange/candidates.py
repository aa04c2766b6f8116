"""Chooses between the columns that could fill the same field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from equipoise.exchange.recognition import Finding

TIE = 1.0  # points by which a choice must lead, or else it is marked for a check


def choose(candidates: Iterable[Finding], order: Sequence[str]) -> list[Finding]:
    """One finding for each field, and at most one field for each column.

    The candidate with more points is chosen; if two have the same, the one that stands
    first in the file. Candidates that were not chosen for any field are named in the
    finding that was preferred to them. If they are nearly as likely, its confidence is
    low.

    Args:
        candidates: all of them.
        order: columns of the file.
    """
    place = {name: n for n, name in enumerate(order)}
    ranked = sorted(candidates, key=lambda f: (-f.points, place[f.columns[0]]))
    chosen: dict[tuple[object, ...], Finding] = {}
    claimed: set[str] = set()
    lost: list[Finding] = []
    for one in ranked:
        if claimed & set(one.columns):
            continue
        target = _target(one)
        if target in chosen:
            lost.append(one)
            continue
        chosen[target] = one
        claimed |= set(one.columns)
    made = [_with_others(one, lost, claimed) for one in chosen.values()]
    return sorted(made, key=lambda f: place[f.columns[0]])


def _target(one: Finding) -> tuple[object, ...]:
    """The field that the columns would fill: only one finding may fill it."""
    return tuple(one.rule.get(key) for key in ("to", "visit", "minute", "event"))


def _with_others(one: Finding, lost: Iterable[Finding], claimed: set[str]) -> Finding:
    losers = [
        f for f in lost if _target(f) == _target(one) and not claimed & set(f.columns)
    ]
    if not losers:
        return one
    close = [f for f in losers if one.points - f.points < TIE]
    named = {f.columns[0]: f"{f.columns[0]} ({f.why})" for f in losers}
    likely = "; as likely: " if close else "; rather than "
    why = one.why + likely + ", ".join(named)
    return replace(
        one,
        why=why,
        confidence="low" if close else one.confidence,
        others=tuple(named.values()),
    )
