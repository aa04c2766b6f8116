"""Quartiles by R's and by SAS's definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.analyze.quartiles import quantiles
from equipoise.analyze.run import analyze
from tests.analyze.small import SCORES, TEXT, data, protocol

VALUES = st.lists(st.integers(-100, 100), min_size=1, max_size=30)


def sas5(values: list[int], p: float) -> float:
    """PCTLDEF=5 as the manual of PROC UNIVARIATE writes it: np = j + g."""
    ordered, n = sorted(values), len(values)
    j, g = int(n * p), n * p - int(n * p)
    if g > 1e-12:
        return float(ordered[j])
    return (ordered[max(j - 1, 0)] + ordered[min(j, n - 1)]) / 2


@given(VALUES)
def test_sas_by_its_manual(values: list[int]) -> None:
    found = quantiles(values, [0.25, 0.5, 0.75], "sas")
    assert found == pytest.approx([sas5(values, p) for p in (0.25, 0.5, 0.75)])


@given(VALUES)
def test_the_median_is_the_same_under_both(values: list[int]) -> None:
    median = float(np.median(values))
    for definition in ("r", "sas"):
        assert quantiles(values, [0.5], definition) == [median]  # type: ignore[arg-type]


def test_the_report_options_of_a_protocol_choose() -> None:
    """Baselines of the active arm 20, 22, 24, 26: R 21.5 and 24.5, SAS 21 and 25."""
    trial = protocol(TEXT.replace("[size]", '[report]\nquantiles = "sas"\n[size]'))
    for plan, wanted in ((protocol(), (21.5, 24.5)), (trial, (21.0, 25.0))):
        found = analyze(plan, data(SCORES, trial=plan))
        rows = [
            found[f"baseline.hamd17.total.{q}.active"].estimate for q in ("q1", "q3")
        ]
        assert tuple(rows) == wanted
