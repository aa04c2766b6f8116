"""Kaplan-Meier and log-rank against R survival 3.5."""

import json

import pandas as pd
import pytest
from numpy.testing import assert_allclose

from equipoise.analyze.survival import kaplan_meier, log_rank
from tests.shared_data import shared


@pytest.mark.reference
def test_the_curve_of_the_lung_data() -> None:
    lung = pd.read_csv(shared("data/lung.csv"))
    km = json.loads(shared("reference/survival_km.json").read_text("utf-8"))["km"]
    wanted = km["lung.all.log-log"]
    curve, median = kaplan_meier(lung["time"], lung["status"] == 2)
    events = curve[curve["time"] > 0]
    assert_allclose(events["time"], wanted["curve"]["time"])
    assert_allclose(events["at_risk"], wanted["curve"]["n_risk"])
    assert_allclose(events["survival"], wanted["curve"]["surv"], rtol=1e-10)
    table = wanted["table"]["all"]
    assert median == (table["median"], table["0.95LCL"], table["0.95UCL"])


@pytest.mark.reference
def test_log_rank_of_the_lung_data() -> None:
    lung = pd.read_csv(shared("data/lung.csv"))
    tests = json.loads(shared("reference/survival_logrank.json").read_text("utf-8"))
    wanted = tests["tests"]["lung_sex"]
    statistic, p = log_rank(lung["time"], lung["status"] == 2, lung["sex"])
    assert_allclose(statistic, wanted["chisq"], rtol=1e-9)
    assert_allclose(p, wanted["p"], rtol=1e-8)
