"""Boundaries, against rpact and gsDesign."""

import json

import numpy as np
import pytest

from equipoise.design.sequential.boundaries import Rule, checked, efficacy, spending
from equipoise.design.sequential.recursion import crossing
from equipoise.errors import DesignError
from tests.shared_data import shared

RULES = {
    "OF": Rule(kind="obrien-fleming"),
    "Pocock": Rule(kind="pocock"),
    "P": Rule(kind="pocock"),
    "asOF": Rule(kind="lan-demets-of"),
    "sfLDOF": Rule(kind="lan-demets-of"),
    "asP": Rule(kind="lan-demets-pocock"),
    "sfLDPocock": Rule(kind="lan-demets-pocock"),
    "WT_0.25": Rule(kind="wang-tsiatis", parameter=0.25),
    "HSD_-4": Rule(kind="hwang-shih-decani", parameter=-4),
    "asKD_2": Rule(kind="kim-demets", parameter=2),
}


@pytest.mark.reference
@pytest.mark.parametrize("looks", [2, 3])
@pytest.mark.parametrize("name", RULES)
def test_published_programs(name: str, looks: int) -> None:
    """rpact stops its search at an error of 1e-8: boundaries agree to about 1e-8."""
    wanted = json.loads(shared("reference/group_sequential.json").read_text())
    timing = np.arange(1, looks + 1) / looks
    found = efficacy(RULES[name], timing, 0.025)
    checked_any = False
    for program, key in (("rpact", "criticalValues"), ("gsDesign", "upper")):
        row = wanted[program].get(f"{name}_k{looks}")
        if row is not None:
            np.testing.assert_allclose(found, row[key], rtol=1e-6)
            checked_any = True
    assert checked_any


def test_published_tables() -> None:
    """Jennison and Turnbull 2000, tables 2.1 and 2.3: five looks, two-sided 0.05."""
    timing = np.arange(1, 6) / 5
    assert efficacy(RULES["P"], timing, 0.025)[0] == pytest.approx(2.413, abs=5e-4)
    assert efficacy(RULES["OF"], timing, 0.025)[-1] == pytest.approx(2.040, abs=5e-4)


@pytest.mark.parametrize("name", [*RULES, "peto"])
def test_the_error_is_kept_at_unequal_looks(name: str) -> None:
    rule = RULES.get(name, Rule(kind="haybittle-peto", parameter=3.0))
    timing = [0.15, 0.4, 0.9, 1.0]
    found = efficacy(rule, timing, 0.025)
    total = crossing(found, [-np.inf] * 4, timing, 0.0).upper.sum()
    assert total == pytest.approx(0.025, abs=1e-11)


def test_a_spending_function_ends_with_all_of_the_error() -> None:
    for name in ("asOF", "asP", "HSD_-4", "asKD_2"):
        spent = spending(RULES[name], 0.025)
        assert spent(1.0) == pytest.approx(0.025)
        assert 0 <= spent(0.3) < spent(0.6) < 0.025
    flat = spending(Rule(kind="hwang-shih-decani", parameter=0), 0.025)
    assert flat(0.5) == pytest.approx(0.0125)


@pytest.mark.parametrize(
    "timing", [[], [0.5], [0.5, 0.5, 1], [0.7, 0.3, 1], [0.5, 1.2]]
)
def test_impossible_looks_are_refused(timing: list[float]) -> None:
    with pytest.raises(DesignError, match="EQ804"):
        checked(timing)


def test_a_missing_parameter_is_refused() -> None:
    with pytest.raises(DesignError, match="EQ804"):
        efficacy(Rule(kind="wang-tsiatis"), [0.5, 1], 0.025)
    with pytest.raises(DesignError, match="EQ804"):
        spending(Rule(kind="pocock"), 0.025)
