"""Numbers are rounded for the eye only."""

from equipoise.stats.number_text import number_text


def test_four_digits_or_one_decimal() -> None:
    assert number_text(0.0123456) == "0.01235"
    assert number_text(-12345.678) == "-12345.7"
    assert number_text((1.0, None)) == "(1, None)"
    assert number_text(30) == "30"
    assert number_text("log") == "'log'"
    assert number_text(1e20) == "1e+20"
