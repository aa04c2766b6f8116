"""Adverse events and guesses: how often, when, and to whom."""

from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chisquare

from equipoise.simulate.adverse_events import adverse_events, guesses
from equipoise.simulate.scenario_participants import DONT_KNOW, AdverseEvent, Guess
from tests.simulate.chance import FAR, rate_error
from tests.simulate.trials import Staged, feder_scenario, feder_stages, small_stages

N = 3000


def events_of(history: Staged, *stated: AdverseEvent) -> pd.DataFrame:
    """Events of a trial, with its own or with others."""
    context = history.context
    if stated:
        scenario = context.scenario.model_copy(update={"events": stated})
        context = type(context).of(context.protocol, scenario)
    return adverse_events(
        context, history.cohort, history.days, history.attended, history.times
    )


@lru_cache
def feder_events() -> pd.DataFrame:
    return events_of(feder_stages(N))


def arms(history: Staged) -> dict[str, str]:
    """Arm of each randomized person."""
    names = np.array([*history.context.arm, ""], dtype=object)
    known = dict(zip(history.cohort.ids, names[history.cohort.arms], strict=True))
    return {person: arm for person, arm in known.items() if arm}


def treated(history: Staged, arm: str) -> np.ndarray:
    here = history.cohort.arms == history.context.arm[arm]
    return here & np.isfinite(history.times.started)


TERMS = [event.term for event in feder_scenario().events]


@pytest.mark.parametrize("arm", ["ketamine", "midazolam"])
@pytest.mark.parametrize("term", TERMS)
def test_each_event_is_as_frequent_as_stated_among_the_treated(term, arm) -> None:
    history = feder_stages(N)
    (stated,) = (event for event in feder_scenario().events if event.term == term)
    table = feder_events()
    who = set(table.loc[table["term"] == term, "participant"])
    here = treated(history, arm)
    has = np.array([person in who for person in history.cohort.ids[here]])
    chance = stated.probability.get(arm, 0.0)
    if 0 < chance < 1:
        assert abs(rate_error(has, chance)) < FAR
    else:
        assert (has == bool(chance)).all()


def test_nobody_has_an_event_twice_nor_without_treatment() -> None:
    history, table = feder_stages(N), feder_events()
    assert not table.duplicated(["participant", "term"]).any()
    never = ~np.isfinite(history.times.started)
    assert never.sum() > 100
    assert not table["participant"].isin(history.cohort.ids[never]).any()


def test_events_start_on_days_of_infusions_that_were_given() -> None:
    history, table = feder_stages(N), feder_events()
    infusion = np.array([v.infusion is not None for v in history.context.visits])
    given = {
        (person, day)
        for person, days, done in zip(
            history.cohort.ids, history.days, history.attended.done, strict=True
        )
        for day in days[done & infusion].tolist()
    }
    started = zip(table["participant"], table["started_day"], strict=True)
    assert len(table) > N
    assert set(started) <= given


def test_every_infusion_brings_as_many() -> None:
    """Of who had all six, as the scenario says of no infusion that it is worse."""
    history, table = feder_stages(N), feder_events()
    infusion = np.array([v.infusion is not None for v in history.context.visits])
    all_six = history.attended.done[:, infusion].all(axis=1)
    place = pd.Series(np.arange(len(all_six)), index=history.cohort.ids)
    mine = table[table["participant"].isin(history.cohort.ids[all_six])]
    days = history.days[place[mine["participant"]].to_numpy()][:, infusion]
    number = (days == mine["started_day"].to_numpy()[:, None]).argmax(axis=1)
    assert chisquare(np.bincount(number, minlength=6)).pvalue > 1e-4


def made(**other) -> AdverseEvent:
    stated = {
        "term": "hiccup",
        "probability": {"ketamine": 1.0, "midazolam": 1.0},
        "severity": {"mild": 0.5, "moderate": 0.3, "severe": 0.2},
        "serious": 0.2,
        "related": 0.6,
        "days": 3,
        "outcome": "recovered",
    }
    return AdverseEvent(**(stated | other), assumed=True)


def test_severity_seriousness_relation_and_duration_are_as_stated() -> None:
    table = events_of(feder_stages(N), made())
    for grade, share in made().severity.items():
        assert abs(rate_error(table["severity"] == grade, share)) < FAR
    assert abs(rate_error(table["serious"], 0.2)) < FAR
    assert abs(rate_error(table["related"], 0.6)) < FAR
    lasted = table["stopped_day"] - table["started_day"]
    assert set(lasted) == {0, 1, 2, 3}
    assert chisquare(np.bincount(lasted)).pvalue > 1e-4
    assert set(table["outcome"]) == {"recovered"}


def test_what_is_certain_happens_to_all_and_what_is_impossible_to_none() -> None:
    history = feder_stages(N)
    table = events_of(history, made(probability={"midazolam": 1.0}))
    assert set(table["participant"]) == set(
        history.cohort.ids[treated(history, "midazolam")]
    )
    assert events_of(history, made(probability={"ketamine": 0.0})).empty


