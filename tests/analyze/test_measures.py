"""Every measure of two proportions, in the results of an endpoint."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from equipoise.analyze.binary import binary
from equipoise.analyze.measures import adjusted, measures, needed
from equipoise.analyze.proportions import RiskDifference, risk_difference
from equipoise.analyze.ratios import barnard, boschloo, newcombe, odds_ratio, risk_ratio
from equipoise.analyze.result import Estimate
from equipoise.analyze.standardization import marginal_risks
from tests.analyze.small import TEXT, data, protocol, random_scores

TRIAL = protocol()
ENDPOINT = TRIAL.endpoint("response")
SHARED: dict[str, Any] = {
    "endpoint": "response",
    "population": "itt",
    "visit": "week-2",
    "level": 0.95,
}


def made(*counts: int) -> dict[str, Estimate]:
    one, n1, two, n2 = counts
    found = measures(
        ENDPOINT, (one, n1, two, n2), risk_difference(one, n1, two, n2), SHARED
    )
    return {e.id.removeprefix("response."): e for e in found}


def test_each_is_that_of_its_function() -> None:
    """The published counts: 10 of 15 and 3 of 15."""
    found = made(10, 15, 3, 15)
    counts = (10, 15, 3, 15)
    assert found["newcombe"].lower == newcombe(*counts).lower
    assert found["risk-ratio"].upper == risk_ratio(*counts).upper
    assert found["odds-ratio"].estimate == pytest.approx(odds_ratio(*counts).estimate)
    assert found["boschloo"].p == boschloo(*counts)
    assert found["barnard"].p == barnard(*counts)
    nnt = found["nnt"]
    assert nnt.estimate == pytest.approx(15 / 7)
    difference = risk_difference(*counts)
    assert nnt.lower == pytest.approx(1 / difference.upper)
    assert nnt.upper == pytest.approx(1 / difference.lower)


def test_infinite_ends_are_said_in_words_and_never_written() -> None:
    none, all_, apart = made(0, 10, 0, 10), made(10, 10, 10, 10), made(5, 10, 0, 10)
    assert none["risk-ratio"].estimate is None
    assert all_["odds-ratio"].estimate is None
    assert "nobody, or everybody" in str(all_["odds-ratio"].note)
    assert apart["risk-ratio"].estimate is None
    assert apart["risk-ratio"].lower is not None
    assert "infinite" in str(apart["risk-ratio"].note)
    for row in (*none.values(), *all_.values(), *apart.values()):
        for value in (row.estimate, row.lower, row.upper, row.p):
            assert value is None or np.isfinite(value)


def test_a_number_needed_through_infinity_has_two_kinds_of_ends() -> None:
    row = needed(ENDPOINT, RiskDifference(0.1, -0.05, 0.25), {**SHARED, "n": 40})
    assert row.estimate == pytest.approx(10)
    assert row.lower is row.upper is None
    assert "4.0 for one more, 20.0 for one fewer" in str(row.note)
    equal = needed(ENDPOINT, RiskDifference(0.0, -0.2, 0.2), {**SHARED, "n": 40})
    assert equal.estimate is None
    assert equal.note == "infinite: the proportions are equal"


def test_tests_that_would_take_minutes_are_not_made() -> None:
    found = made(100, 600, 90, 600)
    assert found["boschloo"].p is None
    assert "not computed" in str(found["boschloo"].note)


def test_the_adjusted_difference_takes_the_covariates_of_the_protocol() -> None:
    # At 50 % nobody of the placebo arm responds, which separates the arms.
    at = TEXT.index('id = "response"')
    cut = TEXT.index('method = "risk-difference"', at)
    text = TEXT[:cut] + 'covariates = ["baseline"]\n' + TEXT[cut:]
    trial = protocol(text.replace("threshold = 50", "threshold = 20"))
    scores = random_scores(3, n=60)
    found = {
        e.id: e
        for e in binary(trial, data(scores, trial=trial), trial.endpoint("response"))
    }
    row = found["response.adjusted-risk-difference"]
    assert row.estimate is not None
    assert "standardized over baseline" in str(row.note)
    plain = {e.id for e in binary(TRIAL, data(scores), ENDPOINT)}
    assert "response.adjusted-risk-difference" not in plain


def test_missing_covariates_and_separation_are_said() -> None:
    arm = pd.Series(["active", "placebo"] * 20)
    draw = np.random.Generator(np.random.Philox(1))
    outcome = pd.Series(draw.random(40) < 0.5)
    x = pd.DataFrame({"x": draw.normal(size=40)})
    x.loc[3, "x"] = np.nan
    row = adjusted(ENDPOINT, arm, outcome, x, SHARED)
    assert row.n == 39
    assert "left out: 1" in str(row.note)
    kept = x["x"].notna()
    found = marginal_risks(
        outcome[kept].to_numpy(), (arm[kept] == "active").to_numpy(), x[kept].to_numpy()
    )
    assert found is not None
    assert row.estimate == pytest.approx(found.difference)
    nobody = adjusted(ENDPOINT, arm, outcome, x * np.nan, SHARED)
    assert nobody.estimate is None
    assert "nobody in one arm" in str(nobody.note)
    apart = adjusted(ENDPOINT, arm, pd.Series(x["x"].fillna(0) > 0), x, SHARED)
    assert apart.estimate is None
    assert "cannot be estimated" in str(apart.note)
