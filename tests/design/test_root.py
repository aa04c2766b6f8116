"""Roots in brackets that are known to hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.design.root import expanding_root, root
from equipoise.errors import DesignError


@given(st.floats(-1e6, 1e6))
def test_a_bracket_grows_until_it_holds(at: float) -> None:
    found = expanding_root(lambda x: x - at, 0.0, 1.0, what="none")
    assert found == pytest.approx(at, rel=1e-9, abs=1e-9)


def test_ends_may_be_the_root() -> None:
    assert root(lambda x: x, 0.0, 1.0, what="none") == 0.0
    assert root(lambda x: x - 1, 0.0, 1.0, what="none") == 1.0


@pytest.mark.parametrize("value", [1.0, -1.0, float("nan"), float("inf")])
def test_a_bracket_without_a_change_of_sign_is_refused(value: float) -> None:
    with pytest.raises(DesignError, match="EQ808"):
        root(lambda x: value, 0.0, 1.0, what="there is none")
    with pytest.raises(DesignError, match="EQ808"):
        expanding_root(lambda x: value, 0.0, 1.0, what="there is none")