def test_without_infusions_events_start_between_start_and_end_of_treatment() -> None:
    history = small_stages(N)
    table = events_of(history)
    place = pd.Series(np.arange(len(history.inside)), index=history.cohort.ids)
    at = place[table["participant"]].to_numpy()
    times = history.times
    end = np.fmin(np.fmin(times.completed, times.discontinued), times.left)[at]
    day = table["started_day"].to_numpy()
    assert (day >= times.started[at]).all()
    assert (day <= end).all()
    here = treated(history, "walk")
    has = np.isin(history.cohort.ids[here], table["participant"])
    assert abs(rate_error(has, 0.5)) < FAR
    assert set(table["participant"].map(arms(history))) == {"walk"}
    share = (day - times.started[at] + 0.5) / (end - times.started[at] + 1)
    assert chisquare(np.histogram(share, bins=5, range=(0, 1))[0]).pvalue > 1e-4


def test_one_event_does_not_bring_another() -> None:
    history, table = feder_stages(N), feder_events()
    here = treated(history, "midazolam")
    has = {
        term: np.isin(
            history.cohort.ids[here], table.loc[table["term"] == term, "participant"]
        )
        for term in ("fatigue", "dizziness")
    }
    both = has["fatigue"] & has["dizziness"]
    rates = [
        next(e for e in feder_scenario().events if e.term == term).probability[
            "midazolam"
        ]
        for term in has
    ]
    assert abs(rate_error(both, rates[0] * rates[1])) < FAR


# --- guesses ----------------------------------------------------------------------------


def guesses_of(history: Staged) -> pd.DataFrame:
    return guesses(
        history.context, history.cohort, history.attended, history.history.believes
    )


def at_week_2(history: Staged, arm: str) -> np.ndarray:
    here = history.cohort.arms == history.context.arm[arm]
    return here & history.attended.done[:, history.context.visit["week-2"]]


def stated_guess(by: str, arm: str) -> Guess:
    return next(g for g in feder_scenario().guesses if (g.by, g.arm) == (by, arm))


@pytest.mark.parametrize("by", ["participant", "rater"])
def test_who_had_the_visit_is_guessed_about_once(by: str) -> None:
    history = feder_stages(N)
    table = guesses_of(history)
    asked = table.loc[table["by"] == by, "participant"]
    assert asked.is_unique
    expected = at_week_2(history, "ketamine") | at_week_2(history, "midazolam")
    assert set(asked) == set(history.cohort.ids[expected])
    assert not expected[history.inside].all()


@pytest.mark.parametrize("arm", ["ketamine", "midazolam"])
def test_participants_say_what_they_believe_or_that_they_do_not_know(arm: str) -> None:
    history = feder_stages(N)
    table = guesses_of(history)
    said = table[table["by"] == "participant"].set_index("participant")["guess"]
    here = at_week_2(history, arm)
    said, believes = said[history.cohort.ids[here]], history.history.believes[here]
    silent = (said == DONT_KNOW).to_numpy()
    share = stated_guess("participant", arm).dont_know
    for group in (believes, ~believes):  # whatever they believe
        assert abs(rate_error(silent[group], share)) < FAR
    believed = feder_scenario().response.belief.arm
    other = {"ketamine": "midazolam", "midazolam": "ketamine"}[believed]
    spoken = np.where(believes, believed, other)
    assert np.array_equal(said[~silent].to_numpy(), spoken[~silent])
    assert set(spoken) == {"ketamine", "midazolam"}


@pytest.mark.parametrize("arm", ["ketamine", "midazolam"])
def test_raters_guess_in_the_stated_shares(arm: str) -> None:
    history = feder_stages(N)
    table = guesses_of(history)
    said = table[table["by"] == "rater"].set_index("participant")["guess"]
    said = said[history.cohort.ids[at_week_2(history, arm)]]
    shares = stated_guess("rater", arm).shares
    assert set(said) == set(shares)
    for answer, share in shares.items():
        assert abs(rate_error(said == answer, share)) < FAR


def test_only_the_arms_that_are_stated_are_guessed_about() -> None:
    history = small_stages(N)
    table = guesses_of(history)
    assert set(table["participant"].map(arms(history))) == {"walk"}
    assert set(table["guess"]) == {"walk", DONT_KNOW}


def test_nothing_stated_is_no_table() -> None:
    history = feder_stages()
    context = history.context
    quiet = context.scenario.model_copy(update={"guesses": (), "events": ()})
    empty = type(context).of(context.protocol, quiet)
    believes = history.history.believes
    assert guesses(empty, history.cohort, history.attended, believes).empty
    assert adverse_events(
        empty, history.cohort, history.days, history.attended, history.times
    ).empty
