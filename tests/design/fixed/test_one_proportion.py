"""One proportion by the exact binomial test, against R and a published table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from equipoise.design.fixed.one_proportion import binomial_size, binomial_test
from equipoise.design.requirements import Target
from equipoise.errors import DesignError

ONE = Target(alpha=0.05, sides=1)


@pytest.mark.parametrize(
    ("null", "assumed", "target", "expected"),
    [
        (0.05, 0.2, ONE, (27, 4, 0.8177167, 0.04373595)),
        (
            0.1,
            0.3,
            Target(alpha=0.05, sides=1, power=0.9),
            (33, 7, 0.9055545, 0.0417038),
        ),
        (0.2, 0.4, Target(power=0.9), (56, 18, 0.9108149, None)),
    ],
)
def test_one_proportion_as_r(
    null: float, assumed: float, target: Target, expected: tuple[float, ...]
) -> None:
    """R 4.2.2, first n with 1 - pbinom(qbinom(1 - alpha, n, p0), n, p1) >= power."""
    first = binomial_size(null, assumed, target).first_reached
    assert (first.n, first.lowest) == expected[:2]
    assert first.power == pytest.approx(expected[2], abs=5e-7)
    if expected[3] is not None:
        assert first.error == pytest.approx(expected[3], abs=5e-7)


@given(st.integers(1, 200), st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_the_exact_binomial_test_keeps_its_error(n: int, p: float, q: float) -> None:
    if abs(p - q) < 1e-6:
        return
    made = binomial_test(p, q, n, Target(alpha=0.05))
    assert made.error <= 0.05 + 1e-12
    tail = stats.binom.sf(made.lowest - 1, n, p) + stats.binom.cdf(made.highest, n, p)
    assert made.error == pytest.approx(float(tail), abs=1e-12)
    assert stats.binom.sf(made.lowest - 2, n, p) > 0.025  # one fewer is too many


def test_every_size_from_the_needed_one_has_the_power() -> None:
    made = binomial_size(0.05, 0.2, ONE)
    assert made.needed.n == 33
    powers = [
        binomial_test(0.05, 0.2, n, ONE).power for n in range(33, made.horizon + 1)
    ]
    assert min(powers) >= 0.8
    assert binomial_test(0.05, 0.2, 32, ONE).power < 0.8


def test_more_than_a_hundred_thousand_participants_are_refused() -> None:
    with pytest.raises(DesignError, match="EQ802"):
        binomial_size(0.3, 0.3001)
