"""Time from randomization: every participant is at risk, by hand on the small trial.

Response is a fall by half: A1 and A2 respond on day 14, P2 on day 14; the ratings are on
days 7, 14, 28 and 42; all are randomized on day 0.
"""

import pandas as pd
import pytest

from equipoise.analyze.time_to_event.from_randomization import competing_events
from equipoise.analyze.time_to_event.times import not_at_risk, times
from equipoise.errors import AnalysisError
from equipoise.protocol.model import Protocol
from tests.analyze.small import SCORES, data
from tests.analyze.time_to_event.timed import randomized, timed

TRIAL = timed()
WITHOUT_STATE = ('of = "response"\n', "")
STRATEGY = ('strategy = "treatment policy"', 'strategy = "{}"')


def rows(
    *milestones: tuple[object, ...], trial: Protocol = TRIAL, **more: object
) -> pd.DataFrame:
    known = randomized(trial, *milestones, **more)  # type: ignore[arg-type]
    table = times(trial, known, trial.endpoint("timed"))
    assert not_at_risk(trial, known, trial.endpoint("timed")).empty
    return table.set_index("participant")


def strategy(name: str) -> Protocol:
    return timed((STRATEGY[0], STRATEGY[1].format(name)))


def test_everybody_is_at_risk_and_time_counts_from_randomization() -> None:
    table = rows()
    assert set(table.index) == set(SCORES)
    assert table["time"].to_dict() == {
        "A1": 14, "A2": 14, "A3": 14, "A4": 7, "P1": 42, "P2": 14, "P3": 14, "P4": 42,
    }  # fmt: skip
    assert set(table.index[table["event"]]) == {"A1", "A2", "P2"}
    assert table.loc["A1", ["since", "cause"]].tolist() == [7, "loss"]
    assert table.loc["A4", ["since", "cause"]].tolist() == [7, ""]
    later = rows(day=3)
    assert later.loc["A1", ["time", "since", "start_day"]].tolist() == [11, 4, 3]


def test_a_visit_up_to_the_day_of_randomization_shows_no_event() -> None:
    """A2 responds on day 14; who is randomized that day is event-free until day 28."""
    table = rows(day=14)
    assert table.loc["A2", ["time", "since", "event"]].tolist() == [14, 0, True]
    assert table.loc["A4", ["time", "event"]].tolist() == [0, False]


def test_a_milestone_is_an_event_on_its_day() -> None:
    table = rows(("P1", "relapse", 20, None), ("A1", "relapse", 30, None))
    assert table.loc["P1", ["time", "event", "cause"]].tolist() == [
        20,
        True,
        "milestone",
    ]
    assert table.loc["P1", "since"] == 20  # its day is known
    assert table.loc["A1", ["time", "cause"]].tolist() == [14, "loss"]  # the earlier
    same = rows(("A1", "relapse", 14, None))
    assert same.loc["A1", ["time", "cause"]].tolist() == [14, "milestone"]


def test_a_milestone_after_the_last_rating_counts() -> None:
    table = rows(("A4", "relapse", 60, None))
    assert table.loc["A4", ["time", "event"]].tolist() == [60, True]


def test_a_milestone_before_randomization_does_not_count() -> None:
    table = rows(("P1", "relapse", 2, None), day=5)
    assert not table.loc["P1", "event"]
    assert table.loc["P1", "time"] == 37
    on_the_day = rows(("P1", "relapse", 5, None), day=5)
    assert on_the_day.loc["P1", ["time", "event"]].tolist() == [0, True]


def test_without_a_state_observation_ends_with_the_last_day_in_the_study() -> None:
    trial = timed(WITHOUT_STATE)
    table = rows(
        ("A4", "study-withdrawn", 33, None), ("A3", "relapse", 20, None), trial=trial
    )
    assert table.loc["A4", ["time", "event", "since"]].tolist() == [33, False, 33]
    assert table.loc["A3", ["time", "event"]].tolist() == [20, True]
    assert table.loc["P1", ["time", "event"]].tolist() == [42, False]
    assert table.loc["P3", "time"] == 14  # the last visit with a rating


