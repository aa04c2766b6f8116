"""Checks of supporting methods: what an endpoint must have for them."""

from __future__ import annotations

import pytest

from equipoise.errors import ProtocolError
from tests.analyze.supporting.asking import asking


@pytest.mark.parametrize(
    ("endpoint", "keys", "strata", "why"),
    [
        ("timed", 'supporting = ["ancova"]', True, "a time-to-event endpoint has no"),
        ("change", 'supporting = ["cox"]', True, "a continuous endpoint has no"),
        ("harm", 'supporting = ["marginal-effect"]', True, "incidence endpoint has no"),
        (
            "change",
            'covariates = []\nsupporting = ["marginal-effect"]',
            False,
            "'marginal-effect' adjusts for covariates or strata",
        ),
        (
            "response",
            'supporting = ["marginal-risk-ratio"]',
            False,
            "'marginal-risk-ratio' adjusts for covariates or strata",
        ),
        ("timed", 'ties = "exact"', True, "ties is stated, and no supporting method"),
        (
            "timed",
            'supporting = ["cox"]\ngamma = 0.5',
            True,
            "gamma is stated, and no supporting method",
        ),
        (
            "change",
            'supporting = ["ancova"]\ncorrelation = "ar1"',
            True,
            "correlation is stated",
        ),
        (
            "timed",
            'supporting = ["fleming-harrington"]\nrho = 0\ngamma = 0',
            True,
            "is the log-rank test",
        ),
        (
            "harm",
            'covariates = ["baseline"]\nsupporting = ["negative-binomial"]',
            True,
            "adjusts for 'baseline', and the endpoint has no score",
        ),
    ],
)
def test_what_does_not_fit_is_refused(
    endpoint: str, keys: str, strata: bool, why: str
) -> None:
    with pytest.raises(ProtocolError, match=f"EQ122.*{why}"):
        asking(endpoint, keys, strata=strata)


@pytest.mark.parametrize(
    ("endpoint", "keys", "why"),
    [
        ("timed", "rho = -1", "rho"),
        ("timed", 'supporting = ["cox"]\nties = "average"', "ties"),
        ("timed", 'supporting = ["breslow-day"]', "supporting"),
    ],
)
def test_options_have_their_range(endpoint: str, keys: str, why: str) -> None:
    with pytest.raises(ProtocolError, match=f"(?s)EQ102.*analysis.{why}"):
        asking(endpoint, keys)


def test_a_baseline_is_the_score_of_the_definition() -> None:
    keys = 'covariates = ["baseline"]\nsupporting = ["cox"]'
    assert asking("timed", keys).endpoint("timed").analysis.supporting == ("cox",)
    marginal = 'covariates = ["baseline"]\nsupporting = ["marginal-risk-difference"]'
    assert asking("response", marginal, strata=False)
