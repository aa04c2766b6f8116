"""Shapes of the statements about courses."""

import pytest
from pydantic import ValidationError

from equipoise.simulate.scenario_measurements import Correlation, MinuteCourse


def test_a_matrix_is_its_triangle_twice() -> None:
    stated = Correlation(
        names=("a", "b", "c"), lower=((1,), (0.2, 1), (0.3, 0.4, 1)), assumed=True
    )
    assert stated.matrix().tolist() == [[1, 0.2, 0.3], [0.2, 1, 0.4], [0.3, 0.4, 1]]


@pytest.mark.parametrize("lower", [((1,),), ((1,), (0.2,)), ((1,), (0.2, 1), (1,))])
def test_a_triangle_has_a_row_for_each_name(lower) -> None:
    with pytest.raises(ValidationError, match="lower triangle"):
        Correlation(names=("a", "b"), lower=lower, assumed=True)


@pytest.mark.parametrize(
    ("minutes", "share", "message"),
    [
        ((0, 40), (0, 1, 0), "same length"),
        ((0, 40, 40), (0, 1, 0), "increase"),
        ((40, 0), (1, 0), "increase"),
    ],
)
def test_minutes_increase_and_have_a_share_each(minutes, share, message) -> None:
    with pytest.raises(ValidationError, match=message):
        MinuteCourse(minutes=minutes, share=share, assumed=True)
