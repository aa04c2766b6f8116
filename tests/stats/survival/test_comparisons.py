"""Restricted means, hazard and time ratios, against R."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from equipoise.stats.survival import (
    RestrictedMean,
    common_horizon,
    hazard_ratio,
    rmst,
    rmst_difference,
    time_ratio,
)
from tests.shared_data import shared

INTERVAL = Path(__file__).parent / "interval" / "reference.json"


def lung() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    frame = pd.read_csv(shared("data/lung.csv"))
    female = (frame["sex"] == 2).to_numpy()
    return frame["time"].to_numpy(float), (frame["status"] == 2).to_numpy(), female


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "horizon"),
    [
        ("lung_sex_female_vs_male_default_tau", None),
        ("lung_sex_tau365", 365.0),
        ("lung_sex_tau730", 730.0),
    ],
)
def test_restricted_means_are_those_of_r(name: str, horizon: float | None) -> None:
    text = shared("reference/survival_rmst.json").read_text("utf-8")
    wanted = json.loads(text)["rmst"][name]
    time, event, female = lung()
    tau = horizon or common_horizon(time, female)
    assert tau == wanted["tau"]
    for arm, those in (("arm1", female), ("arm0", ~female)):
        mean = rmst(time[those], event[those], tau)
        assert mean.estimate == pytest.approx(wanted[arm][0]["Est."], rel=1e-9)
        assert mean.std_error == pytest.approx(wanted[arm][0]["se"], rel=1e-9)
    found = rmst_difference(time, event, female, tau)
    row = wanted["unadjusted"][0]
    assert found.estimate == pytest.approx(row["Est."], rel=1e-9)
    assert found.lower == pytest.approx(row["lower .95"], rel=1e-9)
    assert found.upper == pytest.approx(row["upper .95"], rel=1e-9)
    assert found.p == pytest.approx(row["p"], rel=1e-8)


@pytest.mark.reference
def test_the_hazard_ratio_is_that_of_r() -> None:
    text = shared("reference/survival_cox.json").read_text("utf-8")
    wanted = json.loads(text)["fits"]["lung_sex.efron"]
    time, event, female = lung()
    found = hazard_ratio(time, event, female)
    assert found is not None
    assert np.log(found.estimate) == pytest.approx(wanted["coef"]["sex"], rel=1e-7)
    row = wanted["table"][0]
    assert found.std_error == pytest.approx(row["se(coef)"], rel=1e-7)
    assert found.p == pytest.approx(row["Pr(>|z|)"], rel=1e-5)
    assert found.lower == pytest.approx(wanted["conf"][0]["lower .95"], rel=1e-7)


@pytest.mark.reference
def test_the_time_ratio_is_that_of_r() -> None:
    """survreg stops at a relative change of 1e-12: six digits of the maximum."""
    wanted = json.loads(INTERVAL.read_text("utf-8"))
    until = np.array([np.inf if u is None else u for u in wanted["until"]], dtype=float)
    found = time_ratio(
        np.array(wanted["since"], dtype=float),
        until,
        np.isfinite(until),
        np.array(wanted["arm"]) == 1,
    )
    assert found is not None
    assert np.log(found.estimate) == pytest.approx(wanted["coef"], rel=1e-6)
    assert found.std_error == pytest.approx(wanted["se"], rel=1e-6)


def test_a_restricted_mean_without_events_is_the_horizon() -> None:
    time, event = np.array([5.0, 9.0, 9.0]), np.zeros(3, dtype=bool)
    assert rmst(time, event, 9.0) == RestrictedMean(9.0, 0.0)


def test_when_all_have_the_event_it_is_the_mean() -> None:
    time = np.array([2.0, 4.0, 9.0])
    mean = rmst(time, np.ones(3, dtype=bool), 9.0)
    assert_allclose(mean.estimate, time.mean())


def test_an_arm_without_events_has_no_ratio() -> None:
    time = np.arange(1.0, 9.0)
    treated = np.arange(8) < 4
    event = ~treated
    assert hazard_ratio(time, event, treated) is None
    assert time_ratio(time - 1, time, event, treated) is None
