"""Adverse events by term, severity and relation, counted by hand."""

from __future__ import annotations

from typing import Any

import pytest

from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.adverse_events import adverse_events, events_endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.proportions import risk_difference
from tests.analyze.feder import emergent, feder, virtual
from tests.analyze.safety.safety_trial import ARMS, event, trial, trial_data

EVENTS = (
    event("A1", "headache", 0),
    event("A1", "headache", 3, severity="moderate"),
    event("A2", "headache", 1, related=False),
    event("A2", "nausea", None, serious=True, severity="severe"),
    event("P1", "nausea", 2, action="DRUG WITHDRAWN"),
    event("P2", "headache", -5),  # before the first infusion
    event("P2", "rash", 20),  # after the window
)


def found(protocol: Protocol | None = None, **given: Any) -> dict[str, Estimate]:
    protocol = protocol or trial()
    data = trial_data(protocol=protocol, **given)
    return {
        e.id.removeprefix("events."): e
        for e in adverse_events(protocol, data)
        if e.id.startswith("events.")
    }


def test_participants_and_events_by_term_the_most_frequent_first() -> None:
    rows = found(events=EVENTS)
    terms = [
        (e.note, e.estimate, e.n)
        for name, e in rows.items()
        if name.startswith("term-") and e.analysis == "count" and name.count(".") == 1
    ]
    assert terms == [
        ("headache", 2.0, 3), ("headache", 0.0, 2), ("nausea", 1.0, 3), ("nausea", 1.0, 2),
    ]  # fmt: skip
    assert rows["term-1.events.active"].estimate == 3
    wanted = risk_difference(2, 3, 0, 2)
    own = rows["term-1.difference"]
    assert (own.estimate, own.lower, own.upper) == (
        wanted.estimate,
        wanted.lower,
        wanted.upper,
    )


def test_each_kind_is_counted_by_participant() -> None:
    rows = found(events=EVENTS)
    wanted = {
        "any": (2, 1), "related": (2, 1), "serious": (1, 0), "serious-related": (1, 0),
        "severity-severe": (1, 0), "discontinuation": (0, 1), "severity-moderate": (1, 0),
        "severity-mild": (0, 1), "deaths": (0, 0),
    }  # fmt: skip
    for kind, (active, placebo) in wanted.items():
        assert rows[f"{kind}.active"].estimate == active, kind
        assert rows[f"{kind}.placebo"].estimate == placebo, kind
        assert rows[f"{kind}.active"].n == 3
    assert rows["any.active"].statistic == pytest.approx(2 / 3)


def test_what_counts_is_said_once() -> None:
    note = str(found(events=EVENTS)["definition"].note)
    assert "first dose to 5 days after the last dose" in note
    assert "events before the first dose, not counted: 1" in note
    assert "events without a start day, counted: 1" in note


@pytest.mark.parametrize(
    ("column", "kind"),
    [("serious", "serious"), ("related", "related"), ("severity", "severity-severe"),
     ("action", "discontinuation")],
)  # fmt: skip
def test_a_missing_flag_is_never_a_zero(column: str, kind: str) -> None:
    rows = found(events=[event("A1", "rash", 1, **{column: None})])
    assert rows[f"{kind}.active"].estimate is None
    assert rows[f"{kind}.placebo"].estimate == 0  # nothing of it is unknown
    assert rows[f"{kind}.difference"].estimate is None
    assert "not recorded for 1 of 1 events" in str(rows[f"{kind}.active"].note)
    assert rows["any.active"].estimate == 1


def test_a_flag_that_is_partly_missing_gives_a_lower_bound() -> None:
    events = [
        event("A1", "rash", 1, serious=True),
        event("A2", "rash", 1, serious=None),
    ]
    rows = found(events=events)
    assert rows["serious.active"].estimate == 1
    assert rows["serious.active"].statistic is None
    assert rows["serious.difference"].estimate is None
    assert "not known for 1 further participant" in str(rows["serious.active"].note)
    assert rows["serious-unknown.active"].estimate == 1


def test_deaths_come_from_dispositions_and_from_fatal_events() -> None:
    milestones = [(p, "study-completed", 14, None) for p in ARMS if p != "A1"]
    milestones.append(("A1", "death", 6, "accident"))
    fatal = event("A2", "stroke", 4, outcome="FATAL")
    rows = found(events=[fatal], milestones=milestones)
    assert rows["deaths.active"].estimate == 2
    assert rows["deaths.placebo"].estimate == 0


def test_without_dispositions_deaths_are_not_recorded() -> None:
    rows = found(events=EVENTS, milestones=[])
    assert rows["deaths.active"].estimate is None
    assert rows["deaths.active"].note == "deaths: not recorded"


def test_data_without_events_have_one_sentence_and_no_number() -> None:
    (only,) = found().values()
    assert only.estimate is None
    assert "none were collected or none were provided" in str(only.note)
    confirmed = found(confirmed_empty=("events",))
    assert confirmed["any.active"].estimate == 0


def test_without_exposures_the_safety_set_is_not_known_and_it_is_said() -> None:
    (only,) = found(events=EVENTS, infusions=[]).values()
    assert "neither infusions nor the milestone" in str(only.note)


def test_arms_are_not_compared_where_the_window_reaches_visits_of_responders() -> None:
    rows = found(trial(by_response=True, window=30), events=EVENTS)
    assert rows["any.active"].estimate == 2
    assert rows["any.difference"].estimate is None
    assert "follow-up depends on the outcome" in str(rows["any.difference"].note)
    short = found(trial(by_response=True, window=5), events=EVENTS)
    assert short["any.difference"].estimate is not None


def test_an_arm_with_one_participant_and_all_events_on_day_0() -> None:
    arms = {"A1": "active", "P1": "placebo", "P2": "placebo"}
    rows = found(arms=arms, events=[event(p, "x" * 900, 0) for p in arms])
    assert rows["any.active"].n == 1
    assert rows["any.difference"].estimate == 0
    assert rows["rate-ratio"].estimate == pytest.approx(1)


def test_a_protocol_without_an_incidence_uses_the_first_exposed_set() -> None:
    protocol = trial().model_copy(
        update={
            "endpoints": tuple(e for e in trial().endpoints if e.type != "incidence")
        }
    )
    assert events_endpoint(protocol).estimand.population == "safety"
    assert events_endpoint(trial()).id == "harm"


def test_the_worst_event_decides_on_severity() -> None:
    known = virtual()
    rows = {e.id: e for e in adverse_events(feder(), known)}
    worst = [
        rows[f"events.severity-{name}.ketamine"].estimate
        for name in ("mild", "moderate", "severe", "unknown")
    ]
    early = emergent(known)
    having = early["participant"].map(known.arm) == "ketamine"
    assert sum(worst) == early.loc[having, "participant"].nunique()  # type: ignore[arg-type]
