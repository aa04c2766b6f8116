"""Guesses of the reference trial, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipoise.analyze.blinding.guesses import blinding, counted, guessed
from equipoise.stats.blinding import james_index
from tests.analyze.feder import feder, virtual


def test_the_table_is_that_of_the_data() -> None:
    trial, data = feder(), virtual()
    endpoint = trial.endpoint("blind_participant")
    found = {e.id: e for e in blinding(trial, data, endpoint)}
    rows = data.guesses[data.guesses["by"] == "participant"]
    arm = rows["participant"].map(data.arm)
    for group in ("ketamine", "midazolam"):
        for guess, name in (
            ("ketamine",) * 2,
            ("midazolam",) * 2,
            ("don't know", "unknown"),
        ):
            own = found[f"blind_participant.guess.{name}.{group}"]
            assert own.estimate == ((arm == group) & (rows["guess"] == guess)).sum()
    whole = james_index(counted(endpoint, guessed(trial, data, endpoint)))
    assert whole is not None
    first = found["blind_participant.james"]
    assert first.estimate == whole.estimate


def test_the_first_estimate_is_the_answer() -> None:
    trial, data = feder(), virtual()
    found = blinding(trial, data, trial.endpoint("blind_rater"))
    assert found[0].analysis == "james"


def test_without_guesses_it_says_so_and_stops_nothing() -> None:
    trial, data = feder(), virtual()
    data.guesses.drop(data.guesses.index, inplace=True)
    found = {
        e.id: e for e in blinding(trial, data, trial.endpoint("blind_participant"))
    }
    assert (
        found["blind_participant.james"].note
        == "cannot be estimated: no guess was recorded"
    )
    assert found["blind_participant.bang.ketamine"].estimate is None
    assert found["blind_participant.adjusted-belief"].estimate is None
    assert found["blind_participant.e-value"].estimate is not None


def test_everybody_right_says_that_more_knew_than_chance_allows() -> None:
    trial, data = feder(), virtual()
    data.guesses["guess"] = data.guesses["participant"].map(data.arm).astype("string")
    found = {
        e.id: e for e in blinding(trial, data, trial.endpoint("blind_participant"))
    }
    assert found["blind_participant.james"].estimate == pytest.approx(0)
    assert "more correct guesses than by chance" in (
        found["blind_participant.james"].note or ""
    )
    # Belief and arm are then one thing.
    assert found["blind_participant.adjusted-belief"].estimate is None


def test_without_a_guess_no_count_is_zero() -> None:
    """No guess in the data: nothing says that the allocation was asked for."""
    trial, data = feder(), virtual()
    without = replace(data, guesses=data.guesses.iloc[:0])
    rows = blinding(trial, without, trial.endpoint("blind_participant"))
    counts = [e for e in rows if e.analysis == "guess"]
    assert counts
    assert all(e.estimate is None for e in counts)
    assert all("no guesses of the allocation" in str(e.note) for e in counts)
