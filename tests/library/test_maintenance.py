"""The maintenance trial: randomized withdrawal, relapse as SUSTAIN-1 published it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from equipoise.analyze.run import analyze
from equipoise.exchange.protocols import load_protocol
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.check import check_scenario
from equipoise.simulate.trial import simulate

PLAN, SCENARIO = load_protocol("maintenance"), load_scenario("maintenance")
DAYS = 168  # of follow-up


def test_what_is_planned() -> None:
    doses = [visit.day for visit in PLAN.schedule.visits if visit.infusion]
    assert doses == list(range(0, DAYS, 14))
    primary = PLAN.endpoints[0]
    assert (primary.level, primary.type) == ("primary", "time-to-event")
    loss = PLAN.definition(str(primary.variable.definition))
    assert (loss.rule, loss.at) == ("loss-of", PLAN.schedule.baseline)
    # Withdrawal: the same spray without the drug, in participants in remission.
    assert [PLAN.infused(arm.id).route for arm in PLAN.arms] == ["nasal", "nasal"]  # type: ignore[union-attr]
    assert {
        c.require.max for c in PLAN.eligibility if c.require and c.require.score
    } == {12}
    assert check_scenario(SCENARIO, PLAN) == []


def test_the_size_follows_from_the_published_hazard_ratio() -> None:
    """Schoenfeld 1981: 4 (z + z)² / log(HR)² events, of those expected in 24 weeks."""
    stated = {part.name: part.value for part in PLAN.size.assumptions}
    ratio, median = (
        stated["hazard ratio of relapse"],
        stated["median time to relapse after withdrawal"],
    )
    z = norm.ppf(1 - stated["two-sided type I error"] / 2) + norm.ppf(stated["power"])
    needed = 4 * z**2 / np.log(ratio) ** 2
    relapses = [1 - 0.5 ** (DAYS * hazard / median) for hazard in (ratio, 1)]
    expected = PLAN.size.participants * np.mean(relapses)
    assert (round(needed), round(float(np.mean(relapses)), 2)) == (62, 0.27)
    assert needed < expected < 1.1 * needed
    medians = {item.arm: item.days for item in SCENARIO.relapses[0].medians}
    assert medians == {"esketamine": round(median / ratio), "placebo": median}


def test_simulated_relapses_are_those_of_the_medians_and_reach_the_result() -> None:
    """Free of relapse at 24 weeks, by Kaplan-Meier and by the exponential of the scenario.

    Within 4 binomial standard errors: withdrawals at random only make the curve a little
    less exact. The day is that of the rating, 169 days after baseline.
    """
    n = 1200
    data = simulate(PLAN, SCENARIO, seed=11, n=n)
    results = analyze(PLAN, data)
    for item in SCENARIO.relapses[0].medians:
        row = {e.id: e for e in results.estimates}[
            f"relapse.at-visit.week-24.{item.arm}"
        ]
        free = 0.5 ** ((DAYS + 1) / item.days)
        assert row.estimate is not None
        assert abs(row.estimate - free) < 4 * np.sqrt(free * (1 - free) / (n / 2))
    (test,) = results.select(endpoint="relapse", analysis="log-rank")
    assert test.p is not None
    assert test.p < 1e-4
    given = data.exposures["drug"].value_counts()
    assert set(given.index) == {"esketamine", "placebo"}
    assert given.min() > 10 * n / 2


def test_everybody_randomized_is_in_remission() -> None:
    data = simulate(PLAN, SCENARIO, seed=12, n=200)
    scores = data.scores
    rated = scores[(scores["instrument"] == "madrs") & (scores["score"] == "total")]
    before = rated[rated["visit"].isin(["screening", "baseline"])]
    inside = before[before["participant"].isin(data.arm.index)]
    assert inside["value"].max() == pytest.approx(12)
