"""The course of a simulated trial with interim analyses, against its parts."""

from datetime import date

import pandas as pd

from equipoise.exchange.scenarios import load_scenario
from equipoise.interim.analysis import interim_analysis
from equipoise.interim.record import NotHeld, held
from equipoise.protocol.model import Protocol
from equipoise.simulate.interim_course import Course, hold, simulate_course
from equipoise.simulate.operating_characteristics.scenario_variants import with_effect
from equipoise.simulate.trial import simulate
from tests.interim.trials import FEDER, planned

SCENARIO = load_scenario("feder2021")


def course(protocol: Protocol, n: int) -> tuple[pd.DataFrame, Course]:
    data, found = simulate_course(protocol, SCENARIO, seed=5, n=n)
    return data.participants, found


def test_without_interim_analyses_it_is_the_trial() -> None:
    data, found = simulate_course(FEDER, SCENARIO, seed=5, n=12)
    assert found == Course()
    assert data.content_hash == simulate(FEDER, SCENARIO, seed=5, n=12).content_hash
    assert hold(FEDER, data, ()) == Course()


def test_a_trial_that_goes_on_holds_every_analysis_in_the_order_of_the_calendar() -> (
    None
):
    people, found = course(planned(), 30)
    assert found.stopped is None
    assert [entry.analysis for entry in held(found.record)] == [1, 2]
    assert list(found.cutoffs) == sorted(found.cutoffs)
    assert people["arm"].count() == 30
    included = [sum(result.found.included.values()) for result in found.results]
    assert included[0] >= 15
    assert 23 <= included[1] < 30


def test_recruitment_stops_at_the_boundary() -> None:
    """The same decision by the analysis alone, on the trial that went on."""
    people, found = course(planned(), 100)
    assert found.stopped is not None
    cutoff = found.cutoffs[-1]
    whole = simulate(FEDER, SCENARIO, seed=5, n=100)
    one = interim_analysis(planned(), whole, 1, found.cutoffs[0])
    assert found.results[0].found == one.found
    assert found.results[-1].decision == "efficacy"
    days = people["randomized_at"].dropna().dt.normalize()
    assert (days > pd.Timestamp(cutoff)).mean() < 0.05
    everyone = whole.participants["randomized_at"].dropna().dt.normalize()
    before = int((everyone <= pd.Timestamp(cutoff)).sum())
    assert before <= people["arm"].count() < 100
    first = whole.participants.iloc[: len(people)].reset_index(drop=True)
    pd.testing.assert_frame_equal(people, first)


def test_a_futility_boundary_ends_recruitment_and_the_rest_is_not_held() -> None:
    """Without any difference between the arms."""
    plan = planned(futility="lan-demets-pocock")
    data, found = simulate_course(plan, with_effect(SCENARIO, FEDER, 0), seed=2, n=30)
    assert found.results[-1].decision == "futility"
    number = found.stopped
    assert number == 1
    (later,) = [entry for entry in found.record if isinstance(entry, NotHeld)]
    assert (later.analysis, later.reason) == (2, "recruitment ended after analysis 1")
    assert data.participants["arm"].count() < 30
    final = found.analysis(plan)(plan, data)
    assert "not held" in str(final["caps5_change.interim.2"].note)


def test_the_dry_run_has_its_own_record_up_to_the_same_cutoff() -> None:
    plan = planned()
    data, found = simulate_course(plan, SCENARIO, seed=5, n=100)
    dry = hold(plan, data.blinded(), found.cutoffs, blind="dummy", seed=1)
    assert {entry.allocation for entry in dry.record} == {"dummy"}
    results = dry.analysis(plan)(plan, data.blinded(), blind="dummy", seed=1)
    assert results.provenance.allocation == "dummy"


def test_too_few_participants_for_an_analysis_are_a_reason_and_no_error() -> None:
    _, found = course(planned(), 14)
    first = found.record[0]
    assert isinstance(first, NotHeld)
    assert "degrees of freedom" in first.reason


def test_a_cutoff_that_the_trial_never_reaches_is_not_invented() -> None:
    data = simulate(FEDER, SCENARIO, seed=5, n=30)
    found = hold(planned(), data, [date(2018, 1, 1)])
    assert [type(entry) for entry in found.record][1] is NotHeld
    assert found.stopped is None
