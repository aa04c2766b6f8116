"""Error and sides of a test, as the options give them."""

import pytest

from equipoise.cli.design_target import Sided, level, sided
from equipoise.errors import DesignError


def test_the_error_is_that_of_the_sides() -> None:
    assert sided(Sided(None, None, 0.8)).alpha == 0.05
    assert sided(Sided(None, 1, 0.8)).alpha == 0.025
    one = sided(Sided(None, None, 0.8, one_sided=True))
    assert (one.alpha, one.sides) == (0.025, 1)
    assert sided(Sided(0.1, None, 0.8, 2.0)).one_sided == 0.05


def test_two_sides_of_a_one_sided_hypothesis_are_refused() -> None:
    with pytest.raises(DesignError, match="EQ809"):
        sided(Sided(None, 2, 0.8, one_sided=True))


def test_the_level_names_its_sides() -> None:
    assert level(sided(Sided(None, None, 0.8))) == "two-sided at 5%"
    assert level(sided(Sided(None, 1, 0.8))) == "one-sided at 2.5%"
