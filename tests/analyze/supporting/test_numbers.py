"""Numbers of a result that an estimate can hold."""

from math import inf
from types import SimpleNamespace

from equipoise.analyze.supporting.numbers import finite


def test_only_finite_numbers_and_infinite_degrees_of_freedom_are_held() -> None:
    found = SimpleNamespace(estimate=inf, lower=0.5, upper=None, df=inf)
    assert finite(found, "estimate", "lower", "upper", "df") == {
        "lower": 0.5,
        "df": inf,
    }
    assert finite({"p": 0.25, "other": 1}, "p") == {"p": 0.25}
