"""Weighted log-rank scores against the listings of SAS and R, and their laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.numerics.rng import stream
from equipoise.stats.survival import log_rank
from equipoise.stats.survival.rank_scores import fleming_harrington, rank_scores
from tests.printed_numbers import agrees, camis
from tests.shared_data import shared

HARRINGTON = {"fh-0.5-0.5": (0.5, 0.5), "fh-1-1": (1, 1), "fh-0-1": (0, 1),
              "fh-0.5-2": (0.5, 2), "fh-1-0": (1, 0), "fh-3-0": (3, 0)}  # fmt: skip


@pytest.mark.reference
def test_the_weighted_tests_are_those_of_sas_and_r() -> None:
    """SAS prints four decimals, R two or more: half a unit of the last digit."""
    data = pd.read_csv(shared("data/camis_whas500.csv"))
    checked = 0
    for row in camis("weighted_logrank")["printed"]:
        name, _, part = row["id"].rpartition(".")
        if part not in ("chisq", "p") or "combo" in name:
            continue
        options = {"weights": name}
        if name in HARRINGTON:
            rho, gamma = HARRINGTON[name]
            options = {"weights": "fleming-harrington", "rho": rho, "gamma": gamma}
        test = log_rank("LENFOL", "FSTAT", "AFB", data=data, **options)
        found = test.statistic if part == "chisq" else test.p
        assert agrees(row["value"], found), row
        checked += 1
    assert checked == 25


@pytest.mark.property
@given(st.lists(st.integers(1, 15), min_size=6, max_size=30), st.integers(0, 99))
def test_the_covariance_is_that_of_a_permutation_without_ties(
    times: list[int], seed: int
) -> None:
    """Rows of the covariance add up to 0, and observed equals expected over groups."""
    draw = stream(seed, "rank-scores")
    n = len(times)
    event, group = draw.random(n) < 0.7, draw.integers(0, 3, n)
    pairs = [fleming_harrington(0, 0), fleming_harrington(1, 0.5)]
    scores = rank_scores(
        np.array(times, float), event, group, 3, np.zeros(n, np.intp), pairs
    )
    assert_allclose(scores.covariance.sum(axis=3), 0, atol=1e-9)
    assert_allclose(scores.observed.sum(axis=1), scores.expected.sum(axis=1), atol=1e-9)
    both = scores.covariance.transpose(1, 0, 2, 3)
    assert_allclose(both, scores.covariance, atol=1e-12)


def test_two_weights_that_add_up_to_a_third_have_added_scores() -> None:
    draw = stream(4, "rank-scores")
    time, event = np.ceil(draw.exponential(9, 50)), draw.random(50) < 0.8
    group = draw.integers(0, 2, 50)
    pairs = [fleming_harrington(*pair) for pair in ((0, 0), (0, 1), (1, 0))]
    scores = rank_scores(time, event, group, 2, np.zeros(50, np.intp), pairs)
    u = scores.observed - scores.expected
    assert_allclose(u[0], u[1] + u[2], atol=1e-12)


@pytest.mark.parametrize(
    "wrong", [{"rho": -1.0}, {"gamma": np.nan}, {"weights": "gehan", "rho": 1.0}]
)
def test_parameters_without_meaning_are_rejected(wrong: dict[str, object]) -> None:
    options = {"weights": "fleming-harrington", **wrong}
    with pytest.raises(AnalysisError, match="EQ462"):
        log_rank([1, 2, 3, 4], [1, 1, 1, 0], [0, 1, 0, 1], **options)  # type: ignore[arg-type]
