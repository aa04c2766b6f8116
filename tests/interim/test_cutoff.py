"""Who enters an interim analysis: those whose endpoint was due, whether held or not."""

from datetime import date, timedelta

import pandas as pd
import pytest

from equipoise.errors import DesignError
from equipoise.interim.cutoff import at_cutoff
from tests.interim.trials import FEDER, changed, virtual

ENDPOINT = FEDER.endpoint("caps5_change")
VISIT = FEDER.schedule.visit(str(ENDPOINT.variable.at))
PEOPLE = virtual().participants.dropna(subset="arm").set_index("participant")
DAYS = (
    virtual().dispositions.query("milestone == 'randomized'").set_index("participant")
)


def due(participant: str) -> date:
    """The last day of the window of the visit, by hand."""
    day0 = PEOPLE.loc[participant, "randomized_at"].date() - timedelta(
        days=int(DAYS.loc[participant, "day"])
    )
    return day0 + timedelta(days=VISIT.day + VISIT.window[1])


def test_a_participant_enters_on_the_last_day_of_the_window() -> None:
    first = PEOPLE["randomized_at"].idxmin()
    on, before = due(first), due(first) - timedelta(days=1)
    assert list(at_cutoff(FEDER, virtual(), ENDPOINT, on).arm.index) == [first]
    assert at_cutoff(FEDER, virtual(), ENDPOINT, before).arm.empty


@pytest.mark.parametrize("year", [2016, 2017, 2018])
def test_it_does_not_matter_whether_the_visit_was_held(year: int) -> None:
    cutoff = date(year, 12, 31)
    expected = {who for who in PEOPLE.index if due(who) <= cutoff}
    assert set(at_cutoff(FEDER, virtual(), ENDPOINT, cutoff).arm.index) == expected
    visits = virtual().visits
    fewer = changed(visits=visits[visits["visit"] != VISIT.id])
    assert set(at_cutoff(FEDER, fewer, ENDPOINT, cutoff).arm.index) == expected  # type: ignore[arg-type]


def test_nothing_after_the_cut_off_is_kept() -> None:
    cutoff = date(2017, 6, 1)
    known = at_cutoff(FEDER, virtual(), ENDPOINT, cutoff)
    assert 0 < len(known.answers) < len(virtual().answers)
    day0 = PEOPLE["randomized_at"].dt.normalize() - pd.to_timedelta(
        DAYS["day"].astype(float), unit="D"
    )
    for frame, column in ((known.visits, "actual_day"), (known.dispositions, "day")):
        rows = frame.dropna(subset=column)
        at = rows["participant"].map(day0) + pd.to_timedelta(
            rows[column].astype(float), unit="D"
        )
        assert at.max() <= pd.Timestamp(cutoff)
    held = pd.MultiIndex.from_frame(known.visits[["participant", "visit"]])
    answered = pd.MultiIndex.from_frame(known.answers[["participant", "visit"]])
    assert answered.isin(held).all()


def test_after_the_end_nothing_is_lost() -> None:
    known = at_cutoff(FEDER, virtual(), ENDPOINT, date(2100, 1, 1))
    assert len(known.arm) == len(PEOPLE)
    of_them = virtual().answers["participant"].isin(PEOPLE.index)
    assert len(known.answers) == of_them.sum()


def test_an_arm_without_a_date_is_refused() -> None:
    people = virtual().participants.copy()
    who = PEOPLE.index[3]
    people.loc[people["participant"] == who, "randomized_at"] = pd.NaT
    with pytest.raises(DesignError, match="EQ836") as refused:
        at_cutoff(FEDER, changed(participants=people), ENDPOINT, date(2018, 1, 1))  # type: ignore[arg-type]
    assert refused.value.records is not None
    assert list(refused.value.records["participant"]) == [who]
