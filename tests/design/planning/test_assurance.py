"""Assurance, against numerical integration in R and its own laws."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.fixed.means import power_of_means
from equipoise.design.planning.assurance import Prior, assurance, assurance_question
from equipoise.design.planning.assured_trials import assured_means
from equipoise.design.requirements import Target
from equipoise.errors import DesignError

SE = 0.122451229662  # of g = 0.27 (0.03 to 0.51)


@pytest.mark.parametrize(
    ("n", "sceptical", "spread", "expected"),
    [
        (308, 0.0, None, 0.6080422877),
        (600, 0.0, None, 0.7718869266),
        (308, 0.3, 0.1, 0.4466529842),
    ],
)
def test_integrate_in_r(n: int, sceptical: float, spread, expected: float) -> None:
    """R 4.2.2: integrate(pt(ncp = d / se, lower.tail = FALSE) * dnorm), rel.tol 1e-10."""
    prior = Prior(estimate=0.27, std_error=SE, sceptical=sceptical, sceptical_sd=spread)
    made = assurance(prior, 1.0, n / 2, n / 2, Target())
    assert made == pytest.approx(expected, abs=1e-7)


@settings(max_examples=40, deadline=None)
@given(
    st.floats(-1, 2), st.floats(0.05, 1), st.floats(0, 0.9), st.integers(4, 300)
)  # fmt: skip
def test_assurance_is_below_the_probability_of_a_benefit_or_error(
    estimate: float, se: float, weight: float, n: int
) -> None:
    """A trial succeeds by a benefit, or by an error of at most 2.5%."""
    prior = Prior(estimate=estimate, std_error=se, sceptical=weight)
    made = assurance(prior, 1.0, n, n, Target())
    assert 0 <= made <= prior.benefit + 0.025
    assert assurance(prior, 1.0, 4 * n, 4 * n, Target()) >= made - 0.025


def test_certainty_is_power() -> None:
    prior = Prior(estimate=0.5, std_error=1e-6)
    power = power_of_means(64, 64, 0.5, Target())
    assert assurance(prior, 1.0, 64, 64, Target()) == pytest.approx(power, abs=1e-6)


def test_no_size_beyond_the_probability_of_benefit() -> None:
    prior = Prior(estimate=0.27, std_error=SE, sceptical=0.5)
    with pytest.raises(DesignError, match="EQ802"):
        assurance_question(
            prior, assured_means(1.0, Target()), Target(power=0.8)
        ).participants()
    made = assurance_question(prior, assured_means(1.0, Target()), Target(power=0.5))
    assert made.power(made.participants()) >= 0.5
    with pytest.raises(DesignError, match="--sceptical-sd"):
        Prior(estimate=1, std_error=1, sceptical_sd=1)
