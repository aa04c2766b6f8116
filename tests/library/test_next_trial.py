"""The plan of the next trial: two arms with psychotherapy, interim analyses, 12 weeks."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.analyze.run import analyze
from equipoise.design.stated_size import size_notes
from equipoise.exchange.protocols import load_protocol
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.check import check_scenario
from equipoise.simulate.interim_course import simulate_course
from equipoise.simulate.operating_characteristics.grid import (
    GridOptions,
    grid_scenarios,
)
from equipoise.simulate.operating_characteristics.response_variants import (
    has_drug_effect,
    with_drug_effect,
)
from equipoise.simulate.operating_characteristics.scenario_variants import with_effect
from equipoise.simulate.operating_characteristics.true_effects import true_values
from equipoise.simulate.trial import simulate

PLAN, SCENARIO = load_protocol("next-trial"), load_scenario("next-trial")


def test_what_is_planned() -> None:
    assert PLAN.size.participants >= 140
    assert PLAN.interim is not None
    assert PLAN.interim.analyses == (0.5, 0.75, 1.0)
    primary = PLAN.endpoint(PLAN.interim.endpoint)
    assert PLAN.schedule.visit(str(primary.variable.at)).day == 12 * 7
    for arm in PLAN.arms:
        infused, therapy = PLAN.treatments(arm.id)
        assert PLAN.infused(arm.id) == infused
        assert infused.drug == arm.id
        assert (therapy.kind, therapy.sessions) == ("psychotherapy", 5)


def test_the_scenario_fits_and_the_size_follows_from_its_assumptions() -> None:
    assert check_scenario(SCENARIO, PLAN) == []
    assert size_notes(PLAN) == []


def test_the_scenario_has_about_the_difference_of_the_size() -> None:
    """Six points; each course that nothing distinguishes has none."""
    (item,) = grid_scenarios(PLAN, SCENARIO, 1, GridOptions((160,)))
    assert item.design == "interim"
    found = true_values(item.run.endpoint_set(), SCENARIO, 1)
    assert found["caps5_change"] == pytest.approx(-6, abs=0.5)
    null = with_effect(SCENARIO, PLAN, 0)
    assert true_values(item.run.endpoint_set(), null, 1) == {"caps5_change": 0}
    half = with_effect(SCENARIO, PLAN, 0.5)
    (first, second) = half.courses[0].effects
    assert (first.sessions, second.sessions) == (-9, -8)
    same = with_drug_effect(SCENARIO, PLAN, 0)
    assert {e.drug for e in same.courses[0].effects} == {0}
    assert has_drug_effect(same)  # the therapy does more in one arm


def test_the_response_to_the_therapy_comes_with_its_sessions_and_stays() -> None:
    """Without drug, placebo and expectancy the arms differ by the sessions alone."""
    alone = SCENARIO.model_copy(
        update={
            "courses": tuple(
                course.model_copy(
                    update={
                        "effects": tuple(
                            effect.model_copy(
                                update={"drug": 0.0, "placebo": 0.0, "expectancy": 0.0}
                            )
                            for effect in course.effects
                        )
                    }
                )
                for course in SCENARIO.courses
            )
        }
    )
    (item,) = grid_scenarios(PLAN, alone, 1, GridOptions((160,), designs=("fixed",)))
    found = true_values(item.run.endpoint_set(), alone, 1)
    response = SCENARIO.response
    assert response is not None
    assert response.sessions is not None
    passed = 84 - response.sessions.start
    wanted = (-10 + 8) * (1 - np.exp(-passed / response.sessions.days))
    assert found["caps5_change"] == pytest.approx(wanted, abs=0.1)  # whole points


def test_a_rehearsal_without_its_interim_analyses() -> None:
    """One final analysis of a small trial: data, analysis, sites and sessions."""
    fixed = PLAN.model_copy(update={"interim": None})
    data = simulate(fixed, SCENARIO, seed=3, n=40)
    results = analyze(fixed, data)
    row = results["caps5_change"]
    assert row.visit == "week-12"
    assert row.estimate is not None
    assert results["response"].p is not None
    drugs = set(data.exposures["drug"].dropna())
    assert drugs == {"ketamine", "midazolam"}
    assert data.participants["site"].nunique() == 4


def test_a_small_one_holds_its_interim_analyses_up_to_its_result() -> None:
    data, course = simulate_course(PLAN, SCENARIO, seed=1, n=40)
    assert len(course.record) == 2
    assert [sum(result.found.included.values()) >= 20 for result in course.results]
    row = course.analysis(PLAN)(PLAN, data)["caps5_change"]
    assert "adjusted for the interim analyses" in str(row.note)
    assert row.lower < row.estimate < row.upper
