"""A group sequential trial in participants: each analysis with its boundaries in units."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
from scipy import special

from equipoise.design.fixed.inflation import for_dropout
from equipoise.design.requirements import Size
from equipoise.design.sequential.conditional_power import conditional_power
from equipoise.design.sequential.outcomes import Outcome
from equipoise.design.sequential.plan import Sequential
from equipoise.design.sequential.recruitment import Overrun, Recruitment, overrun


@dataclass(frozen=True, slots=True, kw_only=True)
class InterimAnalysis:
    """One analysis of a group sequential trial; the last one included.

    Attributes:
        fraction: of the maximum information.
        first: participants of the first arm who are included, before rounding.
        second: of the second arm.
        randomized: participants of both arms whose outcomes are due, with dropout.
        information: 1 / squared standard error of the effect.
        efficacy_z: boundary; inf for none.
        efficacy_p: the same as a one-sided P value; 0 for none.
        efficacy_effect: the same as an observed effect; NaN for none.
        futility_z: -inf for none.
        futility_p: 1 for none.
        futility_effect: NaN for none.
        spent: cumulative one-sided error; for a non-binding rule, of a trial that
            continues past the futility boundary.
        power: cumulative probability of efficacy with the assumed effect.
        stops_with_effect: probability of efficacy at this analysis, and of futility.
        stops_without_effect: the same without an effect.
        conditional_power: of a trial that is exactly at the futility boundary: with the
            assumed effect, and with the observed one; NaN without such a boundary.
        overrun: participants recruited meanwhile; None without a recruitment.
    """

    fraction: float
    first: float
    second: float
    randomized: float
    information: float
    efficacy_z: float
    efficacy_p: float
    efficacy_effect: float
    futility_z: float
    futility_p: float
    futility_effect: float
    spent: float
    power: float
    stops_with_effect: tuple[float, float]
    stops_without_effect: tuple[float, float]
    conditional_power: tuple[float, float]
    overrun: Overrun | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SequentialTrial:
    """A group sequential trial.

    Attributes:
        analyses: from the first to the last.
        outcome: endpoint and assumptions.
        design: boundaries and drift.
        maximum: participants to randomize, before rounding.
        fixed: the same of a trial with one analysis.
        expected: mean participants whose outcomes are due when the trial ends: with the
            assumed effect, and without.
        expected_randomized: mean participants randomized by then, those included who are
            recruited while outcomes are awaited; NaN without a recruitment.
    """

    analyses: tuple[InterimAnalysis, ...]
    outcome: Outcome
    design: Sequential
    maximum: Size
    fixed: Size
    expected: tuple[float, float]
    expected_randomized: tuple[float, float]


def sequential_trial(
    outcome: Outcome,
    design: Sequential,
    *,
    dropout: float = 0.0,
    recruitment: Recruitment | None = None,
    delay: float = 0.0,
) -> SequentialTrial:
    """The analyses of a trial in participants.

    Args:
        outcome: with the error and power of the design.
        design: boundaries.
        dropout: proportion of the randomized without an outcome; for a mixed model 0, as
            its size counts them already.
        recruitment: over time; None if the overrun is not asked for.
        delay: from randomization to the outcome, in the unit of the recruitment.

    Raises:
        DesignError: EQ801; EQ802, too many participants.

    Example:
        >>> from equipoise.design.requirements import Target
        >>> from equipoise.design.sequential.boundaries import Rule
        >>> from equipoise.design.sequential.outcomes import of_proportions
        >>> from equipoise.design.sequential.plan import sequential
        >>> design = sequential(
        ...     Rule(kind="lan-demets-of"), [0.5, 0.75, 1],
        ...     futility=Rule(kind="hwang-shih-decani", parameter=-2),
        ... )
        >>> trial = sequential_trial(
        ...     of_proportions(0.5, 0.3, Target(alpha=0.025, power=0.9, sides=1)), design
        ... )
        >>> round(trial.maximum.total, 2)  # rpact 3.3.4: 268.14
        268.14

    Source: Jennison and Turnbull 2000, chapter 3: the maximum is that of a trial with one
    analysis times the inflation factor, also for t tests (rpact getSampleSizeMeans).
    """
    most = Size(
        outcome.fixed.first * design.inflation, outcome.fixed.second * design.inflation
    )
    randomized = for_dropout(most, dropout)
    waiting = [
        None
        if recruitment is None
        else overrun(recruitment, t * randomized.total, randomized.total, delay)
        for t in map(float, design.timing)
    ]
    yes, no = design.crossing(1.0), design.crossing(0.0)
    spent = np.cumsum(design.errors())
    power = np.cumsum(yes.upper)
    analyses = []
    for look, t in enumerate(map(float, design.timing)):
        n = t * most.first, t * most.second
        b, a = float(design.upper[look]), float(design.lower[look])
        analyses.append(
            InterimAnalysis(
                fraction=t,
                first=n[0],
                second=n[1],
                randomized=t * randomized.total,
                information=outcome.std_error(*n) ** -2,
                efficacy_z=b,
                efficacy_p=float(special.ndtr(-b)),
                efficacy_effect=outcome.observed_at(b, *n),
                futility_z=a,
                futility_p=float(special.ndtr(-a)),
                futility_effect=outcome.observed_at(a, *n),
                spent=float(spent[look]),
                power=float(power[look]),
                stops_with_effect=yes.at(look),
                stops_without_effect=no.at(look),
                conditional_power=at_futility(design, look + 1),
                overrun=waiting[look],
            )
        )
    counts = [t * randomized.total for t in design.timing]
    enrolled = [w.randomized if w else float("nan") for w in waiting]
    return SequentialTrial(
        analyses=tuple(analyses),
        outcome=outcome,
        design=design,
        maximum=randomized,
        fixed=for_dropout(outcome.fixed, dropout),
        expected=(float(yes.ends @ counts), float(no.ends @ counts)),
        expected_randomized=(float(yes.ends @ enrolled), float(no.ends @ enrolled)),
    )


def at_futility(design: Sequential, look: int) -> tuple[float, float]:
    """Conditional power of a trial exactly at its futility boundary.

    Args:
        design: as planned.
        look: from 1.

    Returns:
        With the assumed effect, and with the effect observed at the boundary; NaN at the
        last analysis and without a futility boundary.
    """
    z = float(design.lower[look - 1])
    if look == len(design.timing) or not isfinite(z):
        return float("nan"), float("nan")
    trend = z / float(design.timing[look - 1]) ** 0.5
    ahead = design.without_futility()
    return conditional_power(ahead, look, z), conditional_power(ahead, look, z, trend)
