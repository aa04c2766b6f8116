import pytest

from equipoise.analyze.binary.incidence import incidence
from equipoise.analyze.result import Estimate
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.small import TEXT, data, protocol

EVENTS = [
    ("A1", "headache", 0, False),
    ("A1", "headache", 3, False),
    ("A2", "headache", 1, False),
    ("A2", "nausea", None, True),
    ("P1", "nausea", 2, None),
    ("P2", "headache", -5, False),  # before the first infusion
    ("X9", "nausea", 1, False),  # never randomized
]


def analyzed(kind: str = "all") -> dict[str, Estimate]:
    trial = protocol(TEXT.replace('events = "all"', f'events = "{kind}"'))
    known = data(events=EVENTS, screened=["X9"], trial=trial)
    found = incidence(trial, known, trial.endpoint("harm"))
    assert found[0].id == "harm.risk-difference"
    return {e.id.removeprefix("harm."): e for e in found}


def known() -> UnblindedTrialData:
    return data(events=EVENTS, screened=["X9"])


def test_participants_count_once_and_only_since_the_first_infusion() -> None:
    found = analyzed()
    assert found["count.active"].estimate == 2
    assert found["count.placebo"].estimate == 1
    assert found["risk-difference"].estimate == 0.25
    note = found["risk-difference"].note
    assert note == (
        "events before the first dose, not counted: 1; events without a start day, "
        "counted: 1; p: Fisher's exact test"
    )


def test_serious_events_that_are_not_recorded_leave_the_arms_uncompared() -> None:
    found = analyzed("serious")
    assert found["count.active"].estimate == 1
    assert found["count.placebo"].estimate is None  # P1: seriousness not recorded
    assert found["proportion.placebo"].estimate is None
    difference = found["risk-difference"]
    assert difference.estimate is None
    assert difference.p is None
    assert "seriousness not recorded for 1 of 5 events" in (difference.note or "")


def test_an_arm_with_an_unknown_participant_has_at_least_the_known_ones() -> None:
    trial = protocol(TEXT.replace('events = "all"', 'events = "serious"'))
    some = [*EVENTS, ("P2", "fall", 4, True)]
    rows = incidence(trial, data(events=some, trial=trial, screened=["X9"]),
                     trial.endpoint("harm"))  # fmt: skip
    found = {e.id.removeprefix("harm."): e for e in rows}
    assert found["count.placebo"].estimate == 1
    assert (found["count.placebo"].note or "").startswith("at least; ")
    assert found["proportion.placebo"].estimate is None


def test_no_flag_at_all_gives_no_number() -> None:
    found = analyzed("related")
    assert all(row.estimate is None for row in found.values())
    note = found["risk-difference"].note or ""
    assert "relation to treatment not recorded for any of 5 events" in note


def test_in_the_arm_that_was_given() -> None:
    drugs = {"A1": "saline", "A2": "active drug", "P1": "saline"}
    known = data(events=EVENTS, drugs=drugs, screened=["X9"])
    rows = incidence(protocol(), known, protocol().endpoint("harm"))
    found = {e.id: e.estimate for e in rows}
    assert found["harm.count.active"] == 1
    assert found["harm.count.placebo"] == 2


@pytest.mark.parametrize("kind", ["all", "serious", "related"])
def test_data_without_any_event_have_no_zero(kind: str) -> None:
    trial = protocol(TEXT.replace('events = "all"', f'events = "{kind}"'))
    rows = incidence(trial, data(trial=trial), trial.endpoint("harm"))
    assert {row.estimate for row in rows} == {None}
    assert {row.p for row in rows} == {None}
    assert rows[0].id == "harm.risk-difference"
    assert "none were collected or none were provided" in (rows[0].note or "")


def test_without_a_record_of_treatment_there_is_no_incidence() -> None:
    rows = incidence(protocol(), data(events=EVENTS, drugs={}, screened=["X9"]),
                     protocol().endpoint("harm"))  # fmt: skip
    assert {row.estimate for row in rows} == {None}
    assert "neither infusions nor the milestone" in (rows[0].note or "")


def test_arms_are_not_compared_where_follow_up_depends_on_the_outcome() -> None:
    text = TEXT.replace("day = 28\n", 'day = 28\nonly_if = "response"\n')
    trial = protocol(text)
    rows = incidence(trial, data(events=EVENTS, screened=["X9"], trial=trial),
                     trial.endpoint("harm"))  # fmt: skip
    found = {row.id: row for row in rows}
    assert found["harm.count.active"].estimate == 2
    assert found["harm.risk-difference"].estimate is None
    assert "follow-up depends on the outcome" in (rows[0].note or "")
    assert "harm.fisher" not in found
