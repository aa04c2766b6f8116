"""When an interim analysis takes place, counted independently from the data."""

from dataclasses import replace
from datetime import date
from math import ceil

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analyze.time_to_event.times import times
from equipoise.errors import DesignError
from equipoise.interim.cutoff import at_cutoff
from equipoise.interim.occurrence import cutoff_at
from tests.interim.trials import FEDER, virtual

CAPS = FEDER.endpoint("caps5_change")
TIMED = next(e for e in FEDER.endpoints if e.type == "time-to-event")


def entered(cutoff: date) -> int:
    return int(at_cutoff(FEDER, virtual(), CAPS, cutoff).participants["arm"].count())


@settings(deadline=None, max_examples=20)
@given(fraction=st.floats(0.05, 1))
def test_it_is_the_first_day_on_which_enough_participants_are_due(
    fraction: float,
) -> None:
    found = cutoff_at(FEDER, virtual(), CAPS, fraction)
    needed = ceil(30 * fraction - 1e-9)
    before = (pd.Timestamp(found) - pd.Timedelta(days=1)).date()
    assert entered(found) >= needed > entered(before)


@pytest.mark.parametrize("fraction", [0.3, 0.5, 1.0])
def test_it_is_the_day_of_the_event_that_makes_the_fraction(fraction: float) -> None:
    def events(cutoff: date) -> int:
        known = at_cutoff(FEDER, data, TIMED, cutoff)
        return int(times(FEDER, known, TIMED)["event"].sum())

    data = virtual(100)
    total = events(date(2100, 1, 1))
    found = cutoff_at(FEDER, data, TIMED, fraction)
    before = (pd.Timestamp(found) - pd.Timedelta(days=1)).date()
    assert events(found) >= ceil(fraction * total) > events(before)


def test_without_participants_there_is_none() -> None:
    people = virtual().participants
    data = replace(virtual(), participants=people.assign(arm=pd.NA))
    with pytest.raises(DesignError, match="EQ836"):
        cutoff_at(FEDER, data, CAPS, 0.5)
