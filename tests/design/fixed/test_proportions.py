"""Sizes for proportions, against R, rpact and gsDesign."""

import json

import pytest

from equipoise.design.fixed.proportions import (
    corrected,
    noninferior_proportions,
    proportions,
)
from equipoise.design.requirements import Target
from equipoise.errors import DesignError
from tests.shared_data import shared


@pytest.mark.reference
@pytest.mark.parametrize(("p", "q"), [(0.67, 0.2), (0.5, 0.3)])
def test_r_rpact_and_gsdesign(p: float, q: float) -> None:
    wanted = json.loads(shared("reference/sample_size.json").read_text())
    found = proportions(p, q)
    rpact = wanted["rpact"][f"rates_{p}_vs_{q}_power0.8_sided2_normalApproxTRUE"]
    assert found.total == pytest.approx(rpact["nFixed"], rel=1e-9)
    assert found.first == pytest.approx(
        wanted["other"][f"power.prop.test_{p}_{q}_0.8"], rel=1e-9
    )
    assert proportions(q, p).total == pytest.approx(found.total)


def test_a_published_example_of_non_inferiority() -> None:
    """Chow et al. 2018, 4.2: 0.85 and 0.65, margin 0.10, error 0.05, power 0.8: 25."""
    target = Target(alpha=0.05, sides=1, power=0.8)
    assert noninferior_proportions(0.85, 0.65, 0.10, target).rounded == (25, 25)


def test_the_continuity_correction_comes_near_fisher() -> None:
    """Exact power of Fisher's test at its size, enumerated with R, is 80% within 3."""
    for first, second, exact in ((0.5, 0.3, 102), (0.67, 0.2, 21)):
        assert corrected(first, second).first == pytest.approx(exact, abs=1)
    two = corrected(0.5, 0.3, Target(ratio=2))
    assert two.first == pytest.approx(2 * two.second)
    turned = corrected(0.3, 0.5, Target(ratio=0.5))
    assert turned.total == pytest.approx(two.total)


def test_impossible_proportions_are_refused() -> None:
    for bad in ((0.5, 0.5), (0.0, 0.2), (1.2, 0.3)):
        with pytest.raises(DesignError, match="EQ801"):
            proportions(*bad)
    with pytest.raises(DesignError, match="EQ801"):
        noninferior_proportions(0.5, 0.7, 0.1)
