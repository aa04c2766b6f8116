"""Every measure of two proportions, in the results of an endpoint."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from equipoise.analyze.binary.effect_measures import adjusted, measures, needed
from equipoise.analyze.binary.estimates import binary
from equipoise.analyze.binary.outcome_labels import outcome_words
from equipoise.analyze.result import Estimate
from equipoise.stats.proportions import (
    MarginalRisks,
    RiskDifference,
    barnard,
    boschloo,
    marginal_risks,
    newcombe,
    odds_ratio,
    risk_difference,
    risk_ratio,
)
from tests.analyze.small import TEXT, data, protocol, random_scores

TRIAL = protocol()
ENDPOINT = TRIAL.endpoint("response")
WORDS = outcome_words(TRIAL, ENDPOINT)
SHARED: dict[str, Any] = {
    "endpoint": "response",
    "population": "itt",
    "visit": "week-2",
    "level": 0.95,
}


def made(*counts: int) -> dict[str, Estimate]:
    one, n1, two, n2 = counts
    found = measures(
        ENDPOINT,
        (one, n1, two, n2),
        risk_difference(one, n1, two, n2),
        SHARED,
        WORDS,
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
    reason = "not estimable: no participant in either arm responded"
    assert reason in str(none["risk-ratio"].note)
    assert "every participant in either arm" in str(all_["odds-ratio"].note)
    assert apart["risk-ratio"].estimate is None
    assert apart["risk-ratio"].lower is not None
    reason = "infinite: no participant in Placebo responded"
    assert reason in str(apart["risk-ratio"].note)
    most = made(10, 10, 5, 10)["odds-ratio"]
    assert "infinite: every participant in Active responded" in str(most.note)
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
    assert equal.note == "supporting: infinite: the proportions are equal"


def test_tests_that_would_take_minutes_are_not_made() -> None:
    found = made(100, 600, 90, 600)
    assert found["boschloo"].p is None
    assert "not computed" in str(found["boschloo"].note)


def test_the_adjusted_difference_takes_the_covariates_of_the_protocol() -> None:
    # At 50% nobody of the placebo arm responds, which separates the arms.
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
    assert "adjusted for baseline score" in str(row.note)
    plain = {e.id for e in binary(TRIAL, data(scores), ENDPOINT)}
    assert "response.adjusted-risk-difference" not in plain


def sample() -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    arm = pd.Series(["active", "placebo"] * 20)
    draw = np.random.Generator(np.random.Philox(1))
    outcome = pd.Series(draw.random(40) < 0.5)
    return arm, outcome, pd.DataFrame({"x": draw.normal(size=40)})


def test_missing_covariates_are_counted() -> None:
    arm, outcome, x = sample()
    x.loc[3, "x"] = np.nan
    row = adjusted(ENDPOINT, arm, outcome, x, SHARED, WORDS)
    assert row.n == 39
    assert "excluded because a covariate is missing: 1" in str(row.note)
    kept = x["x"].notna()
    found = marginal_risks(
        outcome[kept].to_numpy(), (arm[kept] == "active").to_numpy(), x[kept].to_numpy()
    )
    assert found is not None
    assert row.estimate == pytest.approx(found.difference)


def reason(arm: pd.Series, outcome: pd.Series, x: pd.DataFrame) -> str:
    row = adjusted(ENDPOINT, arm, outcome, x, SHARED, WORDS)
    assert (row.estimate, row.lower, row.p, row.converged) == (None, None, None, False)
    return str(row.note).removeprefix("supporting: not estimable: ")


def test_an_arm_without_or_with_only_responders_is_the_reason() -> None:
    arm, outcome, x = sample()
    active = arm == "active"
    assert reason(arm, outcome & active, x) == "no participant in Placebo responded"
    assert reason(arm, outcome | active, x) == "every participant in Active responded"
    assert reason(arm, active, x) == (
        "every participant in Active responded, and no participant in Placebo responded"
    )
    assert "in Active has a value of every covariate" in reason(
        arm, outcome, x * np.nan
    )


def test_a_difference_without_a_standard_error_is_no_estimate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No interval and no P value follow from a standard error of 0 or one that is none."""
    arm, outcome, x = sample()
    for error in (0.0, np.nan):
        found = MarginalRisks(0.6, 0.4, 0.2, error)
        monkeypatch.setattr(
            "equipoise.analyze.binary.effect_measures.marginal_risks",
            lambda *_, f=found: f,
        )
        assert reason(arm, outcome, x) == "the logistic regression did not converge"


def test_separation_by_a_covariate_is_another_reason_and_names_it() -> None:
    arm, _, x = sample()
    x = x.assign(age=np.arange(40) % 7)
    by_x = reason(arm, x["x"] > 0, x)
    assert by_x.startswith("separation by x: ")
    assert "no participant" not in by_x
    both = reason(arm, x["x"] + 0.4 * x["age"] > 1.2, x)
    assert both.startswith("separation by x, age: ")
    copied = reason(arm, sample()[1], x.assign(y=2 * x["x"]))
    assert copied == "the covariates are collinear with each other or with the arm"
