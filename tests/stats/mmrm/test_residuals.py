"""Residuals: their place, and the law that they obey."""

import numpy as np
from numpy.testing import assert_allclose

from equipoise.stats.mmrm import mmrm
from tests.stats.mmrm.fev import MODEL, small


def test_they_stand_beside_the_rows_of_the_frame() -> None:
    frame = small(3, n=60)
    frame.loc[[4, 9], "y"] = np.nan
    mixed = frame.sample(frac=1, random_state=1)
    fit = mmrm(MODEL, mixed)
    kept = mixed[mixed["y"].notna()]
    raw = fit.residuals()
    assert list(raw.index) == list(kept.index)
    assert_allclose(raw, kept["y"] - fit.predict()["estimate"], rtol=1e-9, atol=1e-10)
    S = fit.covariance
    sd = np.sqrt([S.loc[v, v] for v in kept["visit"]])
    assert_allclose(fit.residuals("scaled"), raw / sd, rtol=1e-9)


def test_normalized_residuals_are_independent_with_variance_one() -> None:
    """Under maximum likelihood their sum of squares is n, exactly."""
    frame = small(3, n=60)
    fit = mmrm(MODEL, frame, reml=False)
    assert_allclose((fit.residuals("normalized") ** 2).sum(), fit.n_rows, rtol=1e-8)


def test_by_group_and_by_distance() -> None:
    frame = small(3, n=60).assign(time=lambda f: f["visit"].str[1:].astype(float))
    for place in ("us(visit | arm / id)", "sp_exp(time | arm / id)"):
        fit = mmrm(f"y ~ x + arm * visit + {place}", frame, reml=False)
        assert_allclose((fit.residuals("normalized") ** 2).sum(), fit.n_rows, rtol=1e-6)
