"""Simulated adaptive allocation: exact enumeration, R, asymptotic laws, delay, drift."""

from collections import defaultdict
from collections.abc import Callable
from math import sqrt

import numpy as np
import pytest
from scipy import integrate, stats

from equipoise.design.adaptive.allocation_rules import Rule
from equipoise.design.adaptive.response_adaptive import (
    AdaptiveTrial,
    Counts,
    Statistic,
    simulate_trials,
)
from equipoise.errors import DesignError

MANY = 20_000


def urn(n: int, rates: tuple[float, float], **words: float) -> AdaptiveTrial:
    """The plain rule: no burn-in, no cap."""
    return AdaptiveTrial(
        n=n, rates=rates, rule="play-the-winner", burn_in=0, cap=1.0, **words
    )


def rejected(counts: Counts, limit: float, statistic: Statistic) -> float:
    return float((np.abs(counts.z(statistic)) > limit).mean())


def enumerated(n: int, a: float, b: float) -> dict[tuple[int, int, int], float]:
    """All ways of RPW(1, 1): first arm, its responses, those of the second."""
    now = {(0, 0, 0): 1.0}
    for i in range(n):
        then: dict[tuple[int, int, int], float] = defaultdict(float)
        for (k, s, t), w in now.items():
            first = (1 + s + (i - k - t)) / (2 + i)
            then[k + 1, s + 1, t] += w * first * a
            then[k + 1, s, t] += w * first * (1 - a)
            then[k, s, t + 1] += w * (1 - first) * b
            then[k, s, t] += w * (1 - first) * (1 - b)
        now = then
    return now


@pytest.mark.reference
def test_all_ways_that_an_urn_can_go() -> None:
    n, rates = 24, (0.7, 0.3)
    ways = enumerated(n, *rates)
    found = simulate_trials(urn(n, rates), MANY, seed=2)
    share = np.zeros(n + 1)
    for (k, _, _), w in ways.items():
        share[k] += w
    seen = np.bincount(found.allocated[0].astype(int), minlength=n + 1)
    kept = share * MANY > 5
    chi = ((seen - share * MANY) ** 2 / (share * MANY))[kept].sum()
    assert chi < kept.sum() + 4 * sqrt(2 * kept.sum())
    exact = Counts(
        np.array([[k, n - k] for k, _, _ in ways], dtype=float).T,
        np.array([[s, t] for _, s, t in ways], dtype=float).T,
    )
    weight = np.array(list(ways.values()))
    for statistic in ("score", "wald"):
        wanted = float(weight @ (np.abs(exact.z(statistic)) > 1.96))
        error = sqrt(wanted * (1 - wanted) / MANY)
        assert abs(rejected(found, 1.96, statistic) - wanted) < 4 * error


def thompson(i: int, n: int, s: list[int], f: list[int]) -> float:
    first = integrate.quad(
        lambda p: (
            stats.beta.pdf(p, 1 + s[0], 1 + f[0])
            * stats.beta.cdf(p, 1 + s[1], 1 + f[1])
        ),
        0,
        1,
    )[0]
    power = i / (2 * n)
    return float(first**power / (first**power + (1 - first) ** power))


def coin(i: int, n: int, s: list[int], f: list[int]) -> float:
    """Hu and Zhang's g with gamma 2; an arm without anybody counts as half a person."""
    a, b = (sqrt((s[k] + 0.5) / (s[k] + f[k] + 1)) for k in (0, 1))
    x, y = (max(s[k] + f[k], 0.5) for k in (0, 1))
    target, share = a / (a + b), x / (x + y)
    up = target * (target / share) ** 2
    down = (1 - target) * ((1 - target) / (1 - share)) ** 2
    return up / (up + down)


