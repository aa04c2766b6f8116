"""Means as observed, by hand, and how many were rated."""

import numpy as np
import pytest

from equipoise.analyze.continuous.observed_means import observed_means
from equipoise.analyze.result import Estimate
from tests.analyze.small import TEXT, data, protocol

TRIAL = protocol()


def found() -> dict[str, Estimate]:
    made = observed_means(TRIAL, data(), TRIAL.endpoint("change"))
    assert len({e.id for e in made}) == len(made)
    return {e.id.removeprefix("change."): e for e in made}


def test_score_and_change_by_hand() -> None:
    """Week 2: the active arm has 10, 12, 19 from 20, 24, 22; A4 was not rated."""
    rows = found()
    assert rows["observed.week-2.active"].estimate == pytest.approx(41 / 3)
    assert rows["observed-median.week-2.active"].estimate == 12
    assert rows["observed-change.week-2.active"].estimate == pytest.approx(-25 / 3)
    assert rows["observed-change-sd.week-2.active"].estimate == pytest.approx(
        np.std([-10, -12, -3], ddof=1)
    )
    assert "observed-change.baseline.active" not in rows


def test_participants_rated_of_the_analysis_set() -> None:
    rows = found()
    row = rows["rated.week-2.active"]
    assert (row.estimate, row.n, row.contrast) == (3, 4, "active")
    assert rows["rated.week-2.placebo"].estimate == 4
    both = rows["rated.week-2"]
    assert (both.estimate, both.n, both.contrast) == (7, 8, None)
    assert rows["rated.baseline"].estimate == 8


def test_a_value_has_no_change() -> None:
    trial = protocol(
        TEXT.replace(
            'score = "hamd17.total"\nvisits',
            'score = "hamd17.total"\nmeasure = "value"\nvisits',
        )
    )
    made = observed_means(trial, data(trial=trial), trial.endpoint("change"))
    assert not [e for e in made if e.analysis.startswith("observed-change")]
