"""Predictions and simulations."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm import MmrmFit, mmrm
from tests.stats.mmrm.fev import MODEL, small


@pytest.fixture(scope="module")
def fit() -> MmrmFit:
    return mmrm(MODEL, small(3, n=60))


def test_fitted_values_and_residuals_make_the_outcome(fit: MmrmFit) -> None:
    frame = small(3, n=60)
    assert_allclose(fit.predict()["estimate"] + fit.residuals(), frame["y"], rtol=1e-9)


def test_marginal_predictions_are_combinations_of_coefficients(fit: MmrmFit) -> None:
    new = pd.DataFrame({"id": ["n1", "n2"], "visit": "v2", "arm": ["a", "b"], "x": 0.5})
    table = fit.predict(new, interval="confidence")
    row = fit.emmeans("arm", by="visit", at={"x": 0.5}).query("visit == 'v2'")
    assert_allclose(table["estimate"], row["estimate"], rtol=1e-9)
    assert_allclose(table["std_error"], row["std_error"], rtol=1e-9)
    wide = fit.predict(new, interval="prediction")
    half = (wide["upper"] - wide["estimate"]).to_numpy() / 1.959963984540054
    variance = fit.covariance.loc["v2", "v2"]
    assert_allclose(half**2, table["std_error"] ** 2 + variance, rtol=1e-9)


def test_conditional_predictions_are_regressions_on_what_was_seen(fit: MmrmFit) -> None:
    frame = small(3, n=60).query("id == '00'").reset_index(drop=True)
    whole = pd.DataFrame(
        {
            "id": "00",
            "visit": ["v0", "v1", "v2"],
            "arm": "a",
            "x": 0.3,
            "y": [1.0, np.nan, 2.0],
        }
    )
    del frame
    table = fit.predict(whole, conditional=True, interval="prediction")
    assert_allclose(table["estimate"][[0, 2]], [1.0, 2.0], rtol=1e-9)
    assert_allclose(table["std_error"][[0, 2]], 0, atol=1e-6)
    S = fit.covariance.to_numpy()
    mean = fit.predict(whole)["estimate"].to_numpy()
    B = np.linalg.solve(S[np.ix_([0, 2], [0, 2])], S[[0, 2], 1])
    assert_allclose(
        table["estimate"][1], mean[1] + B @ (np.array([1.0, 2.0]) - mean[[0, 2]])
    )
    X = np.stack([np.eye(len(fit.beta))[0]] * 3)
    X[:, 1], X[1, 3], X[2, 4] = 0.3, 1, 1
    row = X[1] - B @ X[[0, 2]]
    assert_allclose(table["std_error"][1], np.sqrt(row @ fit.vcov.to_numpy() @ row))
    rest = S[1, 1] - B @ S[[0, 2], 1]
    half = (table["upper"][1] - table["estimate"][1]) / 1.959963984540054
    assert_allclose(half**2, table["std_error"][1] ** 2 + rest, rtol=1e-9)


def test_simulations_have_the_moments_of_the_model(fit: MmrmFit) -> None:
    n = 4000
    drawn = fit.simulate(n, seed=5)
    assert drawn.equals(fit.simulate(n, seed=5))
    assert not drawn.equals(fit.simulate(n, seed=6))
    frame = small(3, n=60)
    whole = frame["id"].value_counts()
    person = frame["id"] == whole.index[whole == 3][0]
    own = drawn[person.to_numpy()].to_numpy()
    S, mean = fit.covariance.to_numpy(), fit.predict()["estimate"][person.to_numpy()]
    error = np.sqrt(np.diag(S) / n)
    assert (np.abs(own.mean(axis=1) - mean) < 5 * error).all()
    # The standard error of a covariance is sqrt((s_tt s_uu + s_tu^2) / n).
    spread = np.sqrt((np.outer(np.diag(S), np.diag(S)) + S**2) / n)
    assert (np.abs(np.cov(own) - S) < 5 * spread).all()


def test_conditional_simulations_keep_what_was_seen(fit: MmrmFit) -> None:
    frame = small(3, n=60)
    frame.loc[1, "y"] = np.nan
    drawn = fit.simulate(3, seed=5, frame=frame, conditional=True)
    known = frame["y"].notna()
    assert_allclose(
        drawn[known].to_numpy(),
        frame.loc[known, ["y"]].to_numpy() @ np.ones((1, 3)),
        atol=1e-6,
    )
    assert drawn.loc[1].std() > 0


def test_weights_and_groups() -> None:
    frame = small(3, n=60).assign(w=lambda f: 1.0 + f.index % 2)
    fit = mmrm("y ~ x + arm * visit + us(visit | arm / id)", frame, weights="w")
    assert_allclose(
        fit.predict(frame)["estimate"], fit.predict()["estimate"], rtol=1e-10
    )
    assert_allclose(fit.predict()["estimate"] + fit.residuals(), frame["y"], rtol=1e-9)
    wide = fit.predict(interval="prediction")
    half = (wide["upper"] - wide["estimate"]) / 1.959963984540054
    S = np.array(
        [
            fit.covariances[a].loc[v, v]
            for a, v in zip(frame["arm"], frame["visit"], strict=True)
        ]
    )
    assert_allclose(half**2, wide["std_error"] ** 2 + S / frame["w"], rtol=1e-8)


def test_rows_that_do_not_fit_are_refused(fit: MmrmFit) -> None:
    good = pd.DataFrame({"id": ["n"], "visit": "v2", "arm": "a", "x": 0.5})
    for change, code in (
        ({"arm": "c"}, "EQ402"),
        ({"visit": "v9"}, "EQ402"),
        ({"x": np.nan}, "EQ402"),
    ):
        with pytest.raises(AnalysisError) as refusal:
            fit.predict(good.assign(**change))
        assert refusal.value.code == code
    with pytest.raises(AnalysisError, match="EQ401"):
        fit.predict(good.drop(columns="x"))
    with pytest.raises(AnalysisError, match="EQ403"):
        fit.predict(pd.concat([good, good]))
