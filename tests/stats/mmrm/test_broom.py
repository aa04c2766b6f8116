"""Tables by the names of R's broom, numbers by those of statsmodels."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from equipoise.stats.mmrm import MmrmFit, mmrm
from tests.stats.mmrm.fev import FIXED, MODEL, fev_data, reference, small


@pytest.fixture(scope="module")
def fit() -> MmrmFit:
    return mmrm(MODEL, small(2, n=40))


def test_tidy_has_the_columns_of_r_mmrm(fit: MmrmFit) -> None:
    plain = ["term", "estimate", "std.error", "df", "statistic", "p.value"]
    assert list(fit.tidy()) == plain
    table = fit.tidy(conf_int=True, level=0.9)
    assert list(table) == [*plain, "conf.low", "conf.high"]
    assert_allclose(table["p.value"], fit.coefficients["p"])
    assert_allclose(table["conf.low"], fit.conf_int(alpha=0.1)[0])


def test_glance_and_augment_agree_with_r_mmrm() -> None:
    """R mmrm 0.3.18 ``residuals``, ``fitted`` and criteria, on the fev data."""
    theirs = reference("mmrm_fev_us_reml")["fits"][0]
    fit = mmrm(FIXED + "us(AVISIT | USUBJID)", fev_data())
    row = fit.glance().iloc[0]
    assert list(fit.glance())[:4] == ["AIC", "BIC", "logLik", "deviance"]
    for name in ("AIC", "BIC", "logLik", "deviance"):
        assert_allclose(row[name], theirs[name], rtol=1e-8)
    assert (row["nobs"], row["n.participants"]) == (fit.n_rows, fit.n_subjects)
    rows = fit.augment()
    assert list(rows)[-2:] == [".fitted", ".resid"]
    assert_allclose(np.sort(rows[".fitted"]), np.sort(theirs["fitted"]), rtol=1e-6)
    for kind in ("response", "pearson", "normalized"):
        ours = fit.augment(residual=kind)[".resid"]  # type: ignore[arg-type]
        theirs_ = np.sort(theirs[f"residuals_{kind}"])
        assert_allclose(np.sort(ours), theirs_, rtol=1e-5, atol=1e-5)


def test_augment_of_new_rows_has_limits_and_no_residual(fit: MmrmFit) -> None:
    frame = small(2, n=40)
    new = frame.head(3).drop(columns="y")
    rows = fit.augment(new, interval="prediction", level=0.9)
    assert list(rows) == [*new, ".fitted", ".lower", ".upper", ".se.fit"]
    made = fit.predict(new, interval="prediction", level=0.9)
    assert_allclose(rows[".lower"], made["lower"])
    assert_allclose(rows[".se.fit"], made["std_error"])
    used = fit.augment()
    assert_allclose(used["y"], used[".fitted"] + used[".resid"])


def test_residuals_by_the_names_of_r_are_ours(fit: MmrmFit) -> None:
    for theirs, ours in (("response", "raw"), ("pearson", "scaled")):
        pd.testing.assert_series_equal(
            fit.residuals(theirs),  # type: ignore[arg-type]
            fit.residuals(ours),  # type: ignore[arg-type]
            check_names=False,
        )


def test_tables_print_every_column_and_hold_every_digit(fit: MmrmFit) -> None:
    table = fit.contrasts("arm", by="visit", reference="a")
    text = repr(table)
    assert "..." not in text
    assert text.split("\n")[0].split() == list(table)
    assert type(table.round(3)) is pd.DataFrame
    assert type(table[["p"]]) is pd.DataFrame
    assert table["p"].iloc[0] != float(f"{table['p'].iloc[0]:.4g}")
    assert "<table" in table._repr_html_()
