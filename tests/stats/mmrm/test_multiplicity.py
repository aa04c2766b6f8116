"""Simultaneous tests and intervals against published tables and exact laws."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from equipoise.stats.mmrm import mmrm
from equipoise.stats.mmrm.multiplicity import adjusted
from tests.stats.mmrm.fev import MODEL, small


def table(t: np.ndarray, df: float) -> pd.DataFrame:
    p = 2 * stats.t.sf(np.abs(t), df)
    return pd.DataFrame({"estimate": t, "std_error": 1.0, "df": df, "t": t, "p": p})


@pytest.mark.parametrize(
    ("groups", "df", "quantile"),
    # Dunnett 1964, Biometrics 20:482-491, table II (two-sided, 5%, equal groups):
    # comparisons with a control, all correlated one half.
    [(2, 10, 2.57), (3, 20, 2.54), (4, 60, 2.51), (5, 30, 2.66)],
)
def test_multivariate_t_is_dunnetts(groups: int, df: int, quantile: float) -> None:
    R = np.full((groups, groups), 0.5) + 0.5 * np.eye(groups)
    made = adjusted(table(np.linspace(1, 2.5, groups), df), R, "mvt", 0.95)
    half = (made["upper_adjusted"] - made["estimate"]).to_numpy()
    assert_allclose(half, quantile, atol=0.006)  # two decimals are printed


def test_multivariate_t_of_independent_and_of_equal_comparisons() -> None:
    t = np.array([2.0, 2.5])
    apart = adjusted(table(t, 1e6), np.eye(2), "mvt", 0.95)
    sidak = 1 - (1 - 2 * stats.norm.sf(t)) ** 2
    assert_allclose(apart["p_adjusted"], sidak, rtol=5e-4)  # quasi-random points
    same = adjusted(table(np.array([2.0, 2.0]), 20), np.ones((2, 2)), "mvt", 0.95)
    assert_allclose(same["p_adjusted"], same["p"], rtol=1e-12)


def test_all_pairs_of_three_arms_are_tukeys() -> None:
    """Their correlation is singular; the studentized range is exact."""
    R = np.array([[1, 0.5, -0.5], [0.5, 1, 0.5], [-0.5, 0.5, 1]])
    t = np.array([2.0, 2.5, 0.5])
    made = adjusted(table(t, 18), R, "mvt", 0.95)
    wanted = stats.studentized_range.sf(t * np.sqrt(2), 3, 18)
    assert_allclose(made["p_adjusted"], wanted, rtol=2e-4)
    half = (made["upper_adjusted"] - made["estimate"]).to_numpy()
    quantile = stats.studentized_range.ppf(0.95, 3, 18) / np.sqrt(2)
    assert_allclose(half, quantile, rtol=2e-4)


def test_one_comparison_needs_no_adjustment() -> None:
    one = adjusted(table(np.array([2.1]), 12), np.eye(1), "mvt", 0.95)
    assert_allclose(one["p_adjusted"], one["p"])
    assert_allclose(one["upper_adjusted"] - 2.1, stats.t.ppf(0.975, 12))


@pytest.mark.parametrize("method", ["holm", "hochberg", "bonferroni", "mvt"])
def test_all_visits_together(method: str) -> None:
    fit = mmrm(MODEL, small())
    made = fit.contrasts("arm", by="visit", reference="a", adjust=method)  # type: ignore[arg-type]
    assert (made["p_adjusted"] >= made["p"] - 1e-12).all()
    assert (made["p_adjusted"] <= np.minimum(1, 3 * made["p"]) + 1e-3).all()
    assert ("lower_adjusted" in made) == (method in ("bonferroni", "mvt"))
    again = fit.contrasts("arm", by="visit", reference="a", adjust=method)  # type: ignore[arg-type]
    assert_allclose(made["p_adjusted"], again["p_adjusted"])


def test_rows_without_an_answer_do_not_count() -> None:
    frame = small()
    fit = mmrm(MODEL, frame[(frame["arm"] == "a") | (frame["visit"] != "v2")])
    made = fit.contrasts("arm", by="visit", reference="a", adjust="bonferroni")
    assert np.isnan(made["p_adjusted"].iloc[2])
    assert_allclose(made["p_adjusted"][:2], np.minimum(1, 2 * made["p"][:2]))
