"""Missing codes: kept in the place of an answer, and never taken for one."""

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from, text

from equipoise.conduct.forms.missing_codes import (
    MISSING,
    code,
    is_code,
    kept,
    without_codes,
)
from equipoise.protocol.forms import MISSING_CODES


def test_the_codes_are_those_of_a_protocol() -> None:
    assert tuple(MISSING) == MISSING_CODES
    assert list(MISSING.items()) == [
        ("not assessed", "Not assessed"),
        ("not applicable", "Not applicable"),
        ("unknown", "Unknown"),
        ("refused", "Refused"),
    ]


@given(sampled_from(MISSING_CODES))
def test_a_code_is_read_again(one: str) -> None:
    assert is_code(kept(one))
    assert code(kept(one)) == one


@given(text().filter(lambda t: not t.startswith("missing:")))
def test_a_value_is_no_code(value: str) -> None:
    assert not is_code(value)
    assert code(value) == ""
    assert without_codes({"a": value, "b": kept("unknown")}) == {"a": value}


def test_what_is_no_code_is_refused() -> None:
    with pytest.raises(ValueError, match="forgotten"):
        kept("forgotten")
