"""Times of each participant: what the last rating shows, and who is not at risk."""

import pandas as pd
import pytest

from equipoise.analyze.time_to_event.times import not_at_risk, times
from tests.analyze.small import SCORES, data, protocol, with_strategy

TRIAL = protocol()


def rows(known: object, trial: object = TRIAL) -> pd.DataFrame:
    table = times(trial, known, trial.endpoint("relapse"))  # type: ignore[attr-defined,arg-type]
    return table.set_index("participant")


def test_the_last_rating_that_shows_the_state() -> None:
    """A1 and A2 respond at day 14 and hold it at day 28; A1 has lost it at day 42."""
    table = rows(data())
    assert table["last_known"].to_dict() == {"A1": 14.0, "A2": 28.0, "P2": 0.0}
    assert table["cause"].to_dict() == {"A1": "loss", "A2": "", "P2": "loss"}
    missed = SCORES | {"A1": ("active", 20, 12, 10, None, 11)}
    assert rows(data(missed)).loc["A1", ["since", "last_known"]].tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("day", "last", "since"), [(20, 0.0, 6.0), (28, 14.0, 14.0), (60, 28.0, 46.0)]
)
def test_a_composite_event_has_a_known_day_and_an_earlier_last_rating(
    day: int, last: float, since: float
) -> None:
    table = rows(data(milestones=[("A2", "new-treatment", day, None)]))
    row = table.loc["A2"]
    assert (row["last_known"], row["since"], row["cause"]) == (last, since, "composite")


@pytest.mark.parametrize(("day", "last"), [(20, 0.0), (28, 14.0), (30, 14.0)])
def test_after_a_hypothetical_event_the_state_is_known_to_the_last_rating_only(
    day: int, last: float
) -> None:
    """The observation ends on the day of the event; no later rating counts."""
    trial = with_strategy("relapse", "hypothetical")
    table = rows(data(milestones=[("A1", "new-treatment", day, None)]), trial)
    row = table.loc["A1"]
    assert (row["time"], row["event"]) == (day - 14, False)
    assert (row["since"], row["last_known"]) == (last, last)
    assert row["cause"] == "hypothetical"


def test_the_reason_of_not_being_at_risk() -> None:
    known = data(milestones=[("A1", "new-treatment", 9, None)])
    table = not_at_risk(TRIAL, known, TRIAL.endpoint("relapse"))
    reasons = dict(zip(table["participant"], table["reason"], strict=True))
    assert reasons == {
        "A1": "event", "A3": "without", "A4": "unrated",
        "P1": "without", "P3": "without", "P4": "without",
    }  # fmt: skip
    arms = dict(zip(table["participant"], table["arm"], strict=True))
    assert (arms["A1"], arms["P1"]) == ("active", "placebo")
