"""Times of the day at which people are seen and randomized."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.simulate.clock import Clock, minutes_into
from equipoise.simulate.context import Context
from equipoise.simulate.trial import simulate
from tests.simulate.trials import crowd, feder, feder_scenario, feder_stages


@cache
def trial() -> UnblindedTrialData:
    return simulate(feder(), feder_scenario(), seed=5, n=200)


def test_nobody_is_seen_or_randomized_on_a_weekend() -> None:
    data = trial()
    for table, column in (
        ("participants", "consented_at"),
        ("participants", "randomized_at"),
        ("answers", "answered_at"),
        ("exposures", "started_at"),
    ):
        at = getattr(data, table)[column].dropna()
        assert len(at) > 100
        assert (at.dt.dayofweek < 5).all(), column


def test_everything_happens_in_office_hours() -> None:
    data = trial()
    for at in (
        data.participants["consented_at"],
        data.participants["randomized_at"].dropna(),
        data.answers["answered_at"],
        data.exposures["started_at"],
    ):
        minutes = at.dt.hour * 60 + at.dt.minute
        assert minutes.between(8 * 60, 17 * 60).all()
        assert minutes.nunique() > 15


def test_ratings_come_before_randomization_and_before_an_infusion_of_the_day() -> None:
    data = trial()
    answers = data.answers
    base = answers[answers["visit"].isin(["screening", "baseline"])]
    last = base.groupby("participant")["answered_at"].max()
    people = data.participants.dropna(subset="randomized_at").set_index("participant")
    assert (people["randomized_at"] > last[people.index]).all()
    first = data.exposures.groupby("participant")["started_at"].min()
    assert (people.loc[first.index, "randomized_at"] < first).all()
    weekly = answers[answers["visit"] == "week-1"]
    rated = weekly.groupby("participant")["answered_at"].max()
    fourth = data.exposures.query("visit == 'infusion-4'")
    begins = fourth.set_index("participant")["started_at"]
    both = rated.index.intersection(begins.index)
    same = rated[both].dt.normalize() == begins[both].dt.normalize()
    assert same.sum() > 100
    before = begins[both][same] - rated[both][same]
    assert (before >= pd.Timedelta(minutes=40)).all()


def test_who_is_randomized_on_the_day_of_an_infusion_is_so_before_it() -> None:
    context = Context.of(feder(), feder_scenario())
    people = crowd(300)
    days = np.array([visit.day for visit in context.visits])
    days[context.baseline] = 0  # all of it on one day
    dates = np.datetime64("2027-01-04") + np.tile(days, (300, 1))
    clock = Clock.of(context, people, dates)
    at = clock.randomized(context, people, dates[:, context.baseline])
    rated = clock.rated[:, context.baseline] + minutes_into(5)[-1]
    zero = clock.zero[:, context.visit["infusion-1"]]
    assert np.all((rated < at) & (at < zero - np.timedelta64(30, "m")))


def test_nobody_who_is_not_randomized_has_a_time_of_it() -> None:
    stages = feder_stages()
    nobody = np.full(len(stages.cohort.people), np.datetime64("NaT", "D"))
    at = stages.clock.randomized(stages.context, stages.cohort.people, nobody)
    assert np.isnat(at).all()


@pytest.mark.parametrize("instruments", [1, 2, 5, 6, 12, 51])
def test_the_ratings_of_a_visit_follow_each_other_within_50_minutes(
    instruments: int,
) -> None:
    into = minutes_into(instruments).astype(int)
    assert len(into) == instruments
    assert into[0] == 0
    assert into[-1] <= 50
    assert np.all(np.diff(into) > 0)
