"""Assurance of a grid: what the formulas say, its error, and the grids that say nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from equipoise.design.fixed.means import powers_of_means
from equipoise.design.planning.assurance import Prior, assurance, over_prior
from equipoise.design.planning.assured_trials import assured_repeated
from equipoise.design.planning.repeated import RepeatedMeasures
from equipoise.design.requirements import Target
from equipoise.errors import SimulationError
from equipoise.exchange.scenarios import load_scenario
from equipoise.numerics.rng import stream
from equipoise.simulate.context import Context
from equipoise.simulate.operating_characteristics import true_effects
from equipoise.simulate.operating_characteristics.chunk import simulate_chunk
from equipoise.simulate.operating_characteristics.efficacy_only import simulate_efficacy
from equipoise.simulate.operating_characteristics.grid import (
    GridOptions,
    GridScenario,
    grid_scenarios,
    with_factors,
)
from equipoise.simulate.operating_characteristics.grid_assurance import (
    believed_difference,
    check_effects,
    grid_assurances,
    power_curve,
    shows_benefit,
)
from equipoise.simulate.operating_characteristics.trial_estimates import FIELDS
from equipoise.simulate.operating_characteristics.true_effects import (
    TrueDifferences,
    true_differences,
)
from equipoise.simulate.scenario import Scenario
from tests.analyze.feder import feder

SCENARIO = load_scenario("feder2021")
EFFECTS = (0.0, 0.3, 0.6, 0.9, 1.2)
PRIOR = Prior(estimate=-7, std_error=3)


@pytest.mark.parametrize("n", [30, 60, 200])
@pytest.mark.parametrize("prior", [
    Prior(estimate=7, std_error=3),
    Prior(estimate=5, std_error=2, sceptical=0.3),
])  # fmt: skip
def test_the_curve_through_five_powers_of_a_t_test_has_its_assurance(
    n: int, prior: Prior
) -> None:
    """Within 0.1 percentage points: a tenth of the error of 2,000 trials."""
    at = np.array([0.0, 3.5, 7.0, 10.5, 14.0])
    powers = powers_of_means(n / 2, n / 2, at / 11, Target())
    expected = assurance(prior, 11.0, n / 2, n / 2, Target())
    assert over_prior(prior, power_curve(at, powers)) == pytest.approx(
        expected, abs=1e-3
    )


@given(
    st.lists(st.floats(0.01, 0.99), min_size=3, max_size=6),
    st.lists(st.floats(-30, 30), min_size=2, max_size=20),
)
def test_a_curve_never_falls(powers: list[float], at: list[float]) -> None:
    curve = power_curve(np.arange(len(powers), dtype=float), np.array(powers))
    assert (np.diff(curve(np.sort(at))) >= -1e-12).all()


def in_the_scenario(
    scenario: Scenario, effects: tuple[float, ...], n: int = 30
) -> tuple[tuple[GridScenario, ...], dict[tuple[float, ...], TrueDifferences]]:
    """Scenarios of a grid and the true differences that a line has, without trials."""
    made = grid_scenarios(feder(), scenario, 1, GridOptions((n,), effects))
    return made, {
        item.participants: TrueDifferences(
            {"caps5_change": -12.0 * item.effect}, {}, {"caps5_change": 0.0}
        )
        for item in made
    }


def outcomes(shown: np.ndarray, sign: float = -1.0) -> np.ndarray:
    """Trials x endpoints x fields with P values of 0.01 where a trial rejects."""
    estimates = np.full((len(shown), 3, len(FIELDS)), np.nan)
    estimates[:, 0, FIELDS.index("estimate")] = sign
    estimates[:, 0, FIELDS.index("p")] = np.where(shown, 0.01, 0.5)
    return estimates


def test_at_a_certain_effect_it_is_the_power_with_its_binomial_error() -> None:
    rng = stream(5, "trials")
    made, true = in_the_scenario(SCENARIO, (0.0, 0.5, 1.0))
    chances = (0.02, 0.4, 0.8)
    found = [outcomes(rng.random(2000) < chance) for chance in chances]
    certain = Prior(estimate=-6, std_error=1e-6)
    results = grid_assurances(made, found, true, certain)
    assert len(set(results)) == 1  # scenarios of one curve
    power = shows_benefit(made[1], found[1]).mean()
    value, error = results[0]
    assert value == pytest.approx(power, abs=0.5 / 2000)  # half a trial on either side
    # 50 groups know a standard error to 10% of it.
    assert error == pytest.approx((power * (1 - power) / 2000) ** 0.5, rel=0.3)


def test_the_error_of_the_true_differences_is_part_of_the_error() -> None:
    made, true = in_the_scenario(SCENARIO, (0.0, 0.5, 1.0))
    chances = special.ndtr(np.array([0.0, 6.0, 12.0]) / 4 - 1.96)
    found = [outcomes(np.arange(4000) < 4000 * chance) for chance in chances]
    certain = Prior(estimate=-6, std_error=1e-6)
    exact = grid_assurances(made, found, true, certain)[0][1]
    unsure = {k: replace(v, error={"caps5_change": 0.2}) for k, v in true.items()}
    both = grid_assurances(made, found, unsure, certain)[0][1]
    # 0.2 of 12 points are 0.1 of 6: density of z at 6 / 4 - 1.96, times 0.1 / 4.
    density = float(np.exp(-((6 / 4 - 1.96) ** 2) / 2) / np.sqrt(2 * np.pi))
    assert (both**2 - exact**2) ** 0.5 == pytest.approx(density * 0.1 / 4, rel=0.1)


def test_a_rejection_in_favor_of_the_control_is_no_success() -> None:
    made, _ = in_the_scenario(SCENARIO, (1.0,))
    rejecting = np.ones(4, dtype=bool)
    assert shows_benefit(made[0], outcomes(rejecting)).all()
    assert not shows_benefit(made[0], outcomes(rejecting, sign=1.0)).any()


def without_complications() -> Scenario:
    """The scenario with every visit on its day, nobody leaving, and no expectancy."""
    attendance = SCENARIO.conduct.attendance.model_copy(
        update={"missed_visit": 0.0, "missed_infusion": 0.0, "on_planned_day": 1.0}
    )
    conduct = SCENARIO.conduct.model_copy(update={"attendance": attendance})
    scenario = SCENARIO.model_copy(update={"conduct": conduct})
    return with_factors(scenario, feder(), expectancy=0.0, dropout=0.0)


def test_it_agrees_with_the_formula_for_a_trial_without_complications(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """``design assurance mmrm``, with SD and correlation of one very large trial."""
    monkeypatch.setattr(true_effects, "LARGE", 4000)  # its error is part of the error
    scenario, n, trials = without_complications(), 40, 300
    made = grid_scenarios(feder(), scenario, 1, GridOptions((n,), EFFECTS))
    true = {
        item.participants: true_differences(
            item.run.endpoint_set(), item.run.scenario, 1
        )
        for item in made
    }
    check_effects(made, true, PRIOR)
    found = [simulate_chunk(item.run, 0, trials) for item in made]
    value, error = grid_assurances(made, found, true, PRIOR)[0]

    middle = made[2].run.scenario
    large = simulate_efficacy(Context.of(feder(), middle), (3,), 20_000)[0]
    k = [course.instrument for course in scenario.courses].index("caps5")
    names = [visit.id for visit in feder().schedule.visits]
    pair = large.scores[:, [names.index("baseline"), names.index("week-2")], k]
    assert not np.isnan(pair).any()
    covariance = np.mean([np.cov(pair[large.arm == a].T) for a in (0, 1)], axis=0)
    sd = covariance[1, 1] ** 0.5
    correlation = covariance[0, 1] / (sd * covariance[0, 0] ** 0.5)
    trial = assured_repeated(
        RepeatedMeasures(difference=7, sd=sd, correlation=correlation, visits=1)
    )
    formula = over_prior(
        Prior(estimate=7, std_error=3), lambda effects: trial.power(n, effects)
    )
    assert error < 0.025
    assert value == pytest.approx(formula, abs=3 * error)


@pytest.mark.parametrize(("effects", "prior", "words"), [
    ((1.0,), PRIOR, "needs three or more .*"),
    ((0.0, 0.5, 1.0), Prior(estimate=-7, std_error=4), "lies beyond the largest effect"),
    ((0.5, 0.7, 1.2), PRIOR, "lies below the smallest effect"),
    ((0.0, 0.5, 1.0), Prior(estimate=7, std_error=3), "favors the control: lower is"),
    ((0.0,), PRIOR, "no effect of the grid is a benefit"),
])  # fmt: skip
def test_a_grid_that_says_too_little_about_the_prior_is_rejected(
    effects: tuple[float, ...], prior: Prior, words: str
) -> None:
    made, true = in_the_scenario(SCENARIO, effects)
    with pytest.raises(SimulationError, match=f"EQ646 .*{words}"):
        check_effects(made, true, prior)


def test_the_proposed_effects_are_accepted() -> None:
    prior = Prior(estimate=-7, std_error=4, sceptical=0.4, sceptical_sd=9)
    made, true = in_the_scenario(SCENARIO, (1.0,))
    with pytest.raises(SimulationError) as raised:
        check_effects(made, true, prior)
    fix = raised.value.problems[0].fix
    proposed = tuple(float(word) for word in fix.split() if word[0].isdigit())
    assert len(proposed) == 5
    check_effects(*in_the_scenario(SCENARIO, proposed), prior)


def test_a_primary_endpoint_without_a_known_difference_is_rejected() -> None:
    endpoints = tuple(
        e.model_copy(update={"level": "primary" if e.id == "response" else "secondary"})
        for e in feder().endpoints
    )
    protocol = feder().model_copy(update={"endpoints": endpoints})
    made = grid_scenarios(protocol, SCENARIO, 1, GridOptions((20,), EFFECTS))
    with pytest.raises(SimulationError, match=r"EQ646 .* response is not known"):
        check_effects(made, {}, PRIOR)


def test_the_sentence_has_the_probability_of_benefit() -> None:
    prior = Prior(estimate=-7, std_error=3, sceptical=0.3, sceptical_sd=2)
    text = believed_difference(prior, feder())
    benefit = 0.7 * special.ndtr(7 / 3) + 0.3 * 0.5
    assert f"{100 * benefit:.1f}%" in text
    assert "an estimate of −7" in text
    assert "a weight of 30% for a difference around 0 (SD 2)" in text


def test_members_of_a_curve_differ_in_the_effect_alone() -> None:
    rng = stream(6, "trials")
    made = grid_scenarios(feder(), SCENARIO, 1, GridOptions((20, 40), (0.0, 0.5, 1.2)))
    true = in_the_scenario(SCENARIO, (0.0, 0.5, 1.2))[1]

    def chance(item: GridScenario) -> float:
        return float(special.ndtr(item.effect * item.size**0.5 / 2 - 1.96))

    found = [outcomes(rng.random(500) < chance(item)) for item in made]
    results = grid_assurances(made, found, true, PRIOR)
    by_size = {
        n: {r for item, r in zip(made, results, strict=True) if item.size == n}
        for n in (20, 40)
    }
    assert [len(values) for values in by_size.values()] == [1, 1]
    (small,), (large,) = by_size.values()
    assert small[0] < large[0]
