"""Totals given out to parts: always exact, always within the room."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.simulate.allocate import Steps, fill

PROPENSITY = st.floats(0.05, 20)


@st.composite
def filled(draw: st.DrawFn) -> tuple[list[int], int, list[float]]:
    room = draw(st.lists(st.integers(0, 6), min_size=1, max_size=12))
    points = draw(st.integers(0, sum(room)))
    weights = draw(
        st.lists(PROPENSITY, min_size=len(room), max_size=len(room), unique=True)
    )
    return room, points, weights


@pytest.mark.property
@given(filled())
def test_points_sum_to_the_total_and_fit_the_room(
    case: tuple[list[int], int, list[float]],
) -> None:
    room, points, weights = case
    given_out = fill(np.array([points]), room, np.array([weights]))[0]
    assert given_out.sum() == points
    assert np.all(given_out >= 0)
    assert np.all(given_out <= room)


@pytest.mark.property
@given(filled())
def test_one_point_more_goes_to_one_item(
    case: tuple[list[int], int, list[float]],
) -> None:
    """A divisor method is monotone in the total (Balinski and Young 2001)."""
    room, points, weights = case
    if points == sum(room):
        points -= 1
    if points < 0:
        return
    both = fill(np.array([points, points + 1]), room, np.array([weights] * 2))
    assert sorted(both[1] - both[0])[-1] == 1
    assert (both[1] - both[0]).sum() == 1


def test_points_go_by_propensity() -> None:
    """Webster's method by hand: quotients 6/0.5, 2/0.5, 1/0.5, 6/1.5, ..."""
    shares = fill(np.array([9]), [9, 9, 9], np.array([[6.0, 2.0, 1.0]]))
    assert shares.tolist() == [[6, 2, 1]]


def test_equal_items_take_equal_parts() -> None:
    assert fill(np.array([8]), [4] * 4, np.ones((1, 4))).tolist() == [[2, 2, 2, 2]]


def test_all_or_nothing() -> None:
    totals = fill(np.array([0, 7]), [3, 4], np.ones((2, 2)))
    assert totals.tolist() == [[0, 0], [3, 4]]


YMRS_LIKE = Steps(lowest=(0, 0, 0, 0), room=(4, 4, 4, 4), size=(1, 1, 2, 2))


@pytest.mark.parametrize("total", range(25))
def test_parts_of_two_step_sizes_sum_to_every_total(total: int) -> None:
    weights = np.array([[1.0, 0.3, 5.0, 0.2], [0.1, 0.1, 0.1, 9.0], [3, 3, 0.01, 0.01]])
    parts = YMRS_LIKE.values(np.full(3, float(total)), weights)
    assert parts.sum(axis=1).tolist() == [total] * 3
    assert np.all((parts >= 0) & (parts <= [4, 4, 8, 8]))
    assert np.all(parts[:, 2:] % 2 == 0)


def test_a_part_is_never_below_its_lowest_value() -> None:
    steps = Steps(lowest=(1, 1), room=(6, 6), size=(1, 1))
    parts = steps.values(np.array([2.0, 14.0, 9.0]), np.ones((3, 2)) * [1, 9])
    assert parts.sum(axis=1).tolist() == [2, 14, 9]
    assert parts.min() == 1
    assert parts.max() == 7


@pytest.mark.parametrize(
    ("room", "size", "exact"),
    [
        ((3, 3), (1, 1), True),
        ((1, 3), (1, 2), True),
        ((0, 3), (1, 2), False),  # only even totals
        ((1, 3), (1, 3), False),  # 2 cannot be reached
        ((9, 3, 3), (1, 2, 3), False),  # two other sizes are not handled
    ],
)
def test_it_is_known_whether_every_total_can_be_reached(
    room: tuple[int, ...], size: tuple[int, ...], exact: bool
) -> None:
    assert Steps((0,) * len(room), room, size).is_exact is exact


@st.composite
def bounded(
    draw: st.DrawFn,
) -> tuple[list[int], int, list[float], list[int], list[int]]:
    """Points between the sum of the least and the sum of the most."""
    room, _, weights = draw(filled())
    most = [draw(st.integers(0, r)) for r in room]
    least = [draw(st.integers(0, m)) for m in most]
    points = draw(st.integers(sum(least), sum(most)))
    return room, points, weights, least, most


@pytest.mark.property
@given(bounded())
def test_limits_that_the_total_allows_are_kept(case) -> None:
    room, points, weights, least, most = case
    given_out = fill(
        np.array([points]),
        room,
        np.array([weights]),
        np.array([least]),
        np.array([most]),
    )[0]
    assert given_out.sum() == points
    assert np.all(given_out >= least)
    assert np.all(given_out <= most)


@pytest.mark.property
@given(filled())
def test_the_total_comes_before_its_limits(case) -> None:
    room, points, weights = case
    all_of_it = np.array([room])
    nothing = np.zeros_like(all_of_it)
    for least, most in ((all_of_it, all_of_it), (nothing, nothing)):
        given_out = fill(np.array([points]), room, np.array([weights]), least, most)
        assert given_out.sum() == points
        assert np.all(given_out <= room)
