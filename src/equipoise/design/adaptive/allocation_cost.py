"""Response-adaptive allocation compared with equal allocation of as many participants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from equipoise.design.adaptive.allocation_rules import Rule
from equipoise.design.adaptive.response_adaptive import (
    AdaptiveTrial,
    Counts,
    Statistic,
    simulate_trials,
)
from equipoise.design.fixed.proportions import proportions
from equipoise.design.requirements import Target, out_of_range
from equipoise.errors import DesignError, refuse
from equipoise.errors.counted import counted
from equipoise.numerics.rounding import fixed

NOTICED = 2.0  # Monte Carlo errors that a difference must exceed to be reported


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCharacteristics:
    """Operating characteristics of one rule.

    Attributes:
        rule: of allocation.
        power: of the two-sided test at the assumed rates.
        error: of the first kind, both arms responding as the second.
        error_drifting: the same while the rate drifts.
        failures: mean number of participants without a good outcome.
        worse: mean number on the arm with the lower rate.
        worse_sd: its standard deviation over trials.
        misled: probability that more than half are on the arm with the lower rate.
        bias: mean of the difference of observed rates, minus the true difference.
    """

    rule: Rule
    power: float
    error: float
    error_drifting: float
    failures: float
    worse: float
    worse_sd: float
    misled: float
    bias: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationComparison:
    """Equal and adaptive allocation side by side.

    Attributes:
        equal: permuted blocks.
        adaptive: the rule.
        n: participants.
        drift: of the rates, in ``error_drifting``.
        trials: simulated for each number.
        as_if_missing: participants that equal allocation could do without, and have the
            power of the rule; below 0 where the rule has more power. NaN where a power
            is so close to 0 or 1 that it tells nothing.
    """

    equal: RuleCharacteristics
    adaptive: RuleCharacteristics
    n: int
    drift: float
    trials: int
    as_if_missing: float

    def error_of(self, probability: float) -> float:
        """Monte Carlo standard error of a probability."""
        return float(np.sqrt(probability * (1 - probability) / self.trials))

    @property
    def sentence(self) -> str:
        """The comparison as a sentence."""
        old, new = self.equal, self.adaptive
        spared = old.failures - new.failures
        what = "spares" if spared >= 0 else "adds"
        return (
            f"Against equal allocation, {new.rule} {what} {fixed(abs(spared), 1)} of "
            f"{fixed(old.failures, 1)} expected failures and puts {fixed(new.worse, 1)} of "
            f"{counted(self.n, 'participant')} on the worse arm "
            f"instead of {fixed(old.worse, 1)}; "
            f"{self._power()}; its type I error is {_percent(new.error)} "
            f"({_percent(new.error_drifting)} while rates drift by {self.drift:g}) "
            f"instead of {_percent(old.error)} ({_percent(old.error_drifting)})."
        )

    def _power(self) -> str:
        old, new = self.equal.power, self.adaptive.power
        noise = float(np.hypot(self.error_of(old), self.error_of(new)))
        if abs(old - new) <= NOTICED * noise:
            return (
                f"power is {_percent(new)} instead of {_percent(old)}, no difference "
                f"that {counted(self.trials, 'trial')} can detect"
            )
        verb = "costs" if new < old else "gains"
        said = f"it {verb} {fixed(100 * abs(old - new), 1)} percentage points of power"
        said += f" ({_percent(old)} to {_percent(new)})"
        if np.isfinite(self.as_if_missing) and self.as_if_missing > 0:
            number = fixed(self.as_if_missing, 0)
            noun = "participant" if number == "1" else "participants"
            said += f", equivalent to {number} {noun} fewer"
        return said


def compare_allocation(
    trial: AdaptiveTrial,
    *,
    alpha: float = 0.05,
    drift: float = 0.2,
    statistic: Statistic = "score",
    trials: int = 10_000,
    seed: int = 1,
    tell: Callable[[str], None] = lambda step: None,
) -> AllocationComparison:
    """Simulates the rule and equal allocation of as many participants.

    Args:
        trial: with different rates, and the rule.
        alpha: two-sided error of the test.
        drift: of the rates over the trial, for the error under drift; half of it must
            fit on both sides of the second rate.
        statistic: of the test.
        trials: for each of six sets, at least 2.
        seed: of the random numbers.
        tell: called with the next step.

    Raises:
        DesignError: EQ801, a number is out of range; EQ806, a drift does not fit.

    Source: what is shown, Robertson, Lee, Lopez-Kolkovska and Villar 2023, Stat Sci
    38:185-208; the error under drift, Villar, Bowden and Wason 2018, Pharm Stat
    17:182-197.
    """
    found = [] if 0 < alpha < 0.5 else [out_of_range("alpha", alpha, "from 0 to 0.5")]
    if trials < 2:
        found.append(out_of_range("trials", trials, "above 1"))
    if trial.rates[0] == trial.rates[1]:
        found.append(out_of_range("difference of rates", 0.0, "other than 0"))
    refuse(DesignError, found)
    null = replace(trial, rates=(trial.rates[1], trial.rates[1]), drift=0.0)
    drifting = replace(null, drift=drift)
    limit = float(-special.ndtri(alpha / 2))

    def column(rule: Rule) -> RuleCharacteristics:
        tell(f"{counted(trials, 'trial')} by {rule}")
        found = simulate_trials(trial.with_rule(rule), trials, seed)
        errors = []
        for name, without in (("an effect", null), ("an effect, drifting", drifting)):
            tell(f"{counted(trials, 'trial')} by {rule} without {name}")
            counts = simulate_trials(without.with_rule(rule), trials, seed)
            errors.append(_rejected(counts, statistic, limit))
        return _column(trial, rule, found, errors, _rejected(found, statistic, limit))

    equal, adaptive = column("equal"), column(trial.rule)
    return AllocationComparison(
        equal=equal,
        adaptive=adaptive,
        n=trial.n,
        drift=drift,
        trials=trials,
        as_if_missing=_missing(trial, alpha, equal.power, adaptive.power),
    )


def _column(
    trial: AdaptiveTrial, rule: Rule, counts: Counts, errors: list[float], power: float
) -> RuleCharacteristics:
    worst = int(np.argmin(trial.rates))
    worse = counts.allocated[worst]
    difference = counts.rates[0] - counts.rates[1]
    return RuleCharacteristics(
        rule=rule,
        power=power,
        error=errors[0],
        error_drifting=errors[1],
        failures=float(trial.n - counts.good.sum(axis=0).mean()),
        worse=float(worse.mean()),
        worse_sd=float(worse.std(ddof=1)),
        misled=float((worse > trial.n / 2).mean()),
        bias=float(np.nanmean(difference) - (trial.rates[0] - trial.rates[1])),
    )


def _rejected(counts: Counts, statistic: Statistic, limit: float) -> float:
    return float((np.abs(counts.z(statistic)) >= limit).mean())


def _missing(trial: AdaptiveTrial, alpha: float, old: float, new: float) -> float:
    """The size formula gives the proportion of sizes; its own error cancels."""
    if not all(2 * alpha < power < 0.999 for power in (old, new)):
        return float("nan")
    first, second = trial.rates
    needed = [
        proportions(first, second, Target(alpha=alpha, power=power)).total
        for power in (old, new)
    ]
    return trial.n * (1 - needed[1] / needed[0])


def _percent(share: float) -> str:
    return f"{fixed(100 * share, 1)}%"
