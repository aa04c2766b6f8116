"""Whole designs, against rpact: inflation, expected sizes, futility."""

import json

import numpy as np
import pytest

from equipoise.design.sequential.boundaries import Rule
from equipoise.design.sequential.plan import fixed_drift, sequential
from tests.design.sequential.test_boundaries import RULES
from tests.shared_data import shared


@pytest.mark.reference
@pytest.mark.parametrize("looks", [2, 3])
@pytest.mark.parametrize(
    "name", ["OF", "P", "asOF", "asP", "WT_0.25", "HSD_-4", "asKD_2"]
)
def test_rpact(name: str, looks: int) -> None:
    wanted = json.loads(shared("reference/group_sequential.json").read_text())
    row = wanted["rpact"][f"{name}_k{looks}"]
    found = sequential(RULES[name], row["informationRates"], 0.025, 0.9)
    assert found.drift**2 == pytest.approx(row["shift"], rel=1e-6)
    assert found.inflation == pytest.approx(row["inflationFactor"], rel=1e-6)
    for share, key in ((0.0, "ASN_H0"), (0.5, "ASN_H01"), (1.0, "ASN_H1")):
        assert found.expected(share) == pytest.approx(row[key], rel=1e-6)


@pytest.mark.reference
def test_rpact_with_futility_that_does_not_bind() -> None:
    wanted = json.loads(shared("reference/group_sequential.json").read_text())
    row = wanted["rpact"]["asOF_bsOF_k3"]
    rule = Rule(kind="lan-demets-of")
    found = sequential(rule, row["informationRates"], 0.025, 0.9, futility=rule)
    np.testing.assert_allclose(found.upper, row["criticalValues"], rtol=1e-6)
    np.testing.assert_allclose(found.lower[:-1], row["futilityBounds"], rtol=3e-6)
    assert found.inflation == pytest.approx(row["inflationFactor"], rel=1e-6)


@pytest.mark.parametrize("binding", [False, True])
def test_futility_keeps_error_and_power(binding: bool) -> None:
    rule = Rule(kind="lan-demets-of")
    other = Rule(kind="hwang-shih-decani", parameter=-2)
    found = sequential(
        rule, [0.4, 0.7, 1.0], 0.025, 0.9, futility=other, binding=binding
    )
    assert found.crossing(1.0).upper.sum() == pytest.approx(0.9, abs=1e-9)
    error = found.crossing(0.0).upper.sum()
    assert error == pytest.approx(0.025, abs=1e-9) if binding else error < 0.025
    assert found.lower[-1] == found.upper[-1]
    assert found.expected(0.0) < sequential(rule, [0.4, 0.7, 1.0]).expected(0.0)


def test_one_look_is_a_trial_without_looks() -> None:
    found = sequential(Rule(kind="pocock"), [1.0], 0.025, 0.8)
    assert found.inflation == pytest.approx(1)
    assert found.drift == pytest.approx(fixed_drift(0.025, 0.8))
    assert found.expected() == pytest.approx(1)
