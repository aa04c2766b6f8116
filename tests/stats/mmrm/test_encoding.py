"""Rows as columns of X, with functions of covariates, and the grid of means."""

import numpy as np
import pandas as pd
import pytest

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm.design import design
from equipoise.stats.mmrm.formula import parse
from tests.stats.mmrm.fev import small

FRAME = small().assign(z=lambda f: np.exp(f["x"]))


def test_columns_of_functions_and_products() -> None:
    made = design(parse("y ~ poly(x, 2):arm + log(z) * visit + us(visit | id)"), FRAME)
    encoding, X = made.encoding, made.X
    own = {name: X[:, j] for j, name in enumerate(encoding.names)}
    later = made.rows["visit"] == "v1"
    np.testing.assert_allclose(own["log(z):visit[T.v1]"], made.rows["x"] * later)
    assert set(encoding.columns) == {
        "1", "log(z)", "visit", "log(z):visit", "poly(x, 2):arm"
    }  # fmt: skip
    assert len(encoding.columns["poly(x, 2):arm"]) == 4
    assert encoding.means["log(z)"] == pytest.approx(np.log(FRAME["z"].mean()))


def test_means_of_a_covariate_move_its_functions() -> None:
    encoding = design(parse("y ~ log(z) + arm + us(visit | id)"), FRAME).encoding
    _, L = encoding.grid(("arm",), {"z": np.e})
    np.testing.assert_allclose(L[:, encoding.names.index("log(z)")], 1)
    with pytest.raises(AnalysisError, match="EQ416"):
        encoding.grid(("arm",), {"z": 0.0})
    with pytest.raises(AnalysisError, match="EQ407"):
        encoding.grid(("arm",), {"log(z)": 0.0})


def test_a_covariate_is_no_factor_and_the_message_says_how() -> None:
    encoding = design(parse("y ~ x + arm + us(visit | id)"), FRAME).encoding
    with pytest.raises(AnalysisError, match=r"C\(x\)"):
        encoding.grid(("x",))


def test_a_term_that_needs_too_much_memory_is_refused() -> None:
    n = 20_000
    rows = pd.DataFrame({"id": range(n), "y": 1.0, "t": 1.0})
    rows["site"] = pd.Categorical(rows["id"])
    with pytest.raises(AnalysisError, match="EQ404"):
        design(parse("y ~ site + sp_exp(t | id)"), rows)
