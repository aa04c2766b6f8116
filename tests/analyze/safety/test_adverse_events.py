"""Adverse events by term, severity and relation, counted by hand."""

import pytest

from equipoise.analyze.proportions import risk_difference
from equipoise.analyze.safety.adverse_events import adverse_events, time_at_risk
from tests.analyze.feder import feder, virtual
from tests.analyze.small import data, protocol

EVENTS = [
    ("A1", "headache", 0, False),
    ("A1", "headache", 3, False),
    ("A2", "headache", 1, False),
    ("A2", "nausea", None, True),
    ("P1", "nausea", 2, None),
    ("P2", "headache", -5, False),  # before the first infusion
    ("X9", "nausea", 1, False),  # never randomized
]


def found():  # type: ignore[no-untyped-def]
    trial = protocol()
    known = data(events=EVENTS, screened=["X9"])
    return {e.id: e for e in adverse_events(trial, known, trial.endpoint("harm"))}


def test_participants_and_events_by_term_the_most_frequent_first() -> None:
    rows = found()
    terms = [
        (e.note, e.estimate, e.n)
        for name, e in rows.items()
        if name.startswith("events.term-") and e.analysis == "count"
    ]
    assert terms == [
        ("headache", 2.0, 4),
        ("headache", 0.0, 4),
        ("nausea", 1.0, 4),
        ("nausea", 1.0, 4),
    ]
    assert rows["events.term-1.events.active"].estimate == 3
    wanted = risk_difference(2, 4, 0, 4)
    own = rows["events.term-1.difference"]
    assert (own.estimate, own.lower, own.upper) == (
        wanted.estimate,
        wanted.lower,
        wanted.upper,
    )


def test_serious_and_what_is_not_recorded() -> None:
    rows = found()
    assert rows["events.serious.active"].estimate == 1
    assert rows["events.serious-unknown.placebo"].estimate == 1
    assert rows["events.severity-unknown.active"].estimate == 2


def test_rates_count_events_in_the_time_observed() -> None:
    trial = protocol()
    known = data(events=EVENTS, screened=["X9"])
    days = time_at_risk(trial, known)
    assert days["A1"] == 43  # day 42, day 0 included
    assert days["A4"] == 8  # rated last at week 1
    rows = found()
    weeks = days[["A1", "A2", "A3", "A4"]].sum() / 7
    assert rows["events.rate.active"].estimate == pytest.approx(100 * 4 / weeks)
    assert rows["events.rate-ratio"].estimate is not None


def test_the_worst_event_decides_on_severity() -> None:
    trial, known = feder(), virtual()
    rows = {
        e.id: e for e in adverse_events(trial, known, trial.endpoint("adverse_events"))
    }
    worst = [
        rows[f"events.severity-{name}.ketamine"].estimate
        for name in ("mild", "moderate", "severe", "unknown")
    ]
    having = known.events["participant"].map(known.arm) == "ketamine"
    assert sum(worst) == known.events.loc[having, "participant"].nunique()  # type: ignore[arg-type]


def test_no_event_at_all_still_gives_rates() -> None:
    trial = protocol()
    rows = {e.id: e for e in adverse_events(trial, data(), trial.endpoint("harm"))}
    assert rows["events.rate.active"].estimate == 0
    assert rows["events.rate-ratio"].estimate is None
    assert "cannot be estimated" in (rows["events.rate-ratio"].note or "")
