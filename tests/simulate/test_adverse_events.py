"""Adverse events: how often, when, and to whom."""

from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chisquare

from equipoise.simulate.adverse_events import YEAR, adverse_events
from equipoise.simulate.scenario_participants import AdverseEvent, BackgroundEvent
from tests.simulate.chance import FAR, rate_error
from tests.simulate.trials import Staged, feder_scenario, feder_stages, small_stages

N = 3000


def events_of(
    history: Staged, *stated: AdverseEvent, background: tuple[BackgroundEvent, ...] = ()
) -> pd.DataFrame:
    """Events of a trial whose scenario states these."""
    context = history.context
    update = {"events": stated, "background_events": background}
    scenario = context.scenario.model_copy(update=update)
    return adverse_events(
        type(context).of(context.protocol, scenario),
        history.cohort,
        history.days,
        history.attended,
        history.times,
    )


@lru_cache
def feder_events() -> pd.DataFrame:
    """Events of the infusions."""
    return events_of(feder_stages(N), *feder_scenario().events)


@lru_cache
def feder_background() -> pd.DataFrame:
    """Events that come at any time."""
    return events_of(feder_stages(N), background=feder_scenario().background_events)


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


def test_nobody_has_an_event_twice_at_an_infusion_nor_without_treatment() -> None:
    history, table = feder_stages(N), feder_events()
    assert not table.duplicated(["participant", "term", "started_day"]).any()
    never = ~np.isfinite(history.times.started)
    assert never.sum() > 100
    for own in (table, feder_background()):
        assert not own["participant"].isin(history.cohort.ids[never]).any()


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


def test_every_infusion_brings_as_many_first_events() -> None:
    """Of who had all six, as the scenario says of no infusion that it is worse."""
    history, table = feder_stages(N), feder_events()
    infusion = np.array([v.infusion is not None for v in history.context.visits])
    all_six = history.attended.done[:, infusion].all(axis=1)
    place = pd.Series(np.arange(len(all_six)), index=history.cohort.ids)
    mine = table[table["participant"].isin(history.cohort.ids[all_six])]
    mine = mine.drop_duplicates(["participant", "term"])  # the first one of each
    days = history.days[place[mine["participant"]].to_numpy()][:, infusion]
    number = (days == mine["started_day"].to_numpy()[:, None]).argmax(axis=1)
    assert chisquare(np.bincount(number, minlength=6)).pvalue > 1e-4


