"""Scores after the visits of the model, against the ratings by hand."""

import numpy as np
import pytest

from equipoise.analyze.continuous.later_means import later_means, later_visits
from tests.analyze.small import SCORES, VISITS, data, protocol, without_response

TRIAL = protocol()
ENDPOINT = TRIAL.endpoint("change")


def test_the_later_visits_are_those_that_rate_the_score_after_the_model() -> None:
    assert later_visits(TRIAL, ENDPOINT) == ("week-4", "week-6")


@pytest.mark.parametrize("visit", ["week-4", "week-6"])
@pytest.mark.parametrize("arm", ["active", "placebo"])
def test_means_are_those_of_the_ratings(visit: str, arm: str) -> None:
    found = {e.id: e for e in later_means(TRIAL, data(), ENDPOINT)}
    place = 1 + VISITS.index(visit)
    values = [r[place] for r in SCORES.values() if r[0] == arm and r[place] is not None]
    mean = found[f"change.later-mean.{visit}.{arm}"]
    assert mean.n == len(values)
    assert mean.estimate == pytest.approx(np.mean(values))
    assert (mean.visit, mean.contrast) == (visit, arm)
    sd = found[f"change.later-sd.{visit}.{arm}"].estimate
    assert sd == pytest.approx(np.std(values, ddof=1))
    median = found[f"change.later-median.{visit}.{arm}"].estimate
    assert median == pytest.approx(np.median(values))


def test_a_visit_at_which_nobody_was_rated_has_no_estimate() -> None:
    scores = without_response(["week-6"], SCORES)
    found = later_means(TRIAL, data(scores), ENDPOINT)
    assert {e.visit for e in found} == {"week-4"}
