"""Streams of people, and choices among alternatives."""

import numpy as np
import pytest

from equipoise.simulate.draws import choices, normals, uniforms

PEOPLE = ("P0001", "P0002", "P0003")


@pytest.mark.parametrize("draw", [uniforms, normals])
def test_nobodys_numbers_depend_on_who_else_is_there(draw) -> None:
    together = draw(7, PEOPLE, "walk", 4, 2)
    assert together.shape == (3, 4, 2)
    assert np.array_equal(draw(7, PEOPLE[2:], "walk", 4, 2), together[2:])
    assert np.array_equal(draw(7, PEOPLE[::-1], "walk", 4, 2), together[::-1])


@pytest.mark.parametrize("draw", [uniforms, normals])
def test_people_purposes_and_seeds_have_streams_of_their_own(draw) -> None:
    first = draw(7, PEOPLE, "walk", 400)
    others = (draw(7, PEOPLE, "run", 400), draw(8, PEOPLE, "walk", 400))
    rows = np.vstack([first, *others])
    correlation = np.corrcoef(rows) - np.eye(len(rows))
    assert np.abs(correlation).max() < 4 / np.sqrt(400)


def test_no_people_have_no_numbers() -> None:
    assert uniforms(1, (), "walk", 3).shape == (0, 3)


def test_a_number_falls_on_one_alternative_or_after_the_last() -> None:
    u = np.array([0.0, 0.19, 0.2, 0.49, 0.5, 0.99])
    assert choices(u, [0.2, 0.3]).tolist() == [0, 0, 1, 1, 2, 2]
    assert choices(u, []).tolist() == [0] * 6


def test_an_alternative_of_probability_0_is_never_chosen() -> None:
    u = np.array([0.0, 0.5, np.nextafter(1, 0)])
    assert choices(u, [0.0, 1.0, 0.0]).tolist() == [1, 1, 1]
