"""Scores over days: means, spread and correlation of the plan."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.simulate.scenario_measurements import VisitCorrelation
from equipoise.simulate.score_trajectories import course_plan, visit_correlation
from tests.simulate.trials import (
    crowd,
    feder,
    feder_scenario,
    small_protocol,
    small_scenario,
)


def test_a_change_is_linear_between_the_visits_named_and_then_stays() -> None:
    plan = course_plan(small_scenario(), small_protocol())
    walk, wait, nobody = plan.change[:, :, 0]
    assert walk.tolist() == [0, 0, -2, -2.5, -3]  # days -7, 0, 30, 60, 90
    assert wait.tolist() == [0, 0, -0.5, -0.5, -0.5]
    assert not nobody.any()


def test_the_spread_changes_after_baseline() -> None:
    plan = course_plan(small_scenario(), small_protocol())
    assert plan.sd[:, 0].tolist() == [1.5, 1.5, 2, 2, 2]
    assert plan.mean[:, 2].tolist() == [50] * 5


def test_the_order_of_courses_need_not_be_that_of_the_correlations() -> None:
    plan = course_plan(small_scenario(), small_protocol())
    assert plan.instruments == ("small", "second", "third")
    matrix = plan.over_instruments @ plan.over_instruments.T
    assert np.allclose(matrix, [[1, -0.5, -0.4], [-0.5, 1, 0.3], [-0.4, 0.3, 1]])


def test_effects_stand_beside_stated_changes() -> None:
    plan, protocol = course_plan(feder_scenario(), feder()), feder()
    assert [arm.id for arm in protocol.arms] == ["ketamine", "midazolam"]
    assert not plan.change.any()
    k = plan.instruments.index("caps5")
    stated = feder_scenario().courses[k].effects
    assert plan.drug[:, k].tolist() == [stated[0].drug, stated[1].drug, 0]
    assert plan.placebo[:, k].tolist() == [stated[0].placebo, stated[1].placebo, 0]
    assert plan.expectancy[2].tolist() == [0] * len(plan.instruments)


def test_numbers_have_the_stated_correlations() -> None:
    plan = course_plan(small_scenario(), small_protocol())
    z = plan.correlated(crowd(4000, seed=5))
    stated = small_scenario().between_visits
    over_time = np.corrcoef(z[:, :, 0].T)
    days = np.array([-7.0, 0, 30, 60, 90])
    assert np.allclose(over_time, visit_correlation(stated, days), atol=0.05)
    across = np.corrcoef(z[:, 2].T)
    expected = plan.over_instruments @ plan.over_instruments.T
    assert np.allclose(across, expected, atol=0.05)


def test_scores_are_whole_and_in_range() -> None:
    plan = course_plan(small_scenario(), small_protocol())
    latent = np.array([[[-3.0, 7.6, 50.4]] * 5])
    assert plan.scores(latent)[0, 0].tolist() == [0, 7, 50]


@pytest.mark.property
@given(
    days=st.lists(st.integers(-50, 400), min_size=1, max_size=15),
    stable=st.floats(0, 0.9),
    more=st.floats(0, 0.09),
    decay=st.floats(0.5, 200),
)
def test_any_stated_correlation_over_time_is_possible(
    days: list[int], stable: float, more: float, decay: float
) -> None:
    stated = VisitCorrelation(
        retest=stable + more, stable=stable, days=decay, assumed=True
    )
    matrix = visit_correlation(stated, np.array(days, dtype=float))
    assert np.linalg.eigvalsh(matrix)[0] > 0.005
    off = matrix[~np.eye(len(days), dtype=bool)]
    assert np.all((off >= stable - 1e-12) & (off <= stable + more + 1e-12))


def test_the_correlation_at_a_distance_by_hand() -> None:
    stated = VisitCorrelation(retest=0.78, stable=0.45, days=14, assumed=True)
    matrix = visit_correlation(stated, np.array([0.0, 14.0, 14.0]))
    assert np.isclose(matrix[0, 1], 0.45 + 0.33 / np.e)
    assert np.isclose(matrix[1, 2], 0.78)
