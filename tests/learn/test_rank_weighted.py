"""TOC, AUTOC and Qini: the values of R and of grf, and what must always hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.learn.rank_weighted import effect_scores, rank_weighted
from tests.learn.actg175 import reference, sample

numbers = st.floats(-100, 100)


def test_areas_and_scores_are_those_of_r() -> None:
    known = reference("learn_rate")["by_cd40"]
    people = sample(60)
    scores = effect_scores(people["change"].to_numpy(), people["treated"].to_numpy())
    assert_allclose(scores, known["scores"], atol=1e-10)  # the reference states 1e-10
    found = rank_weighted(scores, np.array(known["priorities"]))
    assert_allclose(found.autoc, known["AUTOC"], atol=1e-10)
    assert_allclose(found.qini, known["QINI"], atol=1e-10)
    tenths = [6 * k - 1 for k in range(1, 11)]
    assert_allclose(found.toc[tenths], known["grf"]["toc_grid"], atol=1e-10)


@given(
    st.lists(st.tuples(numbers, st.integers(0, 3)), min_size=1, max_size=30), st.data()
)
def test_the_order_in_the_file_decides_nothing(
    people: list[tuple[float, int]], data: st.DataObject
) -> None:
    mixed = data.draw(st.permutations(people))
    first, second = (
        rank_weighted(np.array([s for s, _ in rows]), np.array([p for _, p in rows]))
        for rows in (people, mixed)
    )
    assert_allclose(first.toc, second.toc, atol=1e-9)
    assert_allclose(first.autoc, second.autoc, atol=1e-9)


@given(st.lists(numbers, min_size=1, max_size=30))
def test_equal_predictions_sort_nobody(scores: list[float]) -> None:
    found = rank_weighted(np.array(scores), np.zeros(len(scores)))
    assert_allclose(found.toc, 0, atol=1e-9)


def test_the_best_and_the_worst_order_have_opposite_qini() -> None:
    scores = np.arange(10.0)
    best, worst = rank_weighted(scores, scores), rank_weighted(scores, -scores)
    assert best.qini > 0
    assert_allclose(best.qini, -worst.qini)


@pytest.mark.parametrize(
    ("scores", "predictions"),
    [([1.0], [1.0, 2.0]), ([], []), ([np.nan], [1.0]), ([1.0], [np.inf])],
)
def test_unusable_vectors_are_refused(
    scores: list[float], predictions: list[float]
) -> None:
    with pytest.raises(ValueError, match=r"same length|not finite"):
        rank_weighted(np.array(scores), np.array(predictions))


def test_scores_need_both_arms_and_a_probability() -> None:
    with pytest.raises(ValueError, match="no participants"):
        effect_scores(np.ones(3), np.ones(3, dtype=bool))
    with pytest.raises(ValueError, match="not between"):
        effect_scores(np.ones(4), np.arange(4) < 2, probability=1.0)
