"""Model matrices and reference grids."""

from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm.design import design
from equipoise.stats.mmrm.formula import parse
from tests.stats.mmrm.fev import MODEL, small


def test_treatment_coding_of_r() -> None:
    whole = design(parse(MODEL), small())
    assert whole.encoding.names == (
        "(Intercept)",
        "x",
        "arm[T.b]",
        "visit[T.v1]",
        "visit[T.v2]",
        "arm[T.b]:visit[T.v1]",
        "arm[T.b]:visit[T.v2]",
    )
    assert whole.encoding.columns["arm:visit"] == [5, 6]
    row = whole.X[(whole.rows["arm"] == "b") & (whole.rows["visit"] == "v2")][0]
    assert list(np.delete(row, 1)) == [1, 1, 0, 1, 0, 1]


def test_the_first_category_is_the_reference() -> None:
    frame = small()
    frame["arm"] = pd.Categorical(frame["arm"], categories=["b", "a", "never"])
    whole = design(parse(MODEL), frame)
    assert "arm[T.a]" in whole.encoding.names
    assert whole.encoding.levels["arm"] == ("b", "a")


def test_rows_are_ordered_and_remember_their_place() -> None:
    frame = small().sample(frac=1, random_state=3)
    whole = design(parse(MODEL), frame)
    assert (np.diff(whole.subject) >= 0).all()
    assert_allclose(frame["y"].to_numpy()[whole.position], whole.y)


def test_marginal_means_count_other_factors_equally() -> None:
    frame = small().assign(sex=lambda f: np.where(f["id"] < "06", "F", "M"))
    encoding = design(
        parse("y ~ x + sex + arm * visit + us(visit | id)"), frame
    ).encoding
    cells, L = encoding.grid(("arm", "visit"))
    assert list(cells.itertuples(index=False, name=None))[:2] == [
        ("a", "v0"),
        ("a", "v1"),
    ]
    at = list(encoding.names).index
    assert_allclose(L[:, at("sex[T.M]")], 0.5)
    assert_allclose(L[:, at("x")], frame["x"].mean())
    _, other = encoding.grid(("arm",), at={"x": 3.0}, shares={("F", "v0"): 1.0})
    assert_allclose(other[:, at("x")], 3.0)
    assert_allclose(other[:, at("sex[T.M]")], 0.0)
    for of, at_values in ((("x",), {}), (("arm",), {"sex": 1.0}), (("no",), {})):
        with pytest.raises(AnalysisError, match="EQ407"):
            encoding.grid(of, at_values)


def test_dropped_rows_do_not_count_for_means() -> None:
    frame = small()
    frame.loc[0, ["x", "y"]] = [1000.0, np.nan]
    assert design(parse(MODEL), frame).encoding.means["x"] < 10


def test_cells_and_rows_give_the_same_columns() -> None:
    """Looked up by cell, or made by formulaic from every row."""
    frame = small().assign(sex=lambda f: np.where(f["id"] < "06", "F", "M"), z=2.5)
    for text in (
        "y ~ x * visit + sex * arm * visit + us(visit | id)",
        "y ~ x:arm:z + visit:arm + us(visit | id)",
        "y ~ x + z + us(visit | id)",
    ):
        one = design(parse(text), frame)
        with patch("equipoise.stats.mmrm.encoding.MANY_CELLS", 0):
            other = design(parse(text), frame)
        assert one.encoding.cells is not None
        assert other.encoding.cells is None
        assert one.encoding.names == other.encoding.names
        assert_allclose(one.X, other.X, rtol=1e-15)
