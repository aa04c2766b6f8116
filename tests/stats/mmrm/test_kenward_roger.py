"""Kenward and Roger's adjustment, against cases with an exact answer and by hand."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from equipoise.stats.mmrm import mmrm
from equipoise.stats.mmrm.kenward_roger import kenward_roger
from equipoise.stats.mmrm.likelihood import likelihood, solve
from equipoise.stats.mmrm.maximize import unconstrained
from tests.stats.mmrm.fev import MODEL, small


def complete(seed: int, n: int = 20) -> pd.DataFrame:
    draw = np.random.Generator(np.random.Philox(seed))
    rows = [
        (i, f"v{v}", "ab"[i % 2], value)
        for i in range(n)
        for v, value in enumerate(draw.normal(size=3) + draw.normal())
    ]
    return pd.DataFrame(rows, columns=["id", "visit", "arm", "y"])


@pytest.mark.parametrize("seed", range(4))
def test_hotellings_test_is_exact(seed: int) -> None:
    """For a complete balanced design the joint test of the arms is Hotelling's.

    Kenward and Roger 1997, section 4: their approximation is exact there, with
    ``n - 2 - T + 1`` degrees of freedom and F = T2 (n - T - 1) / ((n - 2) T).
    """
    frame = complete(seed)
    fit = mmrm("y ~ arm * visit + us(visit | id)", frame, df="kenward-roger-linear")
    L = np.zeros((3, 6))
    L[:, 1] = 1  # arm
    L[1, 4] = L[2, 5] = 1  # with its interactions
    tested = fit.test(L).iloc[0]
    Y = frame["y"].to_numpy().reshape(20, 3)
    a, b = Y[::2], Y[1::2]
    S = ((a - a.mean(0)).T @ (a - a.mean(0)) + (b - b.mean(0)).T @ (b - b.mean(0))) / 18
    d = b.mean(0) - a.mean(0)
    T2 = float(d @ np.linalg.solve(S, d)) * 10 * 10 / 20
    assert_allclose(tested["den_df"], 16, rtol=1e-6)
    assert_allclose(tested["F"], T2 * 16 / (18 * 3), rtol=1e-6)


def test_a_complete_balanced_design_needs_no_adjustment() -> None:
    """Least squares do not depend on theta there: the covariance stays."""
    plain = mmrm("y ~ arm * visit + us(visit | id)", complete(1))
    linear = mmrm(
        "y ~ arm * visit + us(visit | id)", complete(1), df="kenward-roger-linear"
    )
    assert_allclose(linear.vcov, plain.vcov, rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize("structure", ["us", "toeph", "cs", "adh"])
def test_the_sums_are_those_of_the_definition(structure: str) -> None:
    """P, Q and R by their definitions, participant by participant."""
    frame = small(3, n=30)
    fit = mmrm(MODEL.replace("us(", f"{structure}("), frame)
    model, theta = unconstrained(fit.top.model, fit.top.at.theta)
    at = likelihood(model, solve(model, theta))
    form = model.blocks[0].structure.reported()  # type: ignore[attr-defined]
    first, second = form.first(theta), form.second(theta)
    S = form.covariance(theta)
    whole = fit.source.whole
    assert whole is not None
    X = whole.X @ fit.basis.turn
    p, k = X.shape[1], len(first)
    P, Q, R = np.zeros((k, p, p)), np.zeros((k, k, p, p)), np.zeros((k, k, p, p))
    for subject in np.unique(whole.subject):
        rows = whole.subject == subject
        grid = np.ix_(whole.visit[rows], whole.visit[rows])
        WX = np.linalg.solve(S[grid], X[rows])
        W = np.linalg.inv(S[grid])
        for h in range(k):
            P[h] -= WX.T @ first[h][grid] @ WX
            for j in range(k):
                Q[h, j] += WX.T @ first[h][grid] @ W @ first[j][grid] @ WX
                R[h, j] += WX.T @ second[h, j][grid] @ WX
    w = 2 * np.linalg.inv(at.observed)
    inner = np.einsum("hj,hjab->ab", w, Q - R / 4)
    inner -= np.einsum("hj,hab,bc,jcd->ad", w, P, at.Phi, P)
    wanted = at.Phi + 2 * at.Phi @ inner @ at.Phi
    found = kenward_roger(fit.top.model, fit.top.at, linear=False)
    assert_allclose(found.Phi, wanted, rtol=1e-7, atol=1e-10)


def test_single_degrees_of_freedom_are_satterthwaites() -> None:
    frame = small(3, n=30)
    one = mmrm(MODEL, frame).coefficients
    other = mmrm(MODEL, frame, df="kenward-roger").coefficients
    assert_allclose(one["df"], other["df"], rtol=1e-10)
    assert (other["std_error"] > one["std_error"] * 0.9).all()


@pytest.mark.parametrize("df", ["kr", "KR", "kr(linear)", "Kenward-Roger-Linear"])
def test_sas_gives_the_paired_t_test(df: str) -> None:
    """Two visits of one group; public report: openpharma/mmrm#510."""
    frame = complete(5, n=9)
    frame = frame[frame["visit"] != "v2"]
    row = mmrm("y ~ visit + us(visit | id)", frame, df=df).contrasts("visit").iloc[0]
    a, b = (frame.loc[frame["visit"] == v, "y"].to_numpy() for v in ("v0", "v1"))
    assert_allclose(row["std_error"], np.std(a - b, ddof=1) / 3, rtol=1e-6)
    assert_allclose(row["p"], stats.ttest_rel(a, b).pvalue, rtol=1e-5)


@pytest.mark.parametrize("df", ["kenward-roger", "Kenward-Roger"])
def test_the_form_of_r_is_told_where_it_differs(df: str) -> None:
    frame = complete(5, n=9)
    fit = mmrm("y ~ visit + us(visit | id)", frame, df=df)
    assert len(fit.warnings) == 1
    assert "below those of SAS DDFM=KR(LINEAR)" in fit.warnings[0]
    assert mmrm("y ~ visit + us(visit | id)", frame, df="kr").warnings == ()


def test_a_large_trial_needs_no_warning() -> None:
    fit = mmrm(
        "y ~ arm * visit + us(visit | id)", complete(5, n=400), df="kenward-roger"
    )
    assert fit.warnings == ()
