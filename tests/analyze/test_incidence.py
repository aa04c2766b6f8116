import pytest

from equipoise.analyze.incidence import incidence
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
    assert note == "events before day 0, not counted: 1; p: Fisher's exact test"


def test_only_serious_events_and_what_is_not_known_is_counted() -> None:
    found = analyzed("serious")
    assert found["count.active"].estimate == 1
    assert found["count.placebo"].estimate == 0
    note = found["risk-difference"].note
    assert note is not None
    assert "events not recorded as serious or not, not counted: 1" in note


def test_in_the_arm_that_was_given() -> None:
    drugs = {"A1": "saline", "A2": "active drug", "P1": "saline"}
    known = data(events=EVENTS, drugs=drugs, screened=["X9"])
    rows = incidence(protocol(), known, protocol().endpoint("harm"))
    found = {e.id: e.estimate for e in rows}
    assert found["harm.count.active"] == 1
    assert found["harm.count.placebo"] == 2


@pytest.mark.parametrize("kind", ["all", "serious", "related"])
def test_data_without_any_event_say_so(kind: str) -> None:
    trial = protocol(TEXT.replace('events = "all"', f'events = "{kind}"'))
    answer = incidence(trial, data(trial=trial), trial.endpoint("harm"))[0]
    assert answer.estimate == 0
    assert answer.note is not None
    assert "the data hold no adverse event of anybody" in answer.note
