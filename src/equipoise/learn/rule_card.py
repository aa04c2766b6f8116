"""A rule as a card: terms and texts, for a page, a terminal and a report."""

from __future__ import annotations

from equipoise.errors.counted import counted
from equipoise.learn.rule import Group, Rule
from equipoise.numerics.rounding import fixed

DIGITS = 1


def card(
    rule: Rule, labels: tuple[str, ...], unit: str, level: float
) -> tuple[tuple[str, str], ...]:
    """What the rule says, how well, what would refute it, and what would confirm it.

    Args:
        rule: of the trial.
        labels: of the columns, in the order of its slopes.
        unit: of the outcome.
        level: of the intervals.
    """
    percent = f"{fixed(100 * level, 0)}% interval"
    worth = f"{_signed(rule.worthwhile)} {unit}"
    both = (
        ("Rule says treatment", rule.treated),
        ("Rule says no treatment", rule.others),
    )
    return (
        ("Variables", "; ".join(labels[k] for k in rule.order)),
        ("Rule", f"treat if the predicted benefit is at least {worth}: "
         f"{_score(rule, labels)}"),
        *((name, _benefit(group, unit, percent)) for name, group in both),
        ("What would refute it", "in a new trial, a benefit where the rule says treatment "
         f"that is not larger than where it says none ({percent} of the difference "
         f"contains 0), or one below {worth} where it says treatment"),
        ("Trial that would confirm it", f"{counted(rule.confirm, 'participant')}, "
         "randomized 1:1 within the two groups of the rule, find the difference of the "
         "benefit of "
         f"{_signed(rule.difference)} {unit} with 90% power (two-sided error 5%)"),
    )  # fmt: skip


def _score(rule: Rule, labels: tuple[str, ...]) -> str:
    if rule.cut is not None:
        side = "at least" if rule.slopes[0] > 0 else "at most"
        return f"{labels[0]} {side} {fixed(rule.cut, 2).replace('-', '−')}"
    parts = [
        f"{'+' if rule.slopes[k] >= 0 else '−'} {fixed(abs(rule.slopes[k]), 3)} × "
        f"{labels[k]}"
        for k in rule.order
    ]
    return f"{_signed(rule.intercept)} {' '.join(parts)}"


def _benefit(group: Group, unit: str, percent: str) -> str:
    low, high = _signed(group.lower), _signed(group.upper)
    needed = (
        "not more participants fare better with it"
        if group.number_needed is None
        else f"number needed to treat {fixed(group.number_needed, 1)}"
    )
    return (
        f"{counted(group.n, 'participant')}, benefit {_signed(group.benefit)} {unit} "
        f"({percent} {low} to {high}); {needed}"
    )


def _signed(value: float) -> str:
    return fixed(value, DIGITS).replace("-", "−")
