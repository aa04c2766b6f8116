"""Type I error of comparisons of small groups, by simulation.

``python -m tests.analyze.small_sample_levels`` prints the tables of
docs/methods/endpoints.md (some minutes).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, special

from equipoise.analyze.time_to_event.comparisons import not_comparable
from equipoise.numerics.distributions import t_two_sided
from equipoise.numerics.rng import stream
from equipoise.stats.proportions import marginal_risks
from equipoise.stats.survival import (
    common_horizon,
    log_rank,
    log_rank_estimable,
    rmst,
    rmst_permutation_test,
)
from tests.analyze.fast_models import cox_p, weibull_p

SEED = 20261130
ALPHA = 0.05
MEDIAN = 27.5  # days, as published for the reference trial
LEAVING = 400.0  # mean days to leaving: 7% leave in four weeks
TESTS = ("log-rank", "Cox", "RMST, normal", "RMST, permutation", "Weibull")
Level = tuple[int, int, int]  # trials, of them tested, of them rejected


def times(
    draw: np.random.Generator, n: int, follow_up: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Exponential times to a loss, found at visits every 7 days, some leave before."""
    lost = np.ceil(draw.exponential(MEDIAN / np.log(2), n) / 7) * 7
    seen = np.minimum(np.floor(draw.exponential(LEAVING, n) / 7) * 7, follow_up)
    return np.where(lost <= seen, lost, seen), lost <= seen


def survival_levels(
    sizes: tuple[int, int],
    follow_up: float,
    trials: int,
    *,
    rule: bool,
    tests: tuple[str, ...] = TESTS,
) -> dict[str, Level]:
    """How often each comparison rejects where the arms do not differ.

    Args:
        sizes: of both arms.
        follow_up: days.
        trials: simulated.
        rule: leave out trials that the rule of the analysis leaves out.
        tests: that are made.
    """
    counts = {name: np.zeros(2, dtype=int) for name in tests}
    treated = np.arange(sum(sizes)) < sizes[0]
    group = pd.Series(treated)
    for trial in range(trials):
        draw = stream(SEED, "survival-levels", *sizes, int(follow_up), trial)
        time, event = times(draw, sum(sizes), follow_up)
        horizon = common_horizon(time, treated)
        found: dict[str, float] = {}
        allowed = not rule or not_comparable(time, event, treated, ("", "")) is None
        if allowed and log_rank_estimable(time, event, group):
            found["log-rank"] = log_rank(time, event, group).p
        if allowed and "Cox" in tests:
            found |= _known("Cox", cox_p(time, event, treated))
            since = np.where(event, time - 7, time)
            found |= _known("Weibull", weibull_p(since, time, event, treated))
        reason = not_comparable(time, event, treated, ("", ""), horizon)
        if "RMST, normal" in tests and horizon > 0 and (not rule or reason is None):
            normal = normal_p(time, event, treated, horizon)
            if normal is not None:
                found["RMST, normal"] = normal
                permuted = rmst_permutation_test(time, event, treated, draw, draws=999)
                found["RMST, permutation"] = permuted.p
        for name in set(found) & set(tests):
            counts[name] += [1, found[name] < ALPHA + 1e-12]
    return {name: (trials, int(n[0]), int(n[1])) for name, n in counts.items()}


def normal_p(
    time: NDArray[np.float64],
    event: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    horizon: float,
) -> float | None:
    """Of restricted means, also where an arm has a variance of 0, as survRM2 prints it."""
    one, two = (rmst(time[rows], event[rows], horizon) for rows in (treated, ~treated))
    error = float(np.hypot(one.std_error, two.std_error))
    if not error > 0:
        return None
    return float(2 * special.ndtr(-abs(one.estimate - two.estimate) / error))


def _known(name: str, p: float | None) -> dict[str, float]:
    return {} if p is None else {name: p}


def intercept(risk: float, slope: float) -> float:
    """Of a logistic model with a standard normal covariate and this marginal risk."""
    x = np.linspace(-6, 6, 2001)
    weight = np.exp(-(x**2) / 2)
    weight = weight / weight.sum()
    return float(
        optimize.brentq(
            lambda a: float((special.expit(a + slope * x) * weight).sum()) - risk, -9, 9
        )
    )


def risk_levels(n: int, risk: float, slope: float, trials: int) -> Level:
    """How often the adjusted risk difference rejects where the arms do not differ."""
    tested = rejected = 0
    treated = np.arange(2 * n) < n
    at = intercept(risk, slope)
    for trial in range(trials):
        draw = stream(SEED, "risk-levels", n, str(risk), str(slope), trial)
        x = draw.normal(size=(2 * n, 1))
        outcome = draw.random(2 * n) < special.expit(at + slope * x[:, 0])
        found = marginal_risks(outcome, treated, x)
        if found is not None and found.std_error > 0:
            tested += 1
            z = found.difference / found.std_error
            rejected += bool(t_two_sided(z, np.inf) < ALPHA)
    return trials, tested, rejected


def percent(level: Level) -> str:
    """``4.1 (0.3)``: rejected of those tested, with the Monte Carlo error."""
    n = level[1]
    if not n:
        return "–"
    share = level[2] / n
    return f"{100 * share:.1f} ({100 * (share * (1 - share) / n) ** 0.5:.1f})"


def main() -> None:
    """Prints the tables."""
    for n, trials in ((15, 8000), (30, 4000), (100, 4000)):
        for risk in (0.2, 0.4, 0.67):
            shown = " | ".join(
                percent(risk_levels(n, risk, slope, trials)) for slope in (0.0, 1.0)
            )
            print(f"| {n} | {risk} | {trials} | {shown} |", flush=True)
    print(f"| sizes | days | rule | {' | '.join(TESTS)} |")
    for rule in (True, False):
        for sizes in ((15, 15), (9, 5), (5, 5), (9, 4), (9, 2)):
            for follow_up in (182, 28):
                if rule and min(sizes) < 5:
                    continue
                level = survival_levels(sizes, follow_up, 1000, rule=rule)
                shown = " | ".join(
                    f"{percent(level[name])} of {level[name][1]}" for name in TESTS
                )
                print(f"| {sizes} | {follow_up} | {rule} | {shown} |", flush=True)


if __name__ == "__main__":
    main()
