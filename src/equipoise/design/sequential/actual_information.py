"""Boundaries recalculated at the information that the analyses actually had."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import inf

import numpy as np

from equipoise.design.requirements import check_positive
from equipoise.design.sequential.boundaries import (
    SPENDING,
    Rule,
    check_error,
    solve,
    spending,
)
from equipoise.design.sequential.plan import Sequential
from equipoise.design.sequential.recursion import BEGIN, State, onward
from equipoise.errors import DesignError


def recalculated(
    design: Sequential,
    rule: Rule,
    information: Sequence[float],
    planned: float,
    *,
    futility: Rule | None = None,
    final: bool = False,
) -> Sequential:
    """The boundaries of a design at the actual information of its analyses.

    The error spent at an interim analysis is that of its actual information as a fraction
    of the planned maximum; the last analysis of the trial spends what is left, whatever
    its information is. Boundaries depend on the information alone, never on an estimate.

    Args:
        design: as planned.
        rule: spending function for efficacy.
        information: at each analysis so far, rising, in any unit.
        planned: maximum of the plan, in the same unit.
        futility: spending function for futility; None for none.
        final: whether the last of ``information`` is the last analysis of the trial. It is
            also the last if it reaches the planned maximum.

    Returns:
        The analyses so far. ``timing`` counts in the planned maximum, and ``drift`` is that
        of the plan, so that conditional power keeps its meaning. A last analysis has the
        same boundary for futility as for efficacy, if there is futility at all.

    Raises:
        DesignError: EQ801, a number is out of range; EQ830, the boundary is not a spending
            function; EQ831, the information does not rise, or reaches the planned maximum
            before the last analysis.

    Example:
        >>> from equipoise.design.sequential.plan import sequential
        >>> rule = Rule(kind="lan-demets-of")
        >>> design = sequential(rule, [0.5, 1], power=0.9)
        >>> actual = recalculated(design, rule, [47, 100], 100)
        >>> actual.upper.round(4).tolist()  # as planned at 47%
        [3.0679, 1.9661]

    Source: Lan and DeMets 1983, Biometrika 70:659-663; over- and underrunning: Wassmer
    and Brannath 2016, Group Sequential and Confirmatory Adaptive Designs, 3.3.
    """
    for each in (rule, futility):
        _check_spending(each)
    check_error(design.alpha)
    check_positive(planned=planned)
    fractions = _fractions(information, planned, final=final)
    end = final or fractions[-1] >= 1 - 1e-12
    spent = _cumulative(rule, design.alpha, fractions, end=end)
    lost = None
    if futility is not None:
        lost = _cumulative(futility, 1 - design.power, fractions, end=False)
    upper, lower = _boundaries(design, fractions, spent, lost)
    if lost is not None and end:
        lower[-1] = upper[-1]
    return Sequential(
        np.array(fractions), np.array(upper), np.array(lower), design.alpha,
        design.power, design.drift, design.binding,
    )  # fmt: skip


def _boundaries(
    design: Sequential,
    fractions: list[float],
    spent: list[float],
    lost: list[float] | None,
) -> tuple[list[float], list[float]]:
    """Both boundaries, analysis by analysis; futility counts for the error if it binds."""
    upper: list[float] = []
    lower: list[float] = []
    null: State = BEGIN
    effect: State = BEGIN
    error = loss = 0.0
    for k, now in enumerate(fractions):
        b = solve(null, now, 0.0, spent[k] - error)
        a = -inf
        if lost is not None:
            a = solve(effect, now, design.drift, lost[k] - loss, lower=True)
            a = min(a, b)
            loss = lost[k]
        error = spent[k]
        upper.append(b)
        lower.append(a)
        if k + 1 == len(fractions) or a >= b:
            break
        step = fractions[k + 1] - now
        null = onward(null, a if design.binding else -inf, b, now, 0.0, step)
        effect = onward(effect, a, b, now, design.drift, step)
    return upper, lower


def _cumulative(
    rule: Rule, error: float, fractions: list[float], *, end: bool
) -> list[float]:
    spend = spending(rule, error)
    total = [min(spend(min(t, 1.0)), error) for t in fractions]
    if end:
        total[-1] = error
    return total


def _check_spending(rule: Rule | None) -> None:
    if rule is None or rule.kind in SPENDING:
        return
    raise DesignError.single(
        "EQ830",
        f"the boundaries of {rule.kind!r} are fixed by the planned analyses, and cannot be "
        "recalculated at other information",
        where="design, interim analyses",
        fix=f"plan a spending function: {', '.join(SPENDING)}",
    )


def _fractions(
    information: Sequence[float], planned: float, *, final: bool
) -> list[float]:
    for number in information:
        check_positive(information=number)
    rising = all(a < b for a, b in pairwise(information))
    early = information[:-1]
    if not information or not rising or any(i >= planned for i in early):
        shown = ", ".join(f"{i:g}" for i in information) or "none"
        raise DesignError.single(
            "EQ831",
            f"the information at the analyses is {shown}, of {planned:g} planned",
            where="design, information",
            fix="give the information of each analysis in the order of their dates; it "
            "rises, and only the last analysis reaches the planned maximum",
        )
    return [float(i) / planned for i in information]
