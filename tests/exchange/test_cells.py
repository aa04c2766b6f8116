"""Texts of cells as values."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.exchange.cells import (
    canonical,
    dates,
    emptied,
    is_number,
    looked_up,
    numbers,
)


def texts(*cells: str | None) -> "pd.Series[str]":
    return pd.Series(cells, dtype="string")


def test_an_empty_cell_and_a_stated_code_hold_nothing() -> None:
    found = emptied(texts("", "-99", "-99.0", "NA", "9", "x"), ["-99", "x"])
    assert found.isna().tolist() == [True, True, True, False, False, True]


def test_a_value_is_looked_up_as_text_and_as_number() -> None:
    found = looked_up(texts("1", "1.0", "01", "a", None, "2"), {"1": "one", "a": 5})
    assert found.tolist()[:4] == ["one", "one", "one", 5]
    assert found.isna().tolist()[4:] == [True, True]


def test_an_exact_text_comes_before_an_equal_number() -> None:
    found = looked_up(texts("006", "6"), {"6": "six", "006": "zero zero six"})
    assert found.tolist() == ["zero zero six", "six"]


@pytest.mark.parametrize(
    "text", ["", "1e", "1,5", "1_000", "inf", "nan", "0x1", "٣", "1 2"]
)
def test_what_is_no_number(text: str) -> None:
    assert numbers(texts(text), ".").isna().all()
    assert not is_number(text)


def test_a_decimal_comma_is_read_and_a_point_is_then_refused() -> None:
    found = numbers(texts("1,5", "-2", "1.500", "1.5"), ",")
    assert found.tolist()[:2] == [1.5, -2]
    assert found.isna().tolist()[2:] == [True, True]


@pytest.mark.property
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_read_as_it_is_written(value: float) -> None:
    assert numbers(texts(repr(value)), ".").tolist() == [value]
    assert numbers(texts(repr(value).replace(".", ",")), ",").tolist() == [value]
    assert float(canonical(repr(value))) == value


def test_dates_are_read_in_one_format_only() -> None:
    found = dates(texts("03-04-2026", "2026-04-03", "31-02-2026", None), "%d-%m-%Y")
    assert found.iloc[0] == pd.Timestamp(2026, 4, 3)
    assert found.isna().tolist() == [False, True, True, True]


def test_dates_without_a_format_are_iso_8601() -> None:
    found = dates(texts("2026-04-03", "2026-04-03T09:30", "3.4.2026"), None)
    assert found.isna().tolist() == [False, False, True]
