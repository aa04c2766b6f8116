from typing import get_args

import pytest

from equipoise.analyze.plan import (
    DF,
    STRATEGY,
    STRUCTURE,
    SUMMARY,
    VCOV,
    column_of,
    formula,
    plan,
    visits,
)
from equipoise.exchange.protocols import load_protocol
from equipoise.library import names
from equipoise.protocol.analysis_method import (
    CoefficientCovariance,
    Covariance,
    DegreesOfFreedom,
)
from equipoise.protocol.estimand import Estimand
from equipoise.stats.options import ON_VISITS, DfMethod, Vcov
from tests.analyze.small import TEXT, protocol

TRIAL = protocol()


def test_a_plan_says_all_that_is_needed_to_repeat_it() -> None:
    made = plan(TRIAL, TRIAL.endpoint("change"))
    assert made.visits == ("week-1", "week-2")
    assert made.comparison == "active - placebo"
    text = made.describe()
    for part in (
        "All randomized participants",
        "change from baseline in hamd17.total, at Week 2",
        "Stop (treatment policy): data after it are used unchanged.",
        "New treatment (hypothetical): ratings after it are excluded.",
        "outcome ~ arm * visit + baseline + baseline:visit + us(visit | participant)",
    ):
        assert part in text


def test_the_five_attributes_of_an_estimand_stand_separately() -> None:
    made = plan(TRIAL, TRIAL.endpoint("change"))
    assert made.population == "All randomized participants"
    assert made.treatment == "Active compared with Placebo"
    assert made.variable == "change from baseline in hamd17.total, at Week 2"
    assert made.intercurrent == (
        ("stop", "treatment policy", "data after it are used unchanged"),
        ("new treatment", "hypothetical", "ratings after it are excluded"),
    )
    assert made.summary == "difference in means, Active minus Placebo"
    assert set(SUMMARY) == set(get_args(Estimand.model_fields["summary"].annotation))


def test_plans_of_the_other_types() -> None:
    response = plan(TRIAL, TRIAL.endpoint("response")).describe()
    assert "Response, at Week 2" in response
    assert "participants without a value count as non-responders" in response
    assert "log-rank" in plan(TRIAL, TRIAL.endpoint("relapse")).describe()
    harm = plan(TRIAL, TRIAL.endpoint("harm")).describe()
    assert "at least one adverse event" in harm
    assert "without a value" not in harm


def test_covariates_and_a_single_visit() -> None:
    text = TEXT.replace('covariates = ["baseline"]', 'covariates = ["baseline", "sex"]')
    endpoint = protocol(text).endpoint("change")
    assert (
        formula(endpoint, 1)
        == "outcome ~ arm + baseline + x_sex + us(visit | participant)"
    )
    assert formula(endpoint, 2).startswith(
        "outcome ~ arm * visit + baseline + baseline:visit"
    )
    assert column_of("ptsd-years") == "x_ptsd_years"


def test_visits_are_in_the_order_of_the_schedule() -> None:
    text = TEXT.replace(
        'visits = ["week-1", "week-2"]', 'visits = ["week-2", "week-1"]'
    )
    trial = protocol(text)
    assert visits(trial, trial.endpoint("change")) == ("week-1", "week-2")


@pytest.mark.parametrize("name", names("protocols"))
def test_every_endpoint_of_the_library_has_a_plan(name: str) -> None:
    trial = load_protocol(name)
    for endpoint in trial.endpoints:
        assert plan(trial, endpoint).describe().endswith(".")
        for event in endpoint.estimand.intercurrent:
            assert STRATEGY[endpoint.type][event.strategy]


def test_every_choice_of_the_engine_can_be_stated_and_is_named() -> None:
    assert set(STRUCTURE) == set(get_args(Covariance)) == set(ON_VISITS)
    assert set(DF) == set(get_args(DegreesOfFreedom)) == set(get_args(DfMethod))
    assert set(VCOV) == set(get_args(CoefficientCovariance)) == set(get_args(Vcov))
