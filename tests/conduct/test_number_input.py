"""Numbers as people type them."""

import pytest

from equipoise.conduct.number_input import decimal, whole


@pytest.mark.parametrize(
    ("text", "number"),
    [("0.82", 0.82), (" 0,82 ", 0.82), ("50", 50.0), ("", 0.0), ("x", 0.0),
     ("nan", 0.0), ("inf", 0.0), ("1e400", 0.0), ("-1", -1.0)],
)  # fmt: skip
def test_a_number_has_a_point_or_a_comma(text: str, number: float) -> None:
    assert decimal(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), (" 7 ", 7), ("0", 0), ("", 0), ("-1", 0), ("1.5", 0), ("x", 0),
     ("1e3", 0), ("999999", 999999), ("1000000", 0), ("\u0662", 0), ("\x00", 0)],
)  # fmt: skip
def test_a_whole_number_is_digits(text: str, number: int) -> None:
    assert whole(text) == number
