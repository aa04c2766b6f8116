"""One interaction at a time, as R's lm and HC3 give it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.learn.single_interactions import single_interaction
from tests.learn.actg175 import reference, sample

TOLERANCE = 1e-9  # of the reference; relative, estimates being of the order of 10


@pytest.mark.parametrize("n", [60, 200])
def test_estimate_and_both_standard_errors_are_those_of_r(n: int) -> None:
    people = sample(n)
    outcome, treated = people["change"].to_numpy(), people["treated"].to_numpy()
    for known in reference("learn_interactions")[f"n{n}"]["one_at_a_time"]:
        found = single_interaction(
            outcome, treated, people[known["variable"]].to_numpy(float)
        )
        assert_allclose(found.estimate, known["estimate"], rtol=TOLERANCE)
        assert_allclose(found.std_error, known["se"], rtol=TOLERANCE)
        if known["se_hc3"] is None:  # one participant alone determines it
            assert found.robust_std_error is found.lower is found.p is None
            continue
        assert found.robust_std_error is not None
        assert found.lower is not None
        assert_allclose(found.robust_std_error, known["se_hc3"], rtol=TOLERANCE)
        assert found.lower < found.estimate


def test_the_scale_of_a_candidate_changes_nothing() -> None:
    people = sample(60)
    outcome, treated = people["change"].to_numpy(), people["treated"].to_numpy()
    weight = people["wtkg"].to_numpy(float)
    kilograms = single_interaction(outcome, treated, weight)
    pounds = single_interaction(outcome, treated, 2.2046 * weight + 10)
    assert pounds.p is not None
    assert_allclose(pounds.p, kilograms.p, rtol=1e-9)
    assert_allclose(pounds.estimate, kilograms.estimate, rtol=1e-9)


@pytest.mark.parametrize(
    "candidate", [np.ones(12), np.arange(12) % 2, np.arange(12) % 2 * np.arange(12)]
)
def test_a_candidate_that_is_constant_in_an_arm_is_refused(
    candidate: np.ndarray,
) -> None:
    with pytest.raises(ValueError, match="constant in an arm"):
        single_interaction(np.arange(12.0), np.arange(12) % 2 == 0, candidate * 1.0)


def test_a_participant_who_alone_determines_the_interaction_leaves_no_interval() -> (
    None
):
    candidate = np.zeros(12)
    candidate[[0, 1]] = 1.0
    found = single_interaction(np.arange(12.0), np.arange(12) % 2 == 0, candidate)
    assert found.std_error > 0
    assert found.robust_std_error is found.lower is found.upper is found.p is None
