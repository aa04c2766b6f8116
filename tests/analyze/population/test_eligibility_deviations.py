"""Deviations at entry: criteria, and the day of consent."""

from __future__ import annotations

import pandas as pd

from equipoise.analyze.population.deviation import Deviation
from equipoise.analyze.population.eligibility_deviations import (
    consent,
    consent_unknown,
    eligibility,
    eligibility_unknown,
    reason,
)
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.population.full import changed, full_protocol, tables, trial, without
from tests.analyze.small import data, protocol


def entry(known: UnblindedTrialData) -> dict[tuple[str, str], Deviation]:
    return {(d.participant, d.where): d for d in eligibility(full_protocol(), known)}


def consents(known: UnblindedTrialData) -> dict[str, Deviation]:
    return {d.kind: d for d in consent(full_protocol(), known) if d.participant == "A1"}


def test_criteria_are_checked_in_their_direction() -> None:
    old = changed("participants", {"participant": "A1"}, age=70.0)
    low = changed(
        "recorded_scores", {"participant": "A1", "visit": "baseline"}, value=19
    )
    found = entry(trial(participants=old, recorded_scores=low))
    assert set(found) == {("A1", "I1"), ("A1", "E1")}
    assert found["A1", "I1"].what == (
        "Did not meet: HAMD-17 of at least 20 at baseline (recorded: 19)"
    )
    assert found["A1", "E1"].what == (
        "Met exclusion criterion: Age above 65 (recorded: 70)"
    )


def test_the_bound_itself_is_eligible() -> None:
    people = changed("participants", {"participant": "A1"}, age=65.0)
    assert entry(trial(participants=people)) == {}  # A1 has 20 at baseline


def test_a_value_that_is_missing_is_not_known() -> None:
    people = changed("participants", {"participant": "A1"}, age=None)
    found = entry(trial(participants=people))
    assert [d.known for d in found.values()] == [False]
    assert found["A1", "E1"].what == "Age above 65: not recorded"


def test_without_values_or_rules_nothing_can_be_shown() -> None:
    assert eligibility_unknown(full_protocol(), trial()) == ""
    assert eligibility_unknown(protocol(), data()).startswith("no criterion")
    people = tables()["participants"].assign(age=None)
    scores = without("recorded_scores", visit="baseline")
    empty = trial(participants=people, recorded_scores=scores)
    assert eligibility_unknown(full_protocol(), empty).startswith(
        "the data hold no value"
    )


def test_a_reason_for_exclusion_cannot_be_read_the_other_way_round() -> None:
    inclusion, exclusion = full_protocol().eligibility
    assert reason(inclusion).startswith("Did not meet: ")
    assert reason(exclusion).startswith("Met exclusion criterion: ")


def test_consent_as_planned_is_no_deviation() -> None:
    assert list(consent(full_protocol(), trial())) == []
    assert consent_unknown(trial()) == {"consent": "", "consent-visit": ""}


def test_consent_after_randomization_by_date_or_by_day() -> None:
    people = changed("participants", {"participant": "A1"}, consented_at="2026-01-11")
    assert consents(trial_accepting(participants=people))["consent"].known
    rows = changed(
        "dispositions", {"participant": "A1", "milestone": "consented"}, day=1
    )
    assert consents(trial_accepting(dispositions=rows))["consent"].known


def test_the_first_visit_before_consent() -> None:
    rows = changed(
        "dispositions", {"participant": "A1", "milestone": "consented"}, day=0
    )
    found = consents(trial(dispositions=rows))
    assert set(found) == {"consent-visit"}
    assert found["consent-visit"].what == "held on day -1, consent on day 0"
    rows.loc[rows["day"] == 0, "day"] = -1
    assert consents(trial_accepting(dispositions=rows)) == {}


def test_without_a_date_it_is_not_known() -> None:
    people = changed("participants", {"participant": "A1"}, consented_at=None)
    rows = without("dispositions", participant="A1", milestone="consented")
    found = consents(trial(participants=people, dispositions=rows))
    assert [d.known for d in found.values()] == [False, False]
    assert all(consent_unknown(data()).values())


def test_a_first_visit_without_a_day_leaves_it_open() -> None:
    where = {"participant": "A1", "visit": "baseline"}
    found = consents(trial(visits=changed("visits", where, actual_day=None)))
    assert set(found) == {"consent-visit"}
    assert not found["consent-visit"].known


def trial_accepting(**rows: pd.DataFrame) -> UnblindedTrialData:
    made = UnblindedTrialData.from_tables(
        full_protocol(), {**tables(), **rows}, accept=["EQ311"]
    )
    assert isinstance(made, UnblindedTrialData)
    return made
