"""Virtual people at the start of maintenance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from equipoise.errors import SimulationError
from equipoise.exchange.protocols import load_protocol
from equipoise.exchange.scenarios import load_scenario
from equipoise.numerics.rng import stream
from equipoise.simulate.maintenance.assumptions import (
    RESPONSE,
    Assumptions,
    Dissociation,
)
from equipoise.simulate.maintenance.participants import (
    acute,
    cohorts,
    correlated,
    induced,
)
from equipoise.simulate.maintenance.schedule_outcomes import follow_schedule
from equipoise.simulate.maintenance.schedules import read_schedule
from equipoise.simulate.trial import simulate

ANYBODY = Assumptions(
    rule=RESPONSE.model_copy(update={"rule": "at-most", "threshold": 1e9})
)


@given(st.floats(0.5, 200), st.integers(2, 40))
def test_the_daily_process_has_exactly_the_stated_correlation(
    days: float, n: int
) -> None:
    """It is linear in its numbers: L Lᵀ is its covariance, without any simulation."""
    factor = correlated(np.eye(n), days)
    distance = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    assert np.allclose(factor.T @ factor, np.exp(-distance / days), atol=1e-12)


def test_scores_correlate_over_time_as_the_scenario_says() -> None:
    """ρ(d) = 0.45 + 0.33 exp(−d / 14) of two ratings, 20,000 people: known to 0.006."""
    wide = ANYBODY.varied(
        lowest=-1e9, highest=1e9, sensitivity=0.0, drug=0.0, after_sd=1000.0
    )
    made = list(cohorts(wide, 20_000, 60, 7))
    rated = np.concatenate([c.true + c.error for c in made])
    for d in (1, 7, 14, 56):
        found = np.corrcoef(rated[:, 0], rated[:, d])[0, 1]
        assert found == pytest.approx(0.45 + 0.33 * np.exp(-d / 14), abs=0.02)
    assert rated.std(axis=0) == pytest.approx(1000, rel=0.03)
    known = np.concatenate([c.true for c in made])
    assert np.var(known[:, 3]) / np.var(rated[:, 3]) == pytest.approx(0.78, abs=0.02)


@given(st.floats(0.01, 0.99), st.floats(1, 500))
def test_the_benefit_of_the_induction_is_its_closed_form(
    share: float, half_life: float
) -> None:
    """Σ over infusions of what each left, decayed and shrunk by the later ones."""
    days = (0, 2, 4, 7, 9, 11)
    benefit = 0.0
    for number, day in enumerate(days):
        decay = 2.0 ** (-(14 - day) / half_life)
        benefit += share * decay * (1 - share) ** (len(days) - 1 - number)
    made = Assumptions(build_up=share, half_life=half_life)
    assert induced(made, np.ones(2)) == pytest.approx(benefit, rel=1e-9)


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 2500))
def test_nobody_depends_on_how_many_others_there_are(people: int) -> None:
    assumed = Assumptions(entry_day=-14, entry_least=30)
    many = list(cohorts(assumed, 2600, 5, 3))
    few = list(cohorts(assumed, people, 5, 3))
    n = sum(len(c.who) for c in few)
    for name in ("who", "true", "error", "gain", "rated_baseline"):
        all_, some = (
            np.concatenate([getattr(c, name) for c in made]) for made in (many, few)
        )
        assert np.array_equal(all_[:n], some)
    assert sum(c.treated for c in few) == people


def test_only_responders_and_only_who_was_let_in() -> None:
    assumed = Assumptions(entry_day=-14, entry_least=45)
    strict = next(cohorts(assumed, 500, 5, 3))
    open_ = next(cohorts(assumed.varied(entry_least=0), 500, 5, 3))
    assert strict.rated_baseline.mean() > open_.rated_baseline.mean() + 3
    assert strict.rated(0, strict.benefit).all()
    with pytest.raises(SimulationError, match="EQ622"):
        list(cohorts(assumed.varied(entry_least=80), 500, 5, 3))


@pytest.mark.parametrize(("people", "seed"), [(0, 1), (5, -1)])
def test_impossible_numbers_are_refused(people: int, seed: int) -> None:
    with pytest.raises(SimulationError, match="EQ621"):
        list(cohorts(Assumptions(), people, 5, seed))


def test_dissociation_has_the_stated_moments_and_correlation() -> None:
    """Gamma with mean 7.7, SD 9.2 (40,000 values: mean known to 0.046)."""
    z = special.ndtri(stats.qmc.Sobol(2, seed=1).random_base2(15))
    flat = np.zeros((len(z), 4))
    flat[:, 2:] = z
    rest, peak = acute(Dissociation(stable=0.0), flat)
    assert peak.mean() == pytest.approx(7.7, rel=0.01)
    assert peak.std() == pytest.approx(9.2, rel=0.01)
    assert rest.mean() == pytest.approx(1.5, rel=0.01)
    shared = stream(1, "shared").normal(size=(20_000, 6))
    _, twice = acute(Dissociation(stable=1.0), shared)
    assert np.array_equal(twice[:, 0], twice[:, 1])
    _, calm = acute(Dissociation(peak_sd=0.0), shared)
    assert (calm == 7.7).all()


def test_who_believes_expects() -> None:
    """With everybody or nobody believing, expectancy is a shift or nothing."""
    plain = next(cohorts(ANYBODY, 300, 30, 2))
    shifted = ANYBODY.varied(expectancy=-4.0, belief_at_rest=1 - 1e-12)
    none = ANYBODY.varied(expectancy=-4.0, belief_at_rest=1e-12)
    everybody = next(cohorts(shifted, 300, 30, 2))
    assert everybody.true[:, 30] - plain.true[:, 30] == pytest.approx(
        -4 * -np.expm1(-44 / 5)
    )
    assert np.array_equal(next(cohorts(none, 300, 30, 2)).true, plain.true)
    half = next(cohorts(ANYBODY.varied(expectancy=-4.0), 300, 30, 2))
    share = (half.true[:, 30] < plain.true[:, 30]).mean()
    assert share == pytest.approx(0.5, abs=0.12)


def test_exposure_is_log_normal_around_the_typical_person() -> None:
    """Twice the exposure is two infusions at once; the median person is typical."""
    made = next(cohorts(ANYBODY.varied(exposure=0.3), 2000, 5, 4))
    logs = np.log(made.exposure)
    assert logs.mean() == pytest.approx(0, abs=4 * 0.3 / np.sqrt(2000))
    assert logs.std() == pytest.approx(0.3, rel=0.07)
    assert np.array_equal(np.argsort(made.benefit), np.argsort(made.exposure))
    once = Assumptions(induction=(0,), start=1)
    twice = Assumptions(induction=(0, 0), start=1)
    assert induced(once, np.array([2.0])) == pytest.approx(induced(twice, np.ones(1)))
    assert (next(cohorts(ANYBODY, 50, 5, 4)).exposure == 1).all()


@pytest.mark.calibration
@pytest.mark.skipif(
    getattr(load_scenario("feder2021"), "response", None) is None,
    reason="the scenario of the reference trial does not say how a benefit decays",
)
def test_untreated_responders_are_those_of_a_simulated_trial() -> None:
    """The whole trial, with its visits and departures, is simulated by other code.

    450 participants in the arm: response is known to 0.022, the share in response
    at a follow-up visit to 0.03, their mean to 0.02.
    """
    protocol, scenario = load_protocol("feder2021"), load_scenario("feder2021")
    data = simulate(protocol, scenario, seed=3, n=900)
    table = data.scores[
        (data.scores.instrument == "caps5") & (data.scores.score == "total")
    ]
    wide = table.pivot_table(index="participant", columns="visit", values="value")
    arm = data.participants.set_index("participant")["arm"]
    wide = wide[(arm.reindex(wide.index) == "ketamine") & wide["week-2"].notna()]
    bound = 0.7 * wide["baseline"] + 1e-9
    responds = wide["week-2"] <= bound
    made = list(cohorts(Assumptions.of(protocol, scenario), 8000, 170, 1))
    n = sum(len(cohort.who) for cohort in made)
    assert n / 8000 == pytest.approx(responds.mean(), abs=0.07)
    there, here = [], []
    courses = [
        follow_schedule(cohort, read_schedule("none"), 168, 7) for cohort in made
    ]
    for visit in protocol.schedule.visits:
        if visit.only_if == "response":
            seen = wide.loc[responds, visit.id].dropna()
            there.append((seen <= bound[seen.index]).mean())
            place = (visit.day - 14) // 7 - 1
            here.append(sum(c.rated[:, place].sum() for c in courses) / n)
    assert len(here) == 11
    assert np.mean(here) == pytest.approx(np.mean(there), abs=0.07)
    assert here == pytest.approx(there, abs=0.12)
