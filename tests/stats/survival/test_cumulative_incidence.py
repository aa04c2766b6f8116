"""Cumulative incidence with competing events, against R, and its laws."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from equipoise.numerics.rng import stream
from equipoise.stats.survival import cumulative_incidence, kaplan_meier

WANTED = json.loads((Path(__file__).parent / "interval/curves.json").read_text())
TIME = np.array(WANTED["cr_time"], dtype=float)
CAUSE = np.array(WANTED["cr_cause"])


@pytest.mark.parametrize("kind", [1, 2])
def test_r_on_fifteen_participants(kind: int) -> None:
    found = [cumulative_incidence(TIME, CAUSE, kind, at) for at in WANTED["at"]]
    assert_allclose([f.estimate for f in found], WANTED[f"cif{kind}"], rtol=1e-12)
    assert_allclose([f.std_error for f in found], WANTED[f"se{kind}"], rtol=1e-10)


def test_the_kinds_and_who_is_left_are_everybody() -> None:
    rng = stream(4, "competing")
    time, cause = rng.integers(1, 40, 60).astype(float), rng.integers(0, 3, 60)
    curve = kaplan_meier(pd.Series(time), pd.Series(cause > 0)).curve
    for at in (5.0, 17.0, 33.0):
        left = curve.loc[curve["time"] <= at, "survival"].iloc[-1]
        shares = [cumulative_incidence(time, cause, k, at).estimate for k in (1, 2)]
        assert sum(shares) + left == pytest.approx(1)


def test_taking_who_leaves_as_censored_says_too_much() -> None:
    curve = kaplan_meier(pd.Series(TIME), pd.Series(CAUSE == 1)).curve
    naive = 1 - curve["survival"].iloc[-1]
    assert naive > cumulative_incidence(TIME, CAUSE, 1, 84).estimate


def test_an_interval_holds_its_estimate_and_stays_between_0_and_1() -> None:
    for at in WANTED["at"]:
        one = cumulative_incidence(TIME, CAUSE, 1, at)
        assert one.lower is not None
        assert one.upper is not None
        assert 0 < one.lower < one.estimate < one.upper < 1


@pytest.mark.reference
@pytest.mark.parametrize(
    ("level", "quantile"), [(0.95, 1.959963984540054), (0.8, 1.2815515655446004)]
)
def test_the_interval_is_that_of_log_minus_log(level: float, quantile: float) -> None:
    """From the estimate and the standard error of R; quantiles: R, qnorm."""
    for kind in (1, 2):
        rows = zip(WANTED["at"], WANTED[f"cif{kind}"], WANTED[f"se{kind}"], strict=True)
        for at, share, error in rows:
            found = cumulative_incidence(TIME, CAUSE, kind, at, level)
            if not 0 < share < 1:
                continue
            half = quantile * error / (share * abs(np.log(share)))
            ends = (share ** np.exp(half), share ** np.exp(-half))
            assert_allclose((found.lower, found.upper), ends, rtol=1e-9)


def test_no_event_has_no_interval() -> None:
    found = cumulative_incidence(TIME, CAUSE, 1, 1.0)
    assert (found.estimate, found.lower, found.upper) == (0.0, None, None)
