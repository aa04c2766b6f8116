"""Streams of people, and choices among alternatives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.simulate.random_draws import Roster, choices, name_of, normals, uniforms
from tests.simulate.trials import crowd

PEOPLE = crowd(3, seed=7)


@pytest.mark.parametrize("draw", [uniforms, normals])
def test_nobodys_numbers_depend_on_who_else_is_there(draw) -> None:
    together = draw(PEOPLE, "walk", 4, 2)
    assert together.shape == (3, 4, 2)
    last = PEOPLE.some(np.array([False, False, True]))
    assert np.array_equal(draw(last, "walk", 4, 2), together[2:])
    assert np.array_equal(draw(crowd(90, seed=7), "walk", 4, 2)[:3], together)


@pytest.mark.property
@given(
    st.lists(st.integers(0, 2**62), min_size=1, max_size=5, unique=True),
    st.data(),
)
def test_a_trial_has_its_numbers_beside_any_others(seeds: list[int], data) -> None:
    sizes = data.draw(
        st.lists(st.integers(0, 6), min_size=len(seeds), max_size=len(seeds))
    )
    roster = Roster.of(tuple(seeds), sizes)
    assert len(roster) == sum(sizes)
    drawn = uniforms(roster, "walk", 3)
    for t, (seed, size) in enumerate(zip(seeds, sizes, strict=True)):
        alone = uniforms(crowd(size, seed), "walk", 3)
        assert np.array_equal(drawn[roster.trial == t], alone)
        assert roster.names[roster.trial == t].tolist() == [
            name_of(i) for i in range(size)
        ]


@pytest.mark.parametrize("draw", [uniforms, normals])
def test_people_purposes_and_seeds_have_streams_of_their_own(draw) -> None:
    first = draw(PEOPLE, "walk", 400)
    others = (draw(PEOPLE, "run", 400), draw(crowd(3, seed=8), "walk", 400))
    rows = np.vstack([first, *others])
    correlation = np.corrcoef(rows) - np.eye(len(rows))
    assert np.abs(correlation).max() < 4 / np.sqrt(400)


def test_no_people_have_no_numbers() -> None:
    assert uniforms(crowd(0), "walk", 3).shape == (0, 3)


def test_a_number_falls_on_one_alternative_or_after_the_last() -> None:
    u = np.array([0.0, 0.19, 0.2, 0.49, 0.5, 0.99])
    assert choices(u, [0.2, 0.3]).tolist() == [0, 0, 1, 1, 2, 2]
    assert choices(u, []).tolist() == [0] * 6


def test_an_alternative_of_probability_0_is_never_chosen() -> None:
    u = np.array([0.0, 0.5, np.nextafter(1, 0)])
    assert choices(u, [0.0, 1.0, 0.0]).tolist() == [1, 1, 1]
