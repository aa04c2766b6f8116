"""Shifts of vital signs: each value against the safety rules of its own time."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.vital_limits import due, estimate_of, fires
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.governance import SafetyRule
from equipoise.protocol.model import Protocol

WITHIN, NO_RULE = "within limits", "no rule"
ACTIONS = ("watch", "hold", "pause", "stop")  # in the order of their consequence
TIMES = ("before infusion", "during infusion", "after infusion", "any")


def shifts(
    protocol: Protocol,
    endpoint: Endpoint,
    name: str,
    table: pd.DataFrame,
    length: float | None,
) -> list[Estimate]:
    """Participants by state before the first infusion and worst state afterwards.

    The state of a value is the action of the safety rules that apply at the time of the
    value and are met by it, ``within limits`` where none is met, ``no rule`` where none
    applies: a limit for the time before an infusion says nothing of a value during it.
    The first state is that of the last value before the first infusion; the worst is
    that of the values after its start, further infusions included, in the order watch,
    hold, pause, stop. Participants without a value before the first infusion, or without
    one afterwards at the time of a rule, are not counted: ``n`` says how many are.

    Args:
        protocol: of the trial.
        endpoint: of vital signs.
        name: of the measurement.
        table: ``participant, arm, infusion, minute, name, value`` of the measurement.
        length: of the infusion in minutes, as for ``due``.

    Source: CDISC ADaM BDS, SHIFT1 (baseline to worst value after baseline); ICH E3
    12.5.
    """
    rules = [rule for rule in protocol.vital_rules() if rule.measurement == name]
    table = table[table["value"].notna()]
    if not rules or table.empty:
        return []
    table = table.assign(grade=_grades(rules, table, length))
    first = (table["infusion"] == table["infusion"].min()) & (table["minute"] <= 0)
    start = table[first].sort_values("minute", kind="stable")
    start = start.drop_duplicates("participant", keep="last").set_index("participant")
    later = table[~first & (table["grade"] >= 0)]
    worst = later.groupby("participant")["grade"].max().rename("worst")
    state = start.join(worst, how="inner")
    text = limits_text(rules)
    estimates = []
    before = _possible(r for r in rules if r.when in ("before infusion", "any"))
    if (state["grade"] < 0).any():
        before = [NO_RULE, *before]
    arms = state["arm"].to_numpy(object)
    grades, worst_of = state["grade"].to_numpy(), state["worst"].to_numpy()
    for group in protocol.arms:
        own = arms == group.id
        n = int(own.sum())
        for one in before:
            for other in _possible(rules):
                hits = (grades == _grade(one)) & (worst_of == _grade(other)) & own
                count = int(hits.sum())
                key = f"{one}.{other}".replace(" ", "-")
                estimates.append(
                    estimate_of(
                        endpoint,
                        f"shift.{name}.{key}.{group.id}",
                        "shift",
                        group.id,
                        estimate=float(count) if n else None,
                        statistic=count / n if n else None,
                        n=n,
                        note=f"{name}: {one} before the first infusion, {other} "
                        f"afterwards ({text})",
                    )
                )
    return estimates


def limits_text(rules: Iterable[SafetyRule]) -> str:
    """``before infusion: hold ≥ 90; during infusion: watch ≥ 100, stop ≥ 110``."""
    parts = []
    known = list(rules)
    for when in TIMES:
        ends = [
            f"{rule.action} {sign} {limit:g}"
            for action in ACTIONS
            for rule in known
            if (rule.when, rule.action) == (when, action)
            for sign, limit in (("≥", rule.above), ("≤", rule.below))
            if limit is not None
        ]
        if ends:
            at = "at any time" if when == "any" else when
            parts.append(f"{at}: {', '.join(ends)}")
    return "; ".join(parts)


def _grades(
    rules: list[SafetyRule], table: pd.DataFrame, length: float | None
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Grade of each value: -1 for no rule at its time, 0 within limits, then actions."""
    grade = np.full(len(table), _grade(NO_RULE))
    for rule in rules:
        applies = due(rule, table["minute"], length).to_numpy(bool)
        grade = np.where(applies, np.maximum(grade, _grade(WITHIN)), grade)
        met = fires(rule, table, length).to_numpy(bool)
        grade = np.where(met, np.maximum(grade, _grade(rule.action)), grade)
    return grade


def _grade(state: str) -> int:
    return (NO_RULE, WITHIN, *ACTIONS).index(state) - 1


def _possible(rules: Iterable[SafetyRule]) -> list[str]:
    """States that a value can have under some rules; none without a rule."""
    actions = {rule.action for rule in rules}
    found = [action for action in ACTIONS if action in actions]
    return [WITHIN, *found] if found else []
