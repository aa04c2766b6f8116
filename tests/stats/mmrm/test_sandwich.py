"""Empirical covariances, by their definition with all participants together."""

from unittest.mock import patch

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.linalg import block_diag, sqrtm

from equipoise.stats.mmrm import MmrmFit, mmrm, participants
from tests.stats.mmrm.fev import MODEL, small

KINDS = ("empirical", "empirical-jackknife", "empirical-bias-reduced")


def whitened(fit: MmrmFit) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    whole, S = fit.source.whole, fit.covariance.to_numpy()
    assert whole is not None
    members = [np.flatnonzero(whole.subject == s) for s in np.unique(whole.subject)]
    roots = [
        np.linalg.inv(
            np.linalg.cholesky(S[np.ix_(whole.visit[rows], whole.visit[rows])])
        )
        for rows in members
    ]
    G = block_diag(*roots)
    return G @ whole.X, G @ (whole.y - whole.X @ fit.beta.to_numpy()), members


@pytest.mark.parametrize("kind", KINDS)
def test_by_the_definition(kind: str) -> None:
    fit = mmrm(MODEL, small(4, n=20), vcov=kind)  # type: ignore[arg-type]
    X, e, members = whitened(fit)
    Phi = np.linalg.inv(X.T @ X)
    H = np.eye(len(e)) - X @ Phi @ X.T
    power = {KINDS[0]: 0.0, KINDS[1]: -1.0, KINDS[2]: -0.5}[kind]
    meat = np.zeros_like(Phi)
    c = np.eye(len(Phi))[4]
    sides = []
    for rows in members:
        own = H[np.ix_(rows, rows)]
        A = {
            0.0: np.eye(len(rows)),
            -1.0: np.linalg.inv(own),
            -0.5: np.linalg.inv(np.real(sqrtm(own))),
        }[power]
        score = X[rows].T @ A @ e[rows]
        meat += np.outer(score, score)
        sides.append(H[:, rows] @ A @ X[rows] @ Phi @ c)
    assert_allclose(fit.vcov, Phi @ meat @ Phi, rtol=1e-7, atol=1e-10)
    G = np.array(sides) @ np.array(sides).T
    df = np.trace(G) ** 2 / (G**2).sum()
    assert_allclose(fit.coefficients["df"][4], df, rtol=1e-7)


def test_slices_change_nothing() -> None:
    one = mmrm(MODEL, small(4, n=30), vcov=KINDS[2])  # type: ignore[arg-type]
    wanted = one.coefficients
    with patch.object(participants, "SLICE", 7):
        other = mmrm(MODEL, small(4, n=30), vcov=KINDS[2]).coefficients  # type: ignore[arg-type]
    for name in ("std_error", "df"):
        assert_allclose(other[name], wanted[name], rtol=1e-10)


def test_they_do_not_trust_the_covariance_model() -> None:
    """Errors that grow: a wrong structure misleads the model, not the sandwich."""
    frame = small(5, n=400)
    frame["y"] *= np.where(frame["visit"] == "v2", 4.0, 1.0)
    text = MODEL.replace("us(", "cs(")
    true = mmrm(MODEL, frame).contrasts("arm", by="visit", reference="a")["std_error"]
    model = mmrm(text, frame).contrasts("arm", by="visit", reference="a")["std_error"]
    robust = mmrm(text, frame, vcov="empirical").contrasts(
        "arm", by="visit", reference="a"
    )["std_error"]
    assert abs(model[0] / true[0] - 1) > 0.5
    assert_allclose(robust, true, rtol=0.2)
