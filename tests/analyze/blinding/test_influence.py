"""The effect with a guess held fixed: what a guess that made it would show."""

from __future__ import annotations

import pytest

from equipoise.analyze.blinding.influence import influence
from equipoise.analyze.continuous.estimates import continuous
from equipoise.numerics.rng import stream
from tests.analyze.feder import feder, virtual


def guessing(seed: int = 5):  # type: ignore[no-untyped-def]
    """A trial in which three of four guess right, whatever their outcome."""
    trial, data = feder(), virtual(seed=seed, n=120)
    rng = stream(seed, "belief")
    arm = data.arm
    right = rng.random(len(arm)) < 0.75
    other = arm.map({"ketamine": "midazolam", "midazolam": "ketamine"})
    return trial, data, arm.where(right, other).astype(object)


def test_an_irrelevant_guess_changes_little() -> None:
    trial, data, guess = guessing()
    found = {
        e.analysis: e
        for e in influence(trial, data, trial.endpoint("blind_participant"), guess)
    }
    plain = next(iter(continuous(trial, data, trial.endpoint("caps5_change"))))
    assert found["unadjusted"].estimate == pytest.approx(plain.estimate, rel=1e-9)
    held = found["adjusted-belief"]
    assert held.estimate == pytest.approx(plain.estimate, abs=1.5 * held.std_error)
    assert held.std_error > plain.std_error  # belief and arm go together


def test_every_adjusted_estimate_says_what_it_cannot_show() -> None:
    trial, data, guess = guessing()
    found = influence(trial, data, trial.endpoint("blind_participant"), guess)
    kinds = [e for e in found if e.analysis.startswith("adjusted")]
    assert len(kinds) == 3
    assert all("does not show" in (e.note or "") for e in kinds)


def test_the_e_value_has_its_end() -> None:
    trial, data, guess = guessing()
    found = {
        e.analysis: e
        for e in influence(trial, data, trial.endpoint("blind_rater"), guess)
    }
    own = found["e-value"]
    assert own.lower is not None
    assert own.estimate is not None
    assert 1 <= own.lower < own.estimate
    assert "adjusted-acute" not in found  # no acute effect is named there