def test_observation_ends_on_the_day_of_the_definition() -> None:
    trial = timed(('of = "response"', 'of = "response"\nuntil = 13'))
    table = rows(("P1", "relapse", 13, None), ("P4", "relapse", 20, None), trial=trial)
    assert not table.loc["A1", "event"]
    assert table.loc["A1", "time"] == 13
    assert table.loc["P1", ["time", "event"]].tolist() == [13, True]
    assert table.loc["P4", ["time", "event"]].tolist() == [13, False]


def test_strategies_for_an_intercurrent_event() -> None:
    event = ("A1", "new-treatment", 10, None)
    assert rows(event).loc["A1", ["time", "event"]].tolist() == [14, True]
    composite = rows(event, trial=strategy("composite")).loc["A1"]
    assert composite[["time", "event", "cause"]].tolist() == [10, True, "composite"]
    ended = rows(event, trial=strategy("hypothetical")).loc["A1"]
    assert ended[["time", "event", "cause"]].tolist() == [10, False, "hypothetical"]
    assert ended["since"] == 7  # the last rating without the event


@pytest.mark.parametrize("name", ["composite", "hypothetical"])
def test_an_intercurrent_event_never_removes_a_randomized_participant(
    name: str,
) -> None:
    """On the day of randomization it counts; before, it does not exist."""
    trial = strategy(name)
    table = rows(
        ("A1", "new-treatment", 3, None), ("A2", "new-treatment", 5, None),
        trial=trial, day=5,
    )  # fmt: skip
    assert set(table.index) == set(SCORES)
    assert table.loc["A1", ["time", "event"]].tolist() == [9, True]
    assert table.loc["A2", "time"] == 0
    assert bool(table.loc["A2", "event"]) == (name == "composite")


@pytest.mark.parametrize("name", ["composite", "hypothetical"])
def test_an_event_before_randomization_does_not_hide_a_later_one(name: str) -> None:
    event = '{ event = "new treatment", milestone = "new-treatment", strategy = "'
    stop = '{ event = "stop", milestone = "treatment-discontinued", strategy = "'
    trial = timed(
        (f'{event}treatment policy" }}', f'{event}{name}" }}, {stop}{name}" }}')
    )
    before, later = ("P1", "treatment-discontinued", 3, None), "new-treatment"
    table = rows(before, ("P1", later, 25, None), trial=trial, day=5)
    assert table.loc["P1", ["time", "cause"]].tolist() == [20, name]


def test_competing_events_are_the_ways_of_leaving_that_are_no_event() -> None:
    assert competing_events(TRIAL, TRIAL.endpoint("timed")) == (
        "lost-to-follow-up", "study-withdrawn", "death",
    )  # fmt: skip
    death = timed(('events = ["relapse"]', 'events = ["relapse", "death"]'))
    assert "death" not in competing_events(death, death.endpoint("timed"))
    named = timed(
        ('events = ["relapse"]', 'events = ["relapse"]\ncompeting = ["death"]')
    )
    assert competing_events(named, named.endpoint("timed")) == ("death",)


def test_a_participant_without_a_day_of_randomization_stops_the_analysis() -> None:
    known = data(trial=TRIAL, milestones=[("A1", "randomized", 0, None)])
    with pytest.raises(
        AnalysisError, match=r"EQ453.*7 participants have no day of rand"
    ):
        times(TRIAL, known, TRIAL.endpoint("timed"))


def test_an_event_without_a_day_stops_the_analysis() -> None:
    known = randomized(TRIAL, ("P1", "relapse", None, None))
    with pytest.raises(AnalysisError, match=r"EQ453.*1 events have no day"):
        times(TRIAL, known, TRIAL.endpoint("timed"))
