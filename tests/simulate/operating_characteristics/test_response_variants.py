"""What is the drug's, and what is expectancy of participants who recognize their arm."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import SimulationError
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.operating_characteristics.chunk import simulate_chunk
from equipoise.simulate.operating_characteristics.grid import (
    GridOptions,
    grid_scenarios,
    with_factors,
)
from equipoise.simulate.operating_characteristics.response_variants import (
    has_drug_effect,
    with_drug_effect,
    with_expectancy,
    with_unblinding,
)
from equipoise.simulate.operating_characteristics.summary import summarize
from equipoise.simulate.operating_characteristics.trial_estimates import (
    select_endpoints,
)
from equipoise.simulate.operating_characteristics.true_effects import (
    true_differences,
    true_values,
)
from tests.analyze.feder import feder

SCENARIO = load_scenario("feder2021")
PRIMARY = select_endpoints(feder(), SCENARIO, ("caps5_change",))
FACTORS = st.floats(0, 10)


@given(FACTORS, FACTORS)
def test_each_factor_changes_its_part_alone(drug: float, expectancy: float) -> None:
    changed = with_expectancy(with_drug_effect(SCENARIO, feder(), drug), expectancy)
    for old, new in zip(SCENARIO.courses, changed.courses, strict=True):
        for was, now in zip(old.effects, new.effects, strict=True):
            assert now.drug == pytest.approx(drug * was.drug)
            assert now.expectancy == pytest.approx(expectancy * was.expectancy)
            assert now.placebo == was.placebo
    assert changed.acute == SCENARIO.acute
    assert changed.conduct == SCENARIO.conduct
    assert has_drug_effect(changed) == (drug != 0)


def test_a_factor_of_one_is_the_scenario() -> None:
    assert with_factors(SCENARIO, feder()) == SCENARIO


def test_a_perfect_blind_does_not_ask_what_was_felt() -> None:
    response = with_unblinding(SCENARIO, 0.0).response
    assert response is not None
    assert response.belief is not None
    assert response.belief.odds == 1


@settings(max_examples=5, deadline=None)
@given(st.floats(0, 3), st.integers(1, 3))
def test_without_expectancy_no_drug_effect_is_no_difference(
    unblinding: float, seed: int
) -> None:
    """The same participants, the same draws: the difference is 0 and not about 0."""
    none = with_factors(
        SCENARIO, feder(), drug_effect=0.0, expectancy=0.0, unblinding=unblinding
    )
    assert true_values(PRIMARY, none, seed)["caps5_change"] == 0


def test_expectancy_is_a_true_difference_that_is_not_the_drugs() -> None:
    assumed = with_factors(SCENARIO, feder(), drug_effect=0.0, expectancy=4.0)
    true = true_differences(PRIMARY, assumed, 1)
    assert true.total["caps5_change"] < -0.5
    assert true.drug["caps5_change"] == 0
    blind = with_factors(
        SCENARIO, feder(), drug_effect=0.0, expectancy=4.0, unblinding=0.0
    )
    # With nothing to recognize the arm by, as many expect more in each arm.
    assert true_differences(PRIMARY, blind, 1).total["caps5_change"] == 0


def test_the_table_names_what_a_rejection_is() -> None:
    options = GridOptions((20,), drug_effects=(0.0, 1.0), expectancies=(4.0,))
    tables = []
    for item in grid_scenarios(feder(), SCENARIO, 5, options):
        true = true_differences(PRIMARY, item.run.scenario, 5)
        tables.append(summarize(item.run, simulate_chunk(item.run, 0, 3), true))
    none, some = (table.set_index("endpoint") for table in tables)
    assert set(none["rejections"]) == {"type I error"}
    assert set(some["rejections"]) == {"power"}
    assert none.loc["caps5_change", "truth_drug"] == 0
    assert some.loc["caps5_change", "truth_drug"] < -8


def test_a_factor_of_what_the_scenario_does_not_state_is_refused() -> None:
    plain = with_expectancy(SCENARIO, 0.0)
    response = plain.response
    assert response is not None
    plain = plain.model_copy(
        update={
            "response": response.model_copy(update={"belief": None}),
            "guesses": (),
        }
    )
    options = GridOptions((20,), expectancies=(2.0,), unblindings=(0.0,))
    with pytest.raises(SimulationError) as refusal:
        grid_scenarios(feder(), plain, 1, options)
    said = str(refusal.value)
    assert "--expectancy changes nothing" in said
    assert "--unblinding changes nothing" in said
