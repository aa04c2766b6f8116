"""E-values, against the published example and by laws."""

from math import exp, log, sqrt

import pytest

from equipoise.stats.blinding import EValue, e_value


def test_the_published_formula_for_a_risk_ratio() -> None:
    """VanderWeele and Ding 2017: risk ratio 3.9 has E-value 7.26, its limit 1.8 has 3.0."""
    d = log(3.9) / 0.91
    error = (log(3.9) - log(1.8)) / 1.78
    result = e_value(d, error)
    assert result.estimate == pytest.approx(7.26, abs=0.005)
    assert result.limit == pytest.approx(3.0, abs=0.005)


def test_no_effect_needs_no_explanation() -> None:
    assert e_value(0.0) == EValue(1.0, None)


def test_an_interval_that_holds_zero_needs_none_either() -> None:
    assert e_value(0.3, 0.5).limit == 1.0


def test_the_sign_does_not_matter() -> None:
    assert e_value(-1.13, 0.39) == e_value(1.13, 0.39)
    ratio = exp(0.91 * 1.13)
    assert e_value(1.13).estimate == pytest.approx(ratio + sqrt(ratio * (ratio - 1)))
