"""Rows as the model takes them."""

import numpy as np
import pandas as pd
import pytest

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm.formula import parse
from equipoise.stats.mmrm.rows import Kinds, factor, read
from tests.stats.mmrm.fev import MODEL, small


def test_kinds_of_columns() -> None:
    frame = small().assign(flag=lambda f: f["id"] < "05", n=3)
    rows = read(frame, Kinds(parse("y ~ x + flag + n + arm + us(visit | id)")))
    kinds = {name: str(kind) for name, kind in rows.kept.dtypes.items()}
    assert kinds["x"] == kinds["n"] == kinds["y"] == "float64"
    assert kinds["flag"] == kinds["arm"] == kinds["visit"] == kinds["id"] == "category"


def test_numbered_visits_are_a_factor_in_their_order() -> None:
    frame = small().assign(visit=lambda f: f["visit"].str[1:].astype(int) * 10)
    rows = read(frame, Kinds(parse(MODEL)))
    assert list(rows.kept["visit"].cat.categories) == [0, 10, 20]


def test_a_frame_in_order_is_not_copied_about() -> None:
    frame = small()
    assert list(read(frame, Kinds(parse(MODEL))).position) == list(range(len(frame)))
    turned = read(frame.iloc[::-1], Kinds(parse(MODEL)))
    assert list(turned.position) == list(range(len(frame)))[::-1]


def test_missing_is_whatever_pandas_calls_missing() -> None:
    frame = small().astype({"arm": object})
    frame.loc[2, "arm"] = None
    frame.loc[4, "x"] = np.nan
    frame["y"] = frame["y"].astype("Float64")
    frame.loc[6, "y"] = pd.NA
    rows = read(frame, Kinds(parse(MODEL)))
    assert list(rows.excluded.index) == [2, 4, 6]


def test_refusals_show_the_rows() -> None:
    kinds = Kinds(parse(MODEL), weights="w")
    frame = small().assign(w=1.0)
    cases = {
        "EQ401": frame.drop(columns=["x", "w"]),
        "EQ402": frame.assign(w=np.where(frame.index == 3, 0.0, 1.0)),
        "EQ403": pd.concat([frame, frame.iloc[[3]]]),
    }
    for code, case in cases.items():
        with pytest.raises(AnalysisError) as refusal:
            read(case, kinds)
        problem = refusal.value.problems[0]
        assert problem.code == code
        if code != "EQ401":
            assert problem.records is not None
            assert len(problem.records) == (2 if code == "EQ403" else 1)


def test_levels_can_be_given() -> None:
    made = factor(pd.Series(["b", "a"]), ("c", "b", "a"))
    assert list(made.cat.categories) == ["c", "b", "a"]
    assert list(factor(pd.Series(["b", "a"])).cat.categories) == ["a", "b"]
