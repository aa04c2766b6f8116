"""The number at which a power is reached, and tails of the noncentral t distribution."""

import pytest
from scipy import stats

from equipoise.design.fixed.smallest_total import smallest_total, upper_t
from equipoise.errors import DesignError


def test_the_bracket_is_doubled_until_it_holds() -> None:
    assert smallest_total(lambda n: n - 12345.5, 2.0) == pytest.approx(12345.5)
    assert smallest_total(lambda n: n - 1, 2.0) == 2.0
    with pytest.raises(DesignError, match="EQ802"):
        smallest_total(lambda n: -1.0, 2.0)
    with pytest.raises(DesignError, match="EQ802"):
        smallest_total(lambda n: float("nan"), 2.0)


def test_tails_are_those_of_scipy_and_never_missing() -> None:
    assert float(upper_t(2.1, 8, 2.5)) == stats.nct.sf(2.1, 8, 2.5)
    for critical, df, shift in ((1e6, 0.5, 1e9), (2.0, 5.0, 1e5), (1e12, 1.0, 3.0)):
        assert 0 <= float(upper_t(critical, df, shift)) <= 1
