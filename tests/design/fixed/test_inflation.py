"""What makes a trial larger."""

import pytest

from equipoise.design.fixed.inflation import (
    design_effect,
    factorial,
    for_dropout,
    multisite,
)
from equipoise.design.fixed.means import means, power_of_means
from equipoise.design.requirements import Size, Target
from equipoise.errors import DesignError


def test_dropout() -> None:
    assert for_dropout(Size(45, 45), 0.1).rounded == (50, 50)
    with pytest.raises(DesignError, match="EQ801"):
        for_dropout(Size(45, 45), 1.0)
    with pytest.raises(DesignError, match="dropout is 20"):
        for_dropout(Size(45, 45), 20)
    with pytest.raises(DesignError, match="EQ802"):
        for_dropout(Size(45, 45), 1 - 1e-9)


def test_clusters_of_a_published_example() -> None:
    """Eldridge et al. 2006: equal clusters 1 + (m - 1) rho; unequal ones cost more."""
    assert design_effect(10, 0.05) == pytest.approx(1.45)
    assert design_effect(10, 0.05, 0.65) == pytest.approx(1 + (1.4225 * 10 - 1) * 0.05)
    assert design_effect(1, 0.05) == 1
    with pytest.raises(DesignError, match="EQ801"):
        design_effect(0.5, 0.05)


def test_too_few_heterogeneous_sites_cannot_answer() -> None:
    assert multisite(Size(50, 50), 10, 1.0).first == pytest.approx(50 / 0.9)
    with pytest.raises(DesignError, match="EQ802"):
        multisite(Size(50, 50), 3, 4.0)


def test_an_interaction_needs_four_times_as_many() -> None:
    found = factorial(5, 5, 5, 10)
    ratio = found["interaction"] / found["first"]
    assert ratio == pytest.approx(4, rel=0.02)
    n = found["first"] / 2  # a t test with N - 4 degrees of freedom: four cell means
    assert power_of_means(n, n, 0.5, Target(), 4) == pytest.approx(0.8, abs=1e-9)
    assert 0 < found["first"] - means(5, 10, Target()).total < 0.1
    assert "second" not in factorial(5, 0, 0, 10)
