"""Whose outcome an intercurrent event changes."""

import pandas as pd

from equipoise.analyze.binary.intercurrent_events import reached_at, settled
from tests.analyze.small import data, protocol, with_strategy

PEOPLE = pd.Index(["A1", "A4", "P2"])


def reached(strategy: str, *milestones: tuple[str, int]) -> dict[str, list[str]]:
    trial = with_strategy("response", strategy)
    known = data(
        milestones=[(who, "new-treatment", day, None) for who, day in milestones]
    )
    table = reached_at(trial, known, trial.endpoint("response"), PEOPLE, "week-2")
    return {name: list(table.index[table[name]]) for name in table}


def test_up_to_the_day_for_composite_and_before_the_visit_for_hypothetical() -> None:
    """A1 and P2 were rated on day 14; the visit of A4 was not held."""
    events = ("A1", 14), ("A4", 14), ("P2", 13)
    assert reached("composite", *events)["composite"] == ["A1", "A4", "P2"]
    assert reached("hypothetical", *events)["hypothetical"] == ["A4", "P2"]
    assert reached("composite", *events)["hypothetical"] == []


def test_later_events_reach_nobody() -> None:
    events = ("A1", 15), ("A4", 15)
    assert reached("composite", *events)["composite"] == []
    assert reached("hypothetical", *events)["hypothetical"] == []


def test_failure_missing_or_as_rated() -> None:
    held = pd.Series([True, False, True], index=PEOPLE, dtype="boolean")
    table = pd.DataFrame(
        {"composite": [True, False, False], "hypothetical": [False, True, False]},
        index=PEOPLE,
    )
    assert settled(held, table).tolist() == [False, pd.NA, True]


def test_participants_without_an_event_are_not_reached() -> None:
    trial = protocol()
    table = reached_at(trial, data(), trial.endpoint("response"), PEOPLE, "week-1")
    assert not table.to_numpy().any()
    assert list(table.index) == list(PEOPLE)