@pytest.mark.reference
@pytest.mark.parametrize(
    ("rule", "chance"), [("thompson", thompson), ("optimal", coin)]
)
def test_all_ways_of_other_rules(
    rule: Rule, chance: Callable[[int, int, list[int], list[int]], float]
) -> None:
    """Ten participants, the first two by permutation, no chance above 0.8."""
    n, rates = 10, (0.8, 0.3)
    now = {(1, s, t): 0.0 for s in (0, 1) for t in (0, 1)}
    for _, s, t in now:
        now[1, s, t] = (0.8 if s else 0.2) * (0.3 if t else 0.7)
    for i in range(2, n):
        then: dict[tuple[int, int, int], float] = defaultdict(float)
        for (k, s, t), w in now.items():
            first = min(0.8, max(0.2, chance(i, n, [s, t], [k - s, i - k - t])))
            for arm, share in ((0, first), (1, 1 - first)):
                for good in (0, 1):
                    rate = rates[arm] if good else 1 - rates[arm]
                    moved = (k + 1, s + good, t) if arm == 0 else (k, s, t + good)
                    then[moved] += w * share * rate
        now = then
    trial = AdaptiveTrial(n=n, rates=rates, rule=rule, burn_in=1, cap=0.8)
    found = simulate_trials(trial, 60_000, seed=4)
    for moment in (1, 2):
        wanted = sum(w * k**moment for (k, _, _), w in now.items())
        square = sum(w * k ** (2 * moment) for (k, _, _), w in now.items())
        error = sqrt((square - wanted**2) / 60_000)
        assert abs((found.allocated[0] ** moment).mean() - wanted) < 4 * error


# R RARtrials 0.0.2, tests/accuracytests/test-sim-RPTW.r, after Guimaraes and Palesch 2007,
# Contemp Clin Trials 28:487: rates, n, critical value of the Wald test, power in 10,000
# simulated trials (known to 0.004)
SIMULATED = [
    ((0.1, 0.5), 53, 2.143, 0.9039),
    ((0.3, 0.6), 117, 2.015, 0.8948),
    ((0.5, 0.7), 192, 1.997, 0.7868),
    ((0.1, 0.3), 123, 2.03401, 0.8084),
]


@pytest.mark.reference
@pytest.mark.parametrize(("rates", "n", "limit", "power"), SIMULATED)
def test_r_rartrials(
    rates: tuple[float, float], n: int, limit: float, power: float
) -> None:
    found = rejected(simulate_trials(urn(n, rates), MANY, seed=3), limit, "wald")
    error = sqrt(power * (1 - power) * (1 / 10_000 + 1 / MANY))
    assert abs(found - power) < 3.5 * error


def test_the_urn_settles_as_smythe_and_rosenberger_say() -> None:
    """Smythe and Rosenberger 1995: share q2 / (q1 + q2), and its variance, n large."""
    n, trials = 1000, 4000
    q, r = 0.6, 0.7
    found = simulate_trials(urn(n, (1 - q, 1 - r)), trials, seed=5).allocated[0] / n
    assert found.mean() == pytest.approx(r / (q + r), abs=0.002)
    wanted = q * r * (5 - 2 * (q + r)) / ((2 * (q + r) - 1) * (q + r) ** 2)
    assert n * found.var() == pytest.approx(wanted, rel=4 * sqrt(2 / trials))


@pytest.mark.parametrize("gamma", [0.0, 2.0])
def test_the_coin_settles_as_hu_and_zhang_say(gamma: float) -> None:
    """Hu and Zhang 2004, theorem 2.2, for the shares of Rosenberger et al. 2001."""
    n, trials, (p, q) = 1000, 4000, (0.7, 0.4)
    trial = AdaptiveTrial(n=n, rates=(p, q), burn_in=5, cap=1.0, gamma=gamma)
    found = simulate_trials(trial, trials, seed=6).allocated[0] / n
    a, b = sqrt(p), sqrt(q)
    share = a / (a + b)
    slope = b / (2 * a * (a + b) ** 2), -a / (2 * b * (a + b) ** 2)
    spread = slope[0] ** 2 * p * (1 - p) / share
    spread += slope[1] ** 2 * q * (1 - q) / (1 - share)
    wanted = share * (1 - share) / (1 + 2 * gamma)
    wanted += 2 * (1 + gamma) / (1 + 2 * gamma) * spread
    assert found.mean() == pytest.approx(share, abs=0.003)
    assert n * found.var() == pytest.approx(wanted, rel=4 * sqrt(2 / trials) + 0.02)


