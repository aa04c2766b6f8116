"""Trials whose power is averaged over a prior of the true effect."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil, floor, log

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.design.fixed.exact_tests import binomial, rejection_region
from equipoise.design.fixed.inflation import for_dropout
from equipoise.design.fixed.means import powers_of_means
from equipoise.design.planning.events import TimeToEvent
from equipoise.design.planning.plan import Assumption
from equipoise.design.planning.proportions import arms_of
from equipoise.design.planning.repeated import RepeatedMeasures
from equipoise.design.requirements import (
    Size,
    Target,
    check_fractions,
    check_positive,
    split,
)

Vector = NDArray[np.float64]
ENUMERATED = 250  # participants in an arm up to which Fisher's test is enumerated


@dataclass(frozen=True, slots=True, kw_only=True)
class AssuredTrial:
    """A trial as a function of the true effect.

    Attributes:
        power: participants randomized and (k,) true effects -> (k,) probabilities that
            the first arm is shown to be better. Effects above 0 favor the first arm.
        title: of the effect, such as "difference of two means".
        effect: the same as the texts name it, such as "difference of means".
        test: of the analysis.
        unit: of the effect.
        supposed: what is assumed in addition to the effect, a clause.
        assumptions: in addition to the effect.
        method: of the power, one clause.
        dropout: proportion of the randomized without an outcome.
        missing: what happens to them, one clause.
        least: fewest randomized with which the test can be made.
        changes: other assumptions of the sensitivity table.
        search: a smooth approximation of ``power`` by which a size is searched; None if
            ``power`` is smooth itself.
        complete: the sentence if all participants have an outcome.
        sign: of the stated effect: -1 if below 0 favors the first arm.
    """

    power: Callable[[float, Vector], Vector]
    title: str
    effect: str
    test: str
    unit: str
    supposed: str
    assumptions: tuple[Assumption, ...]
    method: str
    dropout: float = 0.0
    missing: str = "have no outcome and are not analyzed"
    least: int
    changes: Callable[[], Iterable[tuple[str, AssuredTrial]]] = tuple
    search: Callable[[float, Vector], Vector] | None = None
    complete: str = "All participants are expected to have an outcome."
    sign: int = 1


def assured_means(sd: float, target: Target, dropout: float = 0.0) -> AssuredTrial:
    """A t test of two means.

    Args:
        sd: within an arm.
        target: error and allocation.
        dropout: proportion without an outcome.

    Raises:
        DesignError: EQ801.
    """
    check_positive(sd=sd)
    for_dropout(Size(1.0, 1.0), dropout)  # rejects impossible values
    stay = 1 - dropout

    def power(n: float, effects: Vector) -> Vector:
        arms = split(n * stay, target)
        return powers_of_means(arms.first, arms.second, effects / sd, target)

    wider = 1.2 * sd
    return AssuredTrial(
        power=power,
        title="difference of two means",
        effect="difference of means",
        test="t test of two means",
        unit="points",
        supposed=f"the standard deviation is {sd:.4g}",
        assumptions=(
            Assumption("standard deviation within an arm", sd, "points"),
            Assumption("proportion without an outcome", dropout),
        ),
        method="noncentral t distribution",
        dropout=dropout,
        least=ceil(4 / stay * (1 + max(target.ratio, 1 / target.ratio)) / 2),
        changes=lambda: [
            (f"standard deviation +20% ({wider:.4g})",
             assured_means(wider, target, dropout))
        ],
    )  # fmt: skip


def assured_repeated(made: RepeatedMeasures) -> AssuredTrial:
    """A mixed model for repeated measures.

    Args:
        made: its assumptions; the difference is replaced by the prior.

    Raises:
        DesignError: EQ801, EQ803.
    """
    question = made.question()
    wider = replace(made, sd=1.2 * made.sd)
    correlated = "neighboring visits" if made.decay else "two visits"
    return AssuredTrial(
        power=made.powers,
        title="difference at the last visit, mixed model for repeated measures",
        effect="difference at the last visit",
        test=question.test,
        unit="points",
        supposed=f"there are {made.visits} visits, the standard deviation is "
        f"{made.sd:.4g} and the correlation of {correlated} {made.correlation:.4g}",
        assumptions=question.assumptions[1:],
        method="noncentral t distribution with the information of the last visit",
        dropout=made.dropout,
        missing=question.missing,
        least=question.least,
        changes=lambda: [
            (f"standard deviation +20% ({wider.sd:.4g})", assured_repeated(wider))
        ],
    )


def assured_proportions(
    second: float, target: Target, dropout: float = 0.0
) -> AssuredTrial:
    """Fisher's exact test of two proportions; the effect is the log odds ratio.

    Args:
        second: proportion in the second arm.
        target: error and allocation.
        dropout: proportion without an outcome, counted as failures.

    Raises:
        DesignError: EQ801.

    Source: all tables up to 250 participants in an arm; above, the normal approximation
    with the continuity correction of Casagrande, Pike and Smith 1978, Biometrics 34:483.
    """
    check_fractions(second=second)
    for_dropout(Size(1.0, 1.0), dropout)  # rejects impossible values
    stay, odds = 1 - dropout, log(second / (1 - second))

    def power(n: float, effects: Vector) -> Vector:
        first = special.expit(odds + effects) * stay
        arms = arms_of(floor(n + 1e-9), target.ratio)
        if max(arms) <= ENUMERATED:
            return _enumerated(arms, first, second * stay, target)
        return _corrected(arms, first, second * stay, target)

    def search(n: float, effects: Vector) -> Vector:
        arms = split(n, target)
        first = special.expit(odds + effects) * stay
        return _corrected((arms.first, arms.second), first, second * stay, target)

    def other(proportion: float) -> tuple[str, AssuredTrial]:
        label = f"proportion in the second arm {proportion:.3g}"
        return label, assured_proportions(proportion, target, dropout)

    return AssuredTrial(
        power=power,
        title="difference of two proportions",
        effect="log odds ratio",
        test="Fisher's exact test",
        unit="",
        supposed=f"the true proportion in the second arm is {second:.4g}",
        assumptions=(
            Assumption("proportion in the second arm", second),
            Assumption("proportion without an outcome", dropout),
        ),
        method="exact power, the sum over all tables that the test rejects; normal "
        f"approximation above {ENUMERATED} participants in an arm",
        dropout=dropout,
        missing="have no outcome and are counted as failures",
        least=4,
        changes=lambda: [other(p) for p in (0.8 * second, 1.2 * second) if p < 1],
        search=search,
    )


def assured_events(made: TimeToEvent) -> AssuredTrial:
    """A log-rank test; the effect is the negative log hazard ratio.

    Args:
        made: its assumptions; the hazard ratio is replaced by the prior.

    Raises:
        DesignError: EQ801.

    Source: Schoenfeld 1981, Biometrika 68:316-319, with the events that are expected
    under each hazard ratio of the prior.
    """
    question, share = made.question(), made.target.ratio / (1 + made.target.ratio)

    def power(n: float, effects: Vector) -> Vector:
        ratios = np.clip(np.exp(-effects), 1e-4, 1e4)
        events = np.array(
            [sum(replace(made, hazard_ratio=float(r)).expected(n)) for r in ratios]
        )
        z = effects * np.sqrt(events * share * (1 - share)) - made.target.z[0]
        return np.asarray(special.ndtr(z), dtype=np.float64)

    longer = replace(made, hazard=0.8 * made.hazard)
    median = made.time(log(2) / longer.hazard)
    return AssuredTrial(
        power=power,
        title="time to event",
        effect="log hazard ratio of the first arm to the second",
        test="log-rank test",
        unit="",
        supposed=f"the hazards are constant with a median of "
        f"{made.time(log(2) / made.hazard)} in the second arm",
        assumptions=tuple(
            a for a in question.assumptions if not a.name.startswith("hazard ratio")
        ),
        method="Schoenfeld's normal approximation with the events expected under each "
        "hazard ratio",
        dropout=made.dropout,
        missing=question.missing,
        complete=question.complete,
        least=question.least,
        changes=lambda: [(f"hazard -20% (median {median})", assured_events(longer))],
        sign=-1,
    )


@lru_cache(maxsize=64)
def _region(arms: tuple[int, int], target: Target) -> Vector:
    """Tables in which the test shows that the first arm is better."""
    found = rejection_region(
        "fisher", *arms, alpha=target.alpha, sides=target.sides
    ).astype(float)
    first, second = (np.arange(n + 1) / n for n in arms)
    return found * (first[:, None] > second[None, :])


def _enumerated(
    arms: tuple[int, int], first: Vector, second: float, target: Target
) -> Vector:
    by_first = _region(arms, target) @ binomial(arms[1], second)[0]
    return np.asarray(binomial(arms[0], first) @ by_first, dtype=np.float64)


def _corrected(
    arms: tuple[float, float], first: Vector, second: float, target: Target
) -> Vector:
    """Normal approximation with continuity correction, on the side of the first arm."""
    r, n = arms[0] / arms[1], arms[1]
    difference = first - second
    apart = np.maximum(np.abs(difference), 1e-12)
    counted = np.maximum(n - (r + 1) / (2 * r * apart), 0.0) ** 2 / n
    mean = (r * first + second) / (1 + r)
    null = np.sqrt(mean * (1 - mean) * (1 + 1 / r))
    spread = np.sqrt(first * (1 - first) / r + second * (1 - second))
    z = np.sign(difference) * apart * np.sqrt(counted) - target.z[0] * null
    return np.asarray(special.ndtr(z / spread), dtype=np.float64)
