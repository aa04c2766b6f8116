"""Kinds of texts: names of columns, data, totals and remarks are told apart."""

import pytest

from equipoise.exchange.text_kinds import (
    is_absent,
    is_remark,
    is_total,
    is_value,
    numeric,
    rows_as_text,
    shape,
)


@pytest.mark.parametrize(
    "text",
    ["12", "-1.5", "1,5", "<5", "50%", "2026-03-11", "11.03.2026", "14:30", "1e-3"],
)
def test_numbers_dates_and_times_are_values(text: str) -> None:
    assert is_value(text)


@pytest.mark.parametrize("text", ["madrs_01", "week 2", "P-001", "age (years)", ""])
def test_names_are_not_values(text: str) -> None:
    assert not is_value(text)


@pytest.mark.parametrize("text", ["", "NA", "n/a", ".", "#NULL!", "Not done"])
def test_texts_that_say_that_nothing_is_there(text: str) -> None:
    assert is_absent(text)


def test_zero_and_none_of_the_above_are_not_absent() -> None:
    assert not is_absent("0")
    assert not is_absent("no")


def test_totals_and_remarks_are_recognized() -> None:
    assert is_total("Total:")
    assert is_total("Mittelwert")
    assert not is_total("total_madrs")
    assert is_remark("Source: electronic records")
    assert is_remark("* imputed by hand")
    assert not is_remark("P-001")


def test_texts_of_one_form_have_one_shape() -> None:
    assert shape("P-001") == shape("Q-23") == "a-9"
    assert shape("P001") != shape("P-001")


def test_a_column_is_numeric_if_nearly_all_its_cells_are() -> None:
    assert numeric(["1", "2", "", "NA"])
    assert not numeric(["1", "a", "b"])
    assert not numeric(["1"])


def test_rows_are_named_in_ranges() -> None:
    assert rows_as_text([4, 2, 3, 7]) == "rows 2 to 4, 7"
    assert rows_as_text([2]) == "row 2"