def test_equal_allocation_is_balanced_and_burn_in_too() -> None:
    for n in (60, 62):
        found = simulate_trials(AdaptiveTrial(n=n, rates=(0.6, 0.3), rule="equal"), 500)
        assert (found.allocated == n / 2).all()
    trial = AdaptiveTrial(n=20, rates=(0.9, 0.1), burn_in=10, rule="thompson")
    assert (simulate_trials(trial, 500).allocated == 10).all()


def test_a_rule_that_learns_nothing_in_time_is_a_fair_coin() -> None:
    trial = urn(40, (0.95, 0.05), delay=39)
    found = simulate_trials(trial, MANY).allocated[0]
    assert found.mean() == pytest.approx(20, abs=4 * sqrt(10 / MANY))
    assert found.var() == pytest.approx(10, rel=0.05)


def test_the_longer_it_takes_the_less_is_spared() -> None:
    shares = [
        simulate_trials(
            AdaptiveTrial(n=80, rates=(0.8, 0.3), rule="thompson", delay=delay),
            2000,
        )
        .allocated[0]
        .mean()
        for delay in (0, 20, 60)
    ]
    assert shares[0] > shares[1] > shares[2] > 40


def test_a_cap_holds() -> None:
    trial = AdaptiveTrial(n=300, rates=(0.95, 0.05), rule="thompson", cap=0.6)
    found = simulate_trials(trial, 2000).allocated[0].mean()
    assert found == pytest.approx(5 + 0.6 * 290, rel=0.02)


def test_a_drift_keeps_the_mean_rate() -> None:
    trial = AdaptiveTrial(n=100, rates=(0.5, 0.5), rule="equal", drift=0.6)
    counts = simulate_trials(trial, 4000)
    assert counts.rates.mean() == pytest.approx(0.5, abs=4 * 0.5 / sqrt(400_000))


def test_an_arm_that_nobody_entered_rejects_nothing() -> None:
    counts = Counts(np.array([[4.0, 2], [0, 2]]), np.array([[3.0, 2], [0, 2]]))
    for statistic in ("score", "wald"):
        assert (counts.z(statistic) == 0).all()
    assert np.isnan(counts.rates[1, 0])


def test_all_problems_of_a_trial_are_told_at_once() -> None:
    with pytest.raises(DesignError) as refusal:
        AdaptiveTrial(
            n=-3,
            rates=(1.2, 0.0),
            rule="loser",
            burn_in=-1,
            delay=-2,
            gamma=-1,
            cap=0.5,
            start=0,
            added=-1,
        )
    told = [p.code for p in refusal.value.problems]
    assert told.count("EQ801") == 9
    assert told.count("EQ806") == 1


@pytest.mark.parametrize(
    "change", [{"burn_in": 11}, {"delay": 20}, {"drift": 0.5}, {"rule": "other"}]
)
def test_what_does_not_fit_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(DesignError, match="EQ806"):
        AdaptiveTrial(**({"n": 20, "rates": (0.6, 0.2)} | change))
    with pytest.raises(DesignError, match="EQ801"):
        simulate_trials(AdaptiveTrial(n=20, rates=(0.6, 0.2)), 0)


def test_an_unknown_statistic_is_refused_by_name() -> None:
    counts = Counts(np.ones((2, 1)), np.ones((2, 1)))
    with pytest.raises(ValueError, match="'wlad'"):
        counts.z("wlad")  # type: ignore[arg-type]
