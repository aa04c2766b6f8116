"""The participant flow, counted by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analyze.population.participant_flow import (
    UNRECORDED,
    allocated_received,
    flow,
)
from equipoise.analyze.result import Estimate
from equipoise.dataset.randomized import NOT_STATED
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol
from tests.analyze.population.full import full_protocol, trial
from tests.analyze.small import SCORES, data, protocol, without_response

TRIAL = protocol()
MILESTONES = [
    ("X1", "excluded", None, "declined"),
    ("X2", "excluded", None, "Declined. "),
    ("X3", "excluded", None, "too ill"),
    ("A3", "treatment-discontinued", 5, "adverse event"),
    ("A4", "treatment-discontinued", 5, None),
    ("P3", "lost-to-follow-up", 20, "moved"),
    ("P4", "study-completed", 42, None),
    ("A4", "study-withdrawn", 9, "no time"),
    ("A4", "death", 99, "accident"),
]


def counted(known: UnblindedTrialData, trial: Protocol = TRIAL) -> dict[str, Estimate]:
    found = flow(trial, known)
    assert len({e.id for e in found}) == len(found)
    return {e.id.removeprefix("flow."): e for e in found}


def notes(found: dict[str, Estimate], step: str) -> dict[str, float | None]:
    return {
        str(row.note): row.estimate
        for name, row in found.items()
        if name.startswith(f"{step}.reason-")
    }


def test_every_step_by_hand() -> None:
    found = counted(data(milestones=MILESTONES, screened=["X1", "X2", "X3"]))
    numbers = {name: row.estimate for name, row in found.items()}
    assert numbers == {
        "assessed": 11, "excluded": 3, "excluded.reason-1": 2, "excluded.reason-2": 1,
        "randomized": 8,
        "allocated.active": 4, "received.active": 4, "not-received.active": 0,
        "discontinued.active": 2,
        "discontinued.active.reason-1": 1, "discontinued.active.reason-2": 1,
        "treatment-end-unknown.active": 2,
        "lost.active": 1, "lost.active.reason-1": 1, "completed.active": 0,
        "study-end-unknown.active": 3, "rated.active": 3, "analysed.active": 4,
        "not-analysed.active": 0,
        "allocated.placebo": 4, "received.placebo": 4, "not-received.placebo": 0,
        "discontinued.placebo": 0, "treatment-end-unknown.placebo": 4,
        "lost.placebo": 1, "lost.placebo.reason-1": 1, "completed.placebo": 1,
        "study-end-unknown.placebo": 2, "rated.placebo": 4, "analysed.placebo": 4,
        "not-analysed.placebo": 0,
    }  # fmt: skip
    assert found["rated.active"].n == 4
    assert found["excluded"].n == 11


def test_reasons_are_merged_whatever_their_capitals_and_start_with_one() -> None:
    found = counted(data(milestones=MILESTONES, screened=["X1", "X2", "X3"]))
    assert notes(found, "excluded") == {"Declined": 2, "Too ill": 1}


def test_reasons_say_how_and_when() -> None:
    found = counted(data(milestones=MILESTONES[3:]))
    assert notes(found, "lost.active") == {"Died: accident (day 99)": 1}
    assert notes(found, "lost.placebo") == {"Lost to follow-up: moved (day 20)": 1}
    assert notes(found, "discontinued.active") == {
        "Adverse event (day 5)": 1, "Reason not recorded (day 5)": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("days", "text"),
    [
        ((5,), "No wish (day 5)"),
        ((9, 5), "No wish (days 5, 9)"),
        ((9, 5, 7, 40), "No wish (days 5 to 40)"),
        ((None, 5), "No wish (day 5)"),
        ((None,), "No wish"),
    ],
)
def test_days_of_a_reason(days: tuple[int | None, ...], text: str) -> None:
    rows = [
        (person, "treatment-discontinued", day, "no wish")
        for person, day in zip(("A1", "A2", "A3", "A4"), days, strict=False)
    ]
    found = counted(data(milestones=rows))
    assert notes(found, "discontinued.active") == {text: len(days)}


def test_a_criterion_as_reason_for_exclusion_says_whether_it_was_met() -> None:
    rows = [
        ("X1", "excluded", None, "HAMD-17 of at least 20 at baseline"),
        ("X2", "excluded", None, "E1"),
        ("X3", "excluded", None, "age above 65"),
    ]
    known = data(milestones=rows, screened=["X1", "X2", "X3"])
    assert notes(counted(known, full_protocol()), "excluded") == {
        "Did not meet: HAMD-17 of at least 20 at baseline": 1,
        "Met exclusion criterion: Age above 65": 2,
    }


def test_reasons_add_up_also_where_some_are_silent() -> None:
    known = data(milestones=MILESTONES, screened=["X1", "X2", "X3", "X4", "X5"])
    found = counted(known)
    assert notes(found, "excluded")["Reason not recorded"] == 2
    for step in ("excluded", "discontinued.active", "lost.active", "lost.placebo"):
        assert sum(v or 0 for v in notes(found, step).values()) == found[step].estimate


def test_what_the_data_do_not_record_is_not_zero() -> None:
    found = counted(data(drugs={}))
    for step in ("assessed", "excluded", "received.active", "not-received.active",
                 "discontinued.active", "lost.active", "completed.active"):  # fmt: skip
        assert found[step].estimate is None, step
        assert found[step].note == UNRECORDED
    assert found["analysed.active"].estimate == 4


def test_an_arm_alone_does_not_say_who_was_randomized() -> None:
    found = counted(data())
    for step in ("randomized", "allocated.active", "allocated.placebo"):
        assert found[step].estimate is None, step
        assert found[step].note == NOT_STATED
    assert found["in-data"].estimate == 8
    assert found["in-data.active"].estimate == 4
    assert found["rated.active"].population == "in the data"


def test_a_date_of_randomization_says_who_was_randomized() -> None:
    found = counted(trial(), full_protocol())
    assert found["randomized"].estimate == 8
    assert found["allocated.active"].population == "randomized"
    assert "in-data" not in found


def test_who_only_received_another_drug_did_not_receive_the_allocated_one() -> None:
    drugs = {"A1": "saline", "A2": "active drug", "A3": None, "P1": "saline"}
    known = data(drugs=drugs)  # type: ignore[arg-type]
    assert allocated_received(TRIAL, known, "active") == {"A2", "A3"}
    found = counted(known)
    assert found["received.active"].estimate == 2
    assert found["not-received.active"].estimate == 2
    assert notes(found, "not-received.active") == {"Reason not recorded": 2}


def test_why_treatment_was_not_received() -> None:
    drugs = dict.fromkeys(("A1", "A2", "A3"), "active drug") | {"P1": "saline"}
    rows = [("A4", "study-withdrawn", 0, "changed their mind")]
    found = counted(data(drugs=drugs, milestones=rows))
    assert notes(found, "not-received.active") == {"Changed their mind (day 0)": 1}


def test_rated_are_those_with_the_score_at_the_visit_of_the_endpoint() -> None:
    found = counted(data())
    assert found["rated.active"].estimate == 3  # A4 was not rated at week 2
    never = without_response(["week-1", "week-2"], {"A4": SCORES["A4"]})
    less = counted(data(SCORES | never))
    assert less["analysed.active"].estimate == 3
    assert notes(less, "not-analysed.active") == {"No rating after baseline": 1}


ENDS = ("study-completed", "study-withdrawn", "lost-to-follow-up", "death",
        "treatment-discontinued", "treatment-completed", "treatment-started")  # fmt: skip


@pytest.mark.property
@settings(max_examples=15, deadline=None)
@given(draw=st.data())
def test_dropping_rows_never_reassures(draw: st.DataObject) -> None:
    """Losses and discontinuations do not fall, unless their ends are not known."""
    never_reassures(draw)


@pytest.mark.calibration
@settings(max_examples=200, deadline=None)
@given(draw=st.data())
def test_dropping_rows_of_many_trials_never_reassures(draw: st.DataObject) -> None:
    """The same law on more examples, which take a minute."""
    never_reassures(draw)


def never_reassures(draw: st.DataObject) -> None:
    people = list(SCORES)
    ends = {p: draw.draw(st.sampled_from(ENDS[:4])) for p in people}
    stops = {p: draw.draw(st.sampled_from(ENDS[4:6])) for p in people}
    rows: list[tuple[Any, ...]] = [
        (p, name, 9, None) for p in people for name in (ends[p], stops[p])
    ]
    drugs = {p: "active drug" if SCORES[p][0] == "active" else "saline" for p in people}
    full = counted(data(milestones=rows, drugs=drugs))
    kept = draw.draw(st.lists(st.sampled_from(rows), unique=True))
    given_ = {
        p: drugs[p] for p in draw.draw(st.lists(st.sampled_from(people), unique=True))
    }
    seen = {p: SCORES[p] for p in people}
    fewer = counted(data(seen, milestones=kept, drugs=given_))
    for arm in ("active", "placebo"):
        for bad, unknown in (
            ("lost", "study-end-unknown"), ("discontinued", "treatment-end-unknown"),
            ("not-received", "not-received"),
        ):  # fmt: skip
            after = fewer[f"{bad}.{arm}"].estimate
            if after is None:
                continue
            rest = fewer.get(f"{unknown}.{arm}") if unknown != bad else None
            open_ = 0.0 if rest is None else rest.estimate or 0.0
            assert after + open_ >= (full[f"{bad}.{arm}"].estimate or 0)
        for good in ("received", "completed"):
            after = fewer[f"{good}.{arm}"].estimate
            assert after is None or after <= (full[f"{good}.{arm}"].estimate or 0)
