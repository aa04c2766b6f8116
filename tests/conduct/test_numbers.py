"""Numbers as people type them."""

import pytest

from equipoise.conduct.numbers import decimal


@pytest.mark.parametrize(
    ("text", "number"),
    [("0.82", 0.82), (" 0,82 ", 0.82), ("50", 50.0), ("", 0.0), ("x", 0.0),
     ("nan", 0.0), ("inf", 0.0), ("1e400", 0.0), ("-1", -1.0)],
)  # fmt: skip
def test_a_number_has_a_point_or_a_comma(text: str, number: float) -> None:
    assert decimal(text) == number
