"""Trials whose participants differ, fitted together, have the numbers of ``mmrm``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.errors import AnalysisError
from equipoise.numerics.rng import stream
from equipoise.stats.mmrm import mmrm
from equipoise.stats.mmrm.saturated_trials import differences

TEXT = "y ~ arm * visit + base + base:visit + us(visit | participant)"


def trials(
    seed: int, R: int, n: int, arms: int = 2, visits: int = 3, missing: float = 0.15
) -> tuple[Any, Any, Any]:
    """Arms, baselines and outcomes of trials, each with its own participants."""
    rng = stream(seed, "saturated-trials")
    arm = np.stack([rng.permutation(np.arange(n) % arms) for _ in range(R)])
    base = rng.normal(40, 6, (R, n))
    own = rng.normal(0, 4, (R, n, 1))
    y = own + rng.normal(0, 3, (R, n, visits)) + 0.4 * base[..., None]
    y -= 3 * arm[..., None] * np.arange(visits)
    y[rng.random(y.shape) < missing] = np.nan
    base[np.isnan(y).all(axis=2)] = np.nan  # never used
    return arm, base, y


def alone(
    arm: Any, base: Any, y: Any, pair: tuple[int, int], at: int, arms: int = 2
) -> Any:
    """The same difference by ``mmrm``, in a frame with one row per outcome."""
    person, visit = np.nonzero(~np.isnan(y))
    frame = pd.DataFrame(
        {
            "participant": person,
            "arm": pd.Categorical(arm[person], categories=range(arms)),
            "visit": pd.Categorical(visit, categories=range(y.shape[1])),
            "base": base[person],
            "y": y[person, visit],
        }
    )
    table = mmrm(TEXT, frame).contrasts("arm", by="visit", reference=pair[1])
    row = table[
        (table["contrast"] == f"{pair[0]} - {pair[1]}") & (table["visit"] == at)
    ]
    names = ["estimate", "std_error", "df", "lower", "upper", "p"]
    return np.asarray(row.iloc[0][names].to_numpy(dtype=float))


@pytest.mark.parametrize(("arms", "pair"), [(2, (1, 0)), (2, (0, 1)), (3, (2, 1))])
def test_the_numbers_are_those_of_mmrm(arms: int, pair: tuple[int, int]) -> None:
    """Both searches end at the same maximum: nine digits."""
    arm, base, y = trials(arms, 12, 30, arms)
    found = differences(arm, arms, pair, base[..., None], y, 2)
    assert np.isfinite(found).all()
    for k in range(12):
        expected = alone(arm[k], base[k], y[k], pair, 2, arms)
        assert_allclose(found[k], expected, rtol=1e-8, atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([8, 16, 40]), st.integers(1, 5))
@pytest.mark.property
def test_a_trial_does_not_depend_on_the_others(seed: int, n: int, step: int) -> None:
    """Law: the same bits however trials are grouped."""
    arm, base, y = trials(seed, 9, n)
    whole = differences(arm, 2, (1, 0), base[..., None], y, 1)
    parts = [
        differences(arm[own], 2, (1, 0), base[own][..., None], y[own], 1)
        for own in np.array_split(np.arange(9), range(step, 9, step))
    ]
    assert_array_equal(np.concatenate(parts), whole)


def test_what_must_be_fitted_alone_has_no_number() -> None:
    """An empty arm, an arm without the visit, a constant covariate, a visit in units."""
    arm, base, y = trials(5, 5, 24, missing=0.0)
    arm[0] = 0
    y[1, arm[1] == 1, 2] = np.nan
    base[2] = 40.0
    y[3, :, 1] *= 1000.0
    found = differences(arm, 2, (1, 0), base[..., None], y, 2)
    assert np.isnan(found[:4]).all()
    assert np.isfinite(found[4]).all()


def test_residuals_without_spread_have_no_number() -> None:
    """As ``mmrm``, which refuses them."""
    arm, base, y = trials(6, 2, 24, missing=0.0)
    y[0, :, 1] = y[0, :, 0]
    found = differences(arm, 2, (1, 0), base[..., None], y, 2)
    assert np.isnan(found[0]).all()
    assert np.isfinite(found[1]).all()
    with pytest.raises(AnalysisError):
        alone(arm[0], base[0], y[0], (1, 0), 2)


def test_without_covariates() -> None:
    arm, base, y = trials(7, 3, 20)
    found = differences(arm, 2, (1, 0), base[..., None][..., :0], y, 2)
    assert np.isfinite(found).all()
