"""Guesses of the allocation: of whom, by whom and how often."""

import numpy as np
import pandas as pd
import pytest

from equipoise.simulate.guesses import guesses
from equipoise.simulate.scenario_participants import DONT_KNOW, Guess
from tests.simulate.chance import FAR, rate_error
from tests.simulate.trials import Staged, feder_scenario, feder_stages, small_stages

N = 3000


def arms(history: Staged) -> dict[str, str]:
    """Arm of each randomized person."""
    names = np.array([*history.context.arm, ""], dtype=object)
    known = dict(zip(history.cohort.ids, names[history.cohort.arms], strict=True))
    return {person: arm for person, arm in known.items() if arm}


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
    quiet = context.scenario.model_copy(update={"guesses": ()})
    empty = type(context).of(context.protocol, quiet)
    believes = history.history.believes
    assert guesses(empty, history.cohort, history.attended, believes).empty
