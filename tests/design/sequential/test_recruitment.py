"""Recruitment in periods, and its inverse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.design.sequential.recruitment import Recruitment, overrun
from equipoise.errors import DesignError


@given(
    st.lists(st.floats(0.1, 50), min_size=1, max_size=5),
    st.lists(st.floats(0.1, 20), min_size=5, max_size=5),
    st.floats(0, 100),
)
def test_time_and_participants_are_each_other(
    rates: list[float], durations: list[float], time: float
) -> None:
    recruitment = Recruitment(tuple(rates), tuple(durations[: len(rates) - 1]))
    found = recruitment.time_of(recruitment.randomized(time))
    assert found == pytest.approx(time, abs=1e-6)


@given(st.floats(0.1, 50), st.floats(1, 100), st.floats(0, 500))
def test_an_overrun_never_passes_the_maximum(
    rate: float, included: float, delay: float
) -> None:
    found = overrun(Recruitment((rate,)), included, 100, delay)
    assert included <= found.randomized <= 100
    assert found.without_outcome <= rate * delay + 1e-6


@pytest.mark.parametrize(
    ("rates", "durations"),
    [((), ()), ((0.0,), ()), ((-1.0, 2.0), (1.0,)), ((1.0, 2.0), ()), ((1, 2), (0,))],
)
def test_an_impossible_recruitment_is_refused(
    rates: tuple[float, ...], durations: tuple[float, ...]
) -> None:
    with pytest.raises(DesignError, match="EQ801"):
        Recruitment(rates, durations)
