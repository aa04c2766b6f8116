"""Ranking and calibration of predicted benefit: by brute force, null and planted."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.learn.cross_fitted_gap import CrossFitted, cross_fitted_gap
from equipoise.learn.predicted_benefit import (
    concordance_for_benefit,
    predicted_benefit,
)
from equipoise.learn.rank_weighted import effect_scores
from equipoise.numerics.rng import stream


def crossed(n: int, slope: float, seed: int = 1, draws: int = 60) -> CrossFitted:
    """Lower outcomes are better; the first of three candidates changes the effect."""
    rng = stream(seed, "predicted")
    values = rng.normal(size=(n, 3))
    arm = np.arange(n) % 2 == 0
    lists = rng.permuted(np.tile(arm, (draws, 1)), axis=1)
    outcome = rng.normal(size=n) - arm * (1 + slope * values[:, 0])
    return cross_fitted_gap(outcome, arm, values, lists, rng)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 6), st.integers(2, 6), st.integers(0, 10_000))
def test_concordance_is_that_of_all_pairs_of_pairs(a: int, b: int, seed: int) -> None:
    rng = stream(seed, "pairs")
    arm = np.r_[np.ones(a, bool), np.zeros(b, bool)]
    outcome = rng.integers(0, 4, a + b).astype(float)
    score = rng.permutation(a + b).astype(float)
    order = [int(i) for i in score.argsort()]
    ours, theirs = ([i for i in order if arm[i] == k] for k in (1, 0))
    m = min(a, b)
    pick = [
        [own[round_half_even(i * (len(own) - 1) / (m - 1))] for i in range(m)]
        for own in (ours, theirs)
    ]
    pairs = [
        (outcome[i] - outcome[j], (score[i] + score[j]) / 2)
        for i, j in zip(*pick, strict=True)
    ]
    won = [
        1.0 if p[1] > q[1] else 0.5 if p[1] == q[1] else 0.0
        for p, q in permutations(pairs, 2)
        if p[0] > q[0]
    ]
    expected = np.mean(won) if won else 0.5
    assert_allclose(concordance_for_benefit(outcome, arm, score), expected)


def round_half_even(value: float) -> int:
    return int(np.round(value))


def test_a_planted_effect_is_above_the_band_and_calibrated() -> None:
    found = predicted_benefit(crossed(300, 1.0), -1)
    assert (found.areas.value > found.areas.upper).all()
    assert found.concordance.value[0] > max(0.55, found.concordance.upper[0])
    assert np.all(np.diff(found.observed.value) > 0)
    assert 0.7 < found.slope.value[0] < 1.4  # 1 if calibrated; standard error 0.12
    assert found.toc.value[-1] == 0
    assert found.areas.p.max() == 1 / 61


def test_without_heterogeneity_the_trial_is_within_the_band() -> None:
    """P of 60 trials of 30: uniform, so its mean is 0.5 with standard error 0.04."""
    p = [predicted_benefit(crossed(30, 0, seed, 39), -1).areas.p for seed in range(60)]
    assert abs(np.mean(p) - 0.5) < 0.12


def test_groups_hold_everyone_once() -> None:
    data = crossed(60, 0.5)
    found = predicted_benefit(data, -1)
    assert_allclose(found.observed.value.mean(), -data.effects[0].mean())
    assert_allclose(found.predicted.mean(), -data.effects[0].mean())
    whole = effect_scores(data.outcomes[0], data.arms[0])
    assert_allclose(data.effects[0], whole)