def span(history: Staged, table: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Start of each event, and the last day of its participant."""
    end = np.fmax(history.times.left, history.times.ended)
    last = pd.Series(end, index=history.cohort.ids)
    return table["started_day"], table["participant"].map(last)


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
    over = table[~table["ongoing"]]
    assert set(over["outcome"]) == {"recovered"}
    start, end = span(feder_stages(N), over)
    early = over[(end - start).to_numpy() >= 3]  # those that are over whatever is drawn
    lasted = (early["stopped_day"] - early["started_day"]).astype(int)
    assert set(lasted) == {0, 1, 2, 3}
    assert chisquare(np.bincount(lasted)).pvalue > 1e-4


def test_what_is_certain_happens_to_all_and_what_is_impossible_to_none() -> None:
    history = feder_stages(N)
    table = events_of(history, made(probability={"midazolam": 1.0}))
    assert set(table["participant"]) == set(
        history.cohort.ids[treated(history, "midazolam")]
    )
    assert events_of(history, made(probability={"ketamine": 0.0})).empty


def test_without_infusions_events_start_between_start_and_end_of_treatment() -> None:
    history = small_stages(N)
    table = events_of(history, *history.context.scenario.events)
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


def test_who_had_an_event_has_it_again_as_often_as_stated() -> None:
    history = feder_stages(N)
    table = events_of(history, made(again=0.3))
    infusion = np.array([v.infusion is not None for v in history.context.visits])
    has = table.groupby("participant")["started_day"].agg(["min", "size"])
    place = pd.Series(np.arange(len(history.inside)), index=history.cohort.ids)
    at = place[has.index].to_numpy()
    given = history.attended.done[at] & infusion
    later = (given & (history.days[at] > has["min"].to_numpy()[:, None])).sum(axis=1)
    repeated = has["size"].to_numpy() - 1
    assert (repeated <= later).all()
    spread = np.sqrt(later.sum() * 0.3 * 0.7)
    assert abs(repeated.sum() - 0.3 * later.sum()) < FAR * spread
    assert (repeated >= 2).any()


def test_an_event_does_not_depend_on_the_others_that_are_stated() -> None:
    history, stated = feder_stages(N), feder_scenario()
    alone = events_of(history, stated.events[-1])
    table = feder_events()
    mine = table[table["term"] == stated.events[-1].term].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, mine)
    one = events_of(history, background=stated.background_events[-1:])
    table = feder_background()
    mine = table[table["term"] == stated.background_events[-1].term]
    pd.testing.assert_frame_equal(one, mine.reset_index(drop=True))


def test_a_person_may_have_the_first_infusions_events_whatever_comes_later() -> None:
    """Repetitions are drawn in addition to the first events, which stay the same."""
    history = feder_stages(N)
    once, again = events_of(history, made()), events_of(history, made(again=0.5))
    first = again.drop_duplicates("participant").reset_index(drop=True)
    pd.testing.assert_frame_equal(once, first)


# --- events that come at any time -------------------------------------------------------


def exposure_years(history: Staged, arm: str) -> np.ndarray:
    times, here = history.times, treated(history, arm)
    return (np.fmax(times.left, times.ended) - times.started + 1)[here] / YEAR


@pytest.mark.parametrize("arm", ["ketamine", "midazolam"])
@pytest.mark.parametrize("rate", [0.8, 6.0])
def test_background_events_come_at_their_rate(arm: str, rate: float) -> None:
    history = feder_stages(N)
    table = events_of(history, background=(background(per_year={arm: rate}),))
    expected = rate * exposure_years(history, arm).sum()
    assert abs(len(table) - expected) < FAR * np.sqrt(expected)
    assert set(table["participant"].map(arms(history))) == {arm}
    # Of a Poisson process, the variance of the counts is their mean, given the exposure.
    count = table["participant"].value_counts()
    count = count.reindex(history.cohort.ids[treated(history, arm)], fill_value=0)
    means = rate * exposure_years(history, arm)
    score = (((count - means) ** 2 - means) / np.sqrt(2 * means**2 + means)).to_numpy()
    assert abs(score.sum()) < FAR * np.sqrt(len(score))


def test_background_events_start_on_any_day_of_the_participation() -> None:
    history, table = feder_stages(N), feder_background()
    times = history.times
    start, end = span(history, table)
    first = table["participant"].map(pd.Series(times.started, index=history.cohort.ids))
    assert ((first <= start) & (start <= end)).all()
    share = (start - first + 0.5) / (end - first + 1)
    long = (end - first) > 100  # of short ones, days are too few for five classes
    assert chisquare(np.histogram(share[long], bins=5, range=(0, 1))[0]).pvalue > 1e-4
    assert (start > 14).sum() > 100
    assert table["participant"].value_counts().max() > 2


def test_what_outlasts_the_participation_is_ongoing() -> None:
    history = feder_stages(N)
    table = events_of(history, background=(background(days=60),))
    _, end = span(history, table)
    assert table["ongoing"].any()
    assert not table["ongoing"].all()
    assert (table["stopped_day"].isna() == table["ongoing"]).all()
    assert set(table.loc[table["ongoing"], "outcome"]) == {"not recovered"}
    assert set(table.loc[~table["ongoing"], "outcome"]) == {"recovered"}
    assert (table["stopped_day"].dropna() <= end[~table["ongoing"]]).all()


def test_the_dose_cannot_be_changed_after_the_last_one() -> None:
    history, table = feder_stages(N), feder_background()
    times = history.times
    last = np.fmin(np.fmin(times.completed, times.discontinued), times.left)
    after = table["started_day"] > table["participant"].map(
        pd.Series(last, index=history.cohort.ids)
    )
    assert 0 < after.mean() < 1
    assert set(table.loc[after, "action"]) == {"not applicable"}
    assert set(table.loc[~after, "action"]) == {"dose not changed"}


def background(**other) -> BackgroundEvent:
    stated = {
        "term": "cold",
        "per_year": {"ketamine": 2.0, "midazolam": 2.0},
        "severity": {"mild": 0.5, "moderate": 0.5},
        "serious": 0.1,
        "related": 0.1,
        "days": 3,
        "outcome": "recovered",
    }
    return BackgroundEvent(**(stated | other), assumed=True)


def test_nothing_stated_is_no_table() -> None:
    assert events_of(feder_stages()).empty
