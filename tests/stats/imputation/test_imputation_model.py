"""The arrays of a question."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.numerics.rng import stream
from equipoise.stats.imputation.imputation_model import differences, imputation_arrays
from tests.stats.imputation.test_reference_based import question


def test_the_other_arm_is_the_reference_for_everybody() -> None:
    ready = imputation_arrays(question())
    assert_allclose(ready.own[~ready.treated], ready.other[~ready.treated])
    assert not np.allclose(ready.own[ready.treated], ready.other[ready.treated])


def test_what_was_seen_after_an_event_is_used_under_missing_at_random_alone() -> None:
    ready = imputation_arrays(question())
    ready.y[:, -1] = np.arange(len(ready.y))  # everybody is seen at the last visit
    after = ready.first <= 2
    assert np.isnan(ready.used("JR")[after, -1]).all()
    assert not np.isnan(ready.used("MAR")[:, -1]).any()


def test_weights_count_participants() -> None:
    rng = stream(2, "test")
    Z = np.column_stack([np.ones(12), np.arange(12) % 2, rng.normal(size=12)])
    y = rng.normal(size=(1, 12, 2))
    weights = rng.integers(0, 4, size=(1, 12))
    own = differences(Z, y, weights.astype(float))
    rows = np.repeat(np.arange(12), weights[0])
    wanted = np.linalg.lstsq(Z[rows], y[0][rows], rcond=None)[0][1]
    assert_allclose(own[0], wanted)


@pytest.mark.parametrize("visit", ["2", "week 2", 7])
def test_a_first_visit_that_the_frame_does_not_hold_is_refused(visit: Any) -> None:
    """Not: a participant without an event. Public report: openpharma/rbmi#348."""
    asked = question()
    with pytest.raises(AnalysisError, match="EQ411"):
        imputation_arrays(replace(asked, first=asked.first.map(lambda _: visit)))


def test_ids_of_another_kind_are_refused() -> None:
    asked = question()
    first = asked.first.rename(index=lambda name: int(name))
    assert len(first)
    with pytest.raises(AnalysisError, match="EQ411"):
        imputation_arrays(replace(asked, first=first))


def test_a_missing_first_visit_is_no_event() -> None:
    asked = question()
    everyone = asked.frame["participant"].unique()
    filled = asked.first.reindex(everyone)
    assert (
        imputation_arrays(replace(asked, first=filled)).first
        == imputation_arrays(asked).first
    ).all()
