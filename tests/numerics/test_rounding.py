import math
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.numerics.rounding import fixed, p_text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (2.675, 2, "2.68"),  # the double is 2.67499999999999982
        (-2.675, 2, "-2.68"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-0.5, 0, "-1"),
        (
            0.285 * 100,
            0,
            "29",
        ),  # 28.499999999999996, an exact half but for its last bits
        (-0.004, 2, "0.00"),
        (0.0, 1, "0.0"),
        (1e-9, 3, "0.000"),
        (123456789.125, 2, "123456789.13"),
        (1e15, 1, "1000000000000000.0"),
        (7, 1, "7.0"),
    ],
)
def test_a_half_goes_away_from_zero(value: float, digits: int, text: str) -> None:
    assert fixed(value, digits) == text


@pytest.mark.property
@given(
    units=st.integers(-(10**12), 10**12),
    decimals=st.integers(0, 6),
    digits=st.integers(0, 6),
)
def test_agrees_with_decimal_arithmetic(units: int, decimals: int, digits: int) -> None:
    exact = Decimal(units).scaleb(-decimals)
    wanted = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    assert Decimal(fixed(float(exact), digits)) == wanted


@pytest.mark.property
@given(st.floats(-1e9, 1e9), st.integers(0, 6))
def test_is_near_and_symmetric_and_has_its_decimals(value: float, digits: int) -> None:
    text = fixed(value, digits)
    assert abs(float(text) - value) <= 0.5 * 10**-digits + 1e-14 * abs(value)
    assert len(text.partition(".")[2]) == digits
    assert fixed(-value, digits).lstrip("-") == text.lstrip("-")


@pytest.mark.parametrize(
    ("value", "digits"), [(math.nan, 1), (math.inf, 1), (-math.inf, 0), (1.0, -1)]
)
def test_what_has_no_decimals_is_refused(value: float, digits: int) -> None:
    with pytest.raises(ValueError, match="cannot round"):
        fixed(value, digits)


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0, "<.001"),
        (0.00099999, "<.001"),
        (0.001, ".001"),
        (0.0034, ".003"),
        (0.0099, ".010"),
        (0.01, ".01"),
        (0.0125, ".01"),
        (0.0164, ".02"),
        (0.0454, ".045"),
        (0.0494, ".049"),
        (0.0496, ".0496"),
        (0.04996, ".04996"),
        (0.05, ".05"),
        (0.0504, ".05"),
        (0.4, ".40"),
        (0.99, ".99"),
        (0.9901, ">.99"),
        (1.0, ">.99"),
    ],
)
def test_p_values_as_journals_print_them(p: float, text: str) -> None:
    assert p_text(p) == text


@pytest.mark.property
@given(st.floats(0, 1))
def test_a_p_value_is_never_certain_nor_moved_across_the_level(p: float) -> None:
    text = p_text(p)
    assert text not in {"0", ".00", ".000", "1", "1.00"}
    assert not text.strip("<>").startswith("0")
    if text[0] not in "<>":
        assert (float(text) < 0.05) == (p < 0.05)


def test_a_p_value_next_to_the_level_stays_below_it() -> None:
    assert p_text(math.nextafter(0.05, 0)) == "<.05"


def test_another_level_of_significance_is_not_crossed() -> None:
    assert p_text(0.0249, 0.025) == ".02"
    assert p_text(0.02499, 0.025) == ".02"
    assert p_text(0.0251, 0.025) == ".03"
    assert p_text(0.0999, 0.1) == ".0999"


@pytest.mark.parametrize("p", [-1e-12, 1.0000001, math.nan])
def test_no_probability_no_text(p: float) -> None:
    with pytest.raises(ValueError, match="not a P value"):
        p_text(p)
