"""Types: no value is lost, filled or guessed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from equipoise.dataset.column_types import contract, typed
from equipoise.dataset.tables import Column, ColumnType, Table
from tests.dataset.tiny import frame, tiny


def one(kind: ColumnType, *, required: bool = False) -> Table:
    """A table of one column of this type."""
    return Table("t", "a row", (Column("x", kind, "meaning", required=required),), ())


def cast(values: Any, kind: ColumnType) -> list[Any]:
    """The values in their type; None where missing. No problem is allowed."""
    result = typed(one(kind), pd.DataFrame({"x": values}))
    assert result.problems == []
    return [None if pd.isna(value) else value for value in result.frame["x"]]


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("text", ["P1", "", None], ["P1", None, None]),
        ("text", [1, 2], ["1", "2"]),
        ("text", [1.0, None], ["1", None]),
        ("text", [1.0, 2.5], ["1.0", "2.5"]),
        ("number", ["1.5", "", None, " 2 "], [1.5, None, None, 2]),
        ("number", pd.Categorical(["3", "1"]), [3, 1]),
        ("number", [-0.0], [0.0]),
        ("integer", ["3", 4, 5.0, None], [3, 4, 5, None]),
        ("integer", pd.Series([1, None], dtype="Int64"), [1, None]),
        (
            "flag",
            ["true", "False", "1", "0", "", None],
            [True, False, True, False, None, None],
        ),
        ("flag", [True, False], [True, False]),
        ("flag", [1.0, 0.0, None], [True, False, None]),
    ],
)
def test_values_that_can_be_read(
    kind: ColumnType, values: Any, expected: list[Any]
) -> None:
    assert cast(values, kind) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["2027-01-04", None], ["2027-01-04", None]),
        (["2027-01-04", "2027-01-04T09:30"], ["2027-01-04", "2027-01-04T09:30"]),
        (["20270104"], ["2027-01-04"]),
        ([date(2027, 1, 4)], ["2027-01-04"]),
        ([pd.Timestamp("2027-01-04T09:30:01.5")], ["2027-01-04T09:30:01.5"]),
        (
            pd.to_datetime(["2027-01-04T09:30"]).astype("datetime64[s]"),
            ["2027-01-04T09:30"],
        ),
        (["2027-01-04T09:30+02:00", None], ["2027-01-04T07:30", None]),
        (
            ["2027-01-04T09:30Z", "2027-01-04T09:30-01"],
            ["2027-01-04T09:30", "2027-01-04T10:30"],
        ),
        (pd.to_datetime(["2027-01-04T09:30+02:00"]), ["2027-01-04T07:30"]),
    ],
)
def test_dates_that_can_be_read(values: Any, expected: list[str | None]) -> None:
    wanted = [None if text is None else pd.Timestamp(text) for text in expected]
    assert cast(values, "datetime") == wanted


def test_minus_zero_is_zero() -> None:
    result = typed(one("number"), pd.DataFrame({"x": [-0.0]}))
    assert str(result.frame.loc[0, "x"]) == "0.0"


@pytest.mark.parametrize(
    ("kind", "values", "wrong"),
    [
        ("number", ["1", "two", "1,5"], ["two", "1,5"]),
        ("number", [1.0, float("inf")], [float("inf")]),
        ("integer", [1, 1.5], [1.5]),
        ("integer", ["1", "x", "inf", "1e300"], ["x", "inf", "1e300"]),
        ("flag", ["yes", "true", 2], ["yes", 2]),
        (
            "datetime",
            ["2027-01-04", "04/01/2027", "2027-13-01", "soon"],
            ["04/01/2027", "2027-13-01", "soon"],
        ),
        ("datetime", ["2027", 2027.5, "9999-01-01"], ["2027", 2027.5, "9999-01-01"]),
        ("datetime", ["2027-01-04T09:30", "2027-01-04T09:30Z"], ["2027-01-04T09:30Z"]),
    ],
)
def test_other_values_are_refused_with_their_rows(
    kind: ColumnType, values: list[Any], wrong: list[Any]
) -> None:
    given = pd.DataFrame({"x": pd.Series(values, dtype=object)})
    result = typed(one(kind), given)
    (problem,) = result.problems
    assert problem.code == "EQ302"
    assert problem.where == "table t, column x"
    assert problem.records is not None
    assert list(problem.records["x"]) == wrong
    assert list(result.frame["x"].isna()) == [value in wrong for value in values]


def test_required_values_that_are_absent() -> None:
    table = one("text", required=True)
    (problem,) = typed(table, pd.DataFrame({"x": ["a", "", None], "y": 1})).problems[1:]
    assert (problem.code, problem.where) == ("EQ303", "table t, column x")
    assert problem.fix == "give each row a value: meaning"
    assert problem.records is not None
    assert list(problem.records.index) == [1, 2]
    (absent,) = typed(table, pd.DataFrame(index=[0, 1])).problems
    assert absent.code == "EQ303"
    assert absent.records is not None
    assert len(absent.records) == 2


def test_a_required_value_of_the_wrong_type_is_one_problem() -> None:
    result = typed(one("number", required=True), pd.DataFrame({"x": ["a"]}))
    assert [problem.code for problem in result.problems] == ["EQ302"]


def test_unknown_and_repeated_columns_are_named() -> None:
    given = pd.DataFrame([[1, 2, 3, 4]], columns=["x", "x", "height", "shoe"])
    unknown, twice = typed(one("number"), given).problems
    assert (unknown.code, twice.code) == ("EQ301", "EQ301")
    assert "height, shoe" in unknown.what
    assert "x" in unknown.fix
    assert "duplicate columns: x" in twice.what


def test_a_table_that_is_absent_has_typed_columns() -> None:
    result = typed(contract(tiny())["participants"], None)
    assert result.problems == []
    assert result.frame.empty
    assert str(result.frame["consented_at"].dtype) == "datetime64[ns]"


def test_characteristics_of_the_protocol_are_columns_of_participants() -> None:
    people = contract(tiny())["participants"]
    assert people.column("age").type == "number"
    assert people.column("sex").one_of == ("F", "M")
    given = frame("participant age sex", ("P1", "30", "F"))
    assert typed(people, given).frame.loc[0, "age"] == 30


@pytest.mark.parametrize("letter", ["\x00", "\x07", "\x1b", "\x85", "\ufffe", "\ufdd0"])
def test_a_text_that_no_report_can_hold_is_told_and_replaced(letter: str) -> None:
    given = pd.DataFrame({"x": ["nausea", f"head{letter}ache", None]})
    result = typed(one("text"), given)
    (problem,) = result.problems
    assert problem.code == "EQ319"
    assert problem.records is not None
    assert list(problem.records.index) == [1]
    assert list(result.frame["x"].dropna()) == ["nausea", "head\ufffdache"]


def test_lines_tabs_and_letters_of_every_script_stay() -> None:
    values = ["two\nlines", "a\tb", "Übelkeit", "頭痛", "🙂", "א"]
    assert cast(values, "text") == values


def test_each_row_has_a_value_or_a_reason_why_there_is_none() -> None:
    table = contract(tiny())["measurements"]
    given = frame(
        "participant visit name value reason_missing",
        ("P1", "start", "PULSE", 70, None),
        ("P1", "start", "SYSBP", None, "refused"),
        ("P1", "start", "DIABP", 80, "refused"),
        ("P1", "start", "TEMP", None, None),
    )
    result = typed(table, given)
    found = {p.code: list(p.records["name"]) for p in result.problems}  # type: ignore[index]
    assert found == {"EQ316": ["DIABP"], "EQ303": ["TEMP"]}


def test_an_optional_column_is_there_only_if_a_row_fills_it() -> None:
    table = contract(tiny())["events"]
    bare = typed(table, frame("participant term ongoing", ("P1", "flu", None)))
    assert "ongoing" not in bare.frame
    filled = typed(table, frame("participant term ongoing", ("P1", "flu", True)))
    assert list(filled.frame["ongoing"]) == [True]
    assert not bare.problems
    assert not filled.problems
