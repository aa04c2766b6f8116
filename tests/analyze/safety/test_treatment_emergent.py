"""Which events are treatment-emergent, and for which infusion they count."""

from __future__ import annotations

import pandas as pd
import pytest

from equipoise.analyze.safety.treatment_emergent import (
    classified,
    emergent_events,
    infusion_days,
    treatment_period,
    with_infusion,
)
from tests.analyze.feder import feder, virtual
from tests.analyze.safety.safety_trial import ARMS, event, trial, trial_data

EVERYONE = pd.Index(list(ARMS))


def test_the_period_is_from_the_first_to_the_last_infusion() -> None:
    data = trial_data(
        infusions=[("A1", "infusion"), ("A1", "infusion-2"), ("P1", "infusion")]
    )
    period = treatment_period(trial(), data)
    assert period.loc["A1"].tolist() == [0, 3, 8]  # the last dose and five days
    assert period.loc["P1"].tolist() == [0, 0, 5]
    assert "P2" not in period.index


def test_without_infusions_it_is_from_the_milestones() -> None:
    milestones = [
        ("A1", "treatment-started", 1, None),
        ("A1", "treatment-discontinued", 9, "lack of efficacy"),
        ("P1", "treatment-started", 0, None),
    ]
    data = trial_data(infusions=[], milestones=milestones)
    period = treatment_period(trial(), data)
    assert period.loc["A1"].tolist() == [1, 9, 14]
    assert period.loc["P1", "end"] == float("inf")  # no end of treatment is recorded


@pytest.mark.parametrize(
    ("day", "counts"),
    [(-1, False), (0, True), (3, True), (8, True), (9, False), (None, True)],
)
def test_the_window_has_both_of_its_ends(day: int | None, counts: bool) -> None:
    data = trial_data(events=[event("A1", "headache", day)])
    assert classified(trial(), data)["emergent"].tolist() == [counts]
    result = emergent_events(trial(), data, EVERYONE)
    assert len(result.rows) == counts
    assert result.label == "treatment-emergent adverse events"
    numbers = (result.before, result.after, result.undated)
    assert numbers == (day == -1, day == 9, day is None)


def test_events_that_do_not_count_are_said() -> None:
    days = (-2, 4, 9, 10, None)
    data = trial_data(events=[event("A1", "headache", day) for day in days])
    result = emergent_events(trial(), data, EVERYONE)
    assert result.note() == (
        "events before the first dose, not counted: 1; events later than 5 days after the "
        "last dose, not counted: 2; events without a start day, counted: 1"
    )
    assert "to 5 days after the last dose" in result.definition


def test_without_a_treatment_period_nothing_is_called_treatment_emergent() -> None:
    days = (-2, 4, 40)
    data = trial_data(
        infusions=[], events=[event("A1", "headache", day) for day in days]
    )
    result = emergent_events(trial(), data, EVERYONE)
    assert result.rows["started_day"].tolist() == [4, 40]
    assert result.label == "adverse events since day 0"
    assert result.definition.startswith("The treatment period is not recorded")
    assert "treatment period not recorded" in str(result.note())
    assert classified(trial(), data)["emergent"].isna().all()


def test_a_participant_without_a_period_keeps_the_events() -> None:
    infusions = [(p, "infusion") for p in ARMS if p != "A2"]
    data = trial_data(infusions=infusions, events=[event("A2", "syncope", 30)])
    result = emergent_events(trial(), data, EVERYONE)
    assert len(result.rows) == 1
    assert "treatment period is not recorded" in str(result.note())
    assert result.without_period == 1


def test_data_without_events_do_not_say_that_there_were_none() -> None:
    nothing = emergent_events(trial(), trial_data(), EVERYONE)
    assert not nothing.collected
    assert "none were collected or none were provided" in str(nothing.note())
    confirmed = trial_data(confirmed_empty=("events",))
    assert emergent_events(trial(), confirmed, EVERYONE).note() is None


def test_an_event_belongs_to_the_last_infusion_up_to_its_day() -> None:
    protocol, known = feder(), virtual()
    given = infusion_days(protocol, known)
    one = given[given["participant"] == given["participant"].iloc[0]]
    days = one["day"].to_numpy()
    events = pd.DataFrame(
        {
            "participant": one["participant"].iloc[0],
            "term": ["on", "after", "before", "undated"],
            "started_day": pd.array([days[1], days[1] + 1, days[0] - 1, None], "Int64"),
        }
    ).astype({"participant": "string"})
    placed = with_infusion(protocol, known, events).set_index("term")
    assert placed.loc["on", ["infusion", "days_since"]].tolist() == [2, 0]
    assert placed.loc["after", ["infusion", "days_since"]].tolist() == [2, 1]
    assert placed.loc[["before", "undated"], "infusion"].isna().all()
