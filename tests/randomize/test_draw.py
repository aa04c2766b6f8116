"""A draw can be replayed, by anybody, in any order."""

from dataclasses import replace

import numpy as np
import pytest

from equipoise.randomize.draw import drawn

FAIR = {"a": 0.5, "b": 0.5}


def test_it_holds_and_a_changed_one_does_not() -> None:
    one = drawn(7, "site 1", 3, FAIR)
    assert one.holds(7)
    assert not one.holds(8)
    other = "b" if one.arm == "a" else "a"
    assert not replace(one, arm=other).holds(7)
    assert not replace(one, place=4).holds(7)


def test_places_do_not_depend_on_each_other() -> None:
    later = drawn(7, "all", 9, FAIR)
    for place in range(9):
        drawn(7, "all", place, FAIR)
    assert drawn(7, "all", 9, FAIR) == later


def test_shares_are_the_probabilities() -> None:
    """5,000 draws: a share is known to 0.6%."""
    arms = [drawn(1, "all", p, {"a": 0.2, "b": 0.3, "c": 0.5}).arm for p in range(5000)]
    found = [arms.count(arm) / 5000 for arm in "abc"]
    np.testing.assert_allclose(found, [0.2, 0.3, 0.5], atol=0.025)


def test_an_arm_without_probability_is_never_drawn() -> None:
    assert {
        drawn(1, "all", p, {"a": 0.0, "b": 1.0, "c": 0.0}).arm for p in range(50)
    } == {"b"}


def test_probabilities_that_are_none_are_refused() -> None:
    for bad in ({"a": 0.5, "b": 0.4}, {"a": -0.1, "b": 1.1}, {}):
        with pytest.raises(ValueError, match="add up to 1"):
            drawn(1, "all", 0, bad)
