"""F tests and the average over visits, held against other ways to the same numbers."""

import numpy as np
import pytest
from scipy import stats

from equipoise.analyze.continuous.estimates import continuous, model_frame
from equipoise.analyze.plan import formula
from equipoise.analyze.result import Estimate
from equipoise.protocol.model import Protocol
from equipoise.stats.mmrm import mmrm
from tests.analyze.small import TEXT, data, protocol, random_scores

TRIAL = protocol()


def found(trial: Protocol = TRIAL, seed: int = 1) -> dict[str, Estimate]:
    made = continuous(
        trial, data(random_scores(seed), trial=trial), trial.endpoint("change")
    )
    return {e.id.removeprefix("change."): e for e in made}


def test_the_interaction_is_the_test_that_the_differences_are_equal() -> None:
    """With two visits F is the square of a t statistic of the difference of differences."""
    row = found()["test.arm-by-visit"]
    frame = model_frame(TRIAL, data(random_scores(1)), TRIAL.endpoint("change"))
    fit = mmrm(formula(TRIAL.endpoint("change"), 2), frame)
    beta = fit.coefficients.set_index("term")
    (name,) = [n for n in beta.index if "arm" in n and "visit" in n]
    assert row.statistic == pytest.approx(beta.loc[name, "t"] ** 2, rel=1e-9)
    assert row.p == pytest.approx(beta.loc[name, "p"], rel=1e-9)
    assert row.df == pytest.approx(beta.loc[name, "df"], rel=1e-9)
    assert row.n == fit.n_subjects


def test_the_test_of_treatment_is_that_of_the_average_difference() -> None:
    """Type III: both are about the mean of the differences over the visits."""
    rows = found()
    average, tested = rows["difference.average"], rows["test.arm"]
    assert average.statistic is not None
    assert tested.statistic == pytest.approx(average.statistic**2, rel=1e-8)
    assert tested.p == pytest.approx(average.p, rel=1e-8)
    assert rows["test.arm.numerator-df"].estimate == 1
    assert rows["test.visit.numerator-df"].estimate == 1


def test_the_average_lies_between_the_differences() -> None:
    rows = found()
    each = [rows[f"difference.week-{n}"].estimate or 0.0 for n in (1, 2)]
    assert rows["difference.average"].estimate == pytest.approx(np.mean(each))
    assert rows["difference.average"].visit is None


def test_one_visit_has_one_test_and_no_average() -> None:
    trial = protocol(
        TEXT.replace('visits = ["week-1", "week-2"]', 'visits = ["week-2"]')
    )
    rows = found(trial)
    tests = [name for name, row in rows.items() if row.analysis == "test"]
    assert tests == ["test.arm"]
    assert "difference.average" not in rows
    row, answer = rows["test.arm"], rows["difference.week-2"]
    assert row.df is not None
    assert row.statistic is not None
    assert row.p == pytest.approx(stats.f.sf(row.statistic, 1, row.df))
    assert row.p == pytest.approx(answer.p)


def test_an_arm_that_misses_a_visit_leaves_no_average_and_says_so() -> None:
    scores = {
        name: (arm, start, None if arm == "active" else one, *rest)
        for name, (arm, start, one, *rest) in random_scores(2).items()
    }
    made = continuous(TRIAL, data(scores), TRIAL.endpoint("change"))
    rows = {e.id.removeprefix("change."): e for e in made}
    assert rows["difference.average"].estimate is None
    assert "no rating at one of the visits" in str(rows["difference.average"].note)


def test_the_visit_is_tested_at_the_mean_of_the_covariates() -> None:
    """With a centered baseline the coefficients are those at its mean: the same F.

    A baseline of 0 is nobody's: the test of type III at 0 is another one, and small.
    """
    endpoint = TRIAL.endpoint("change")
    row = found()["test.visit"]
    frame = model_frame(TRIAL, data(random_scores(1)), endpoint)
    fitted = frame.dropna(subset=["outcome", "baseline"])
    centered = frame.assign(baseline=frame["baseline"] - fitted["baseline"].mean())
    tests = mmrm(formula(endpoint, 2), centered).test_terms().set_index("term")
    assert row.statistic == pytest.approx(tests.loc["visit", "F"], rel=1e-7)
    assert row.p == pytest.approx(tests.loc["visit", "p"], rel=1e-6)
    at_zero = mmrm(formula(endpoint, 2), frame).test_terms().set_index("term")
    assert row.statistic != pytest.approx(at_zero.loc["visit", "F"], rel=0.1)
