"""Each endpoint against closed forms, simulated trials and its own plan."""

from math import log, sqrt

import numpy as np
import pytest
from scipy import special, stats

from equipoise.design.planning.assurance import Prior, assurance_question, over_prior
from equipoise.design.planning.assured_trials import (
    assured_events,
    assured_means,
    assured_proportions,
    assured_repeated,
)
from equipoise.design.planning.events import TimeToEvent
from equipoise.design.planning.proportions import two_proportions
from equipoise.design.planning.repeated import RepeatedMeasures
from equipoise.design.requirements import Target
from equipoise.numerics.rng import stream

TARGET = Target(power=0.7)
MIXED = RepeatedMeasures(
    difference=5, sd=10.5, correlation=0.6, visits=4, dropout=0.2, target=TARGET
)
EVENTS = TimeToEvent(
    hazard_ratio=0.5, hazard=log(2) / 6, accrual=24, follow_up=6, target=TARGET
)


def test_the_closed_form_of_o_hagan() -> None:
    """O'Hagan, Stevens and Campbell 2005: Phi((m - z se) / sqrt(se^2 + s^2)), known SD.

    With 20,000 participants the t and the normal distribution differ by less than 1e-4.
    """
    prior = Prior(estimate=0.03, std_error=0.02)
    trial = assured_means(1.0, TARGET)
    se = sqrt(4 / 20_000)
    closed = special.ndtr((0.03 - TARGET.z[0] * se) / sqrt(se**2 + 0.02**2))
    made = over_prior(prior, lambda x: trial.power(20_000, x))
    assert made == pytest.approx(closed, abs=1e-4)


def test_success_and_benefit_are_a_bivariate_normal_probability() -> None:
    """Kunzmann et al. 2021, Am Stat 75:424-432: success and an effect above 0, jointly.

    Estimate and effect are bivariate normal with covariance s^2; known SD.
    """
    prior = Prior(estimate=0.03, std_error=0.02)
    trial = assured_means(1.0, TARGET)
    se = sqrt(4 / 20_000)
    joint = stats.multivariate_normal(
        mean=[-0.03, -0.03], cov=[[se**2 + 4e-4, 4e-4], [4e-4, 4e-4]]
    ).cdf([-TARGET.z[0] * se, 0.0])
    made = over_prior(prior, lambda x: trial.power(20_000, x) * (x > 0))
    # Half a node of the quadrature is the error of the step at 0.
    assert made == pytest.approx(joint, abs=2e-3)


@pytest.mark.parametrize(
    ("trial", "prior", "n"),
    [
        (assured_proportions(0.3, TARGET), Prior(estimate=0.7, std_error=0.4), 150),
        (assured_events(EVENTS), Prior(estimate=0.5, std_error=0.25), 200),
        (assured_repeated(MIXED), Prior(estimate=4, std_error=2, sceptical=0.3), 120),
    ],
)
def test_integration_and_monte_carlo_agree(trial, prior: Prior, n: int) -> None:
    """Effects drawn from the prior; within four Monte Carlo errors."""
    rng, draws = stream(20, "test of assurance"), 20_000
    parts = prior.components
    which = rng.choice(len(parts), size=draws, p=[w for w, _, _ in parts])
    means, spreads = (np.array([p[k] for p in parts])[which] for k in (1, 2))
    power = trial.power(n, rng.normal(means, spreads))
    made = over_prior(prior, lambda x: trial.power(n, x))
    assert abs(made - power.mean()) < 4 * power.std() / sqrt(draws)


def test_trials_of_two_proportions_as_simulated() -> None:
    """Effect and outcomes drawn, Fisher's test of each table by scipy."""
    rng, trials = stream(20, "test of assured proportions"), 3_000
    first = special.expit(special.logit(0.3) + rng.normal(0.7, 0.4, trials))
    a, b = rng.binomial(40, first), rng.binomial(40, 0.3, trials)
    p = {
        (x, y): stats.fisher_exact([[x, 40 - x], [y, 40 - y]])[1]
        for x, y in set(zip(a.tolist(), b.tolist(), strict=True))
    }
    won = np.array(
        [x > y and p[x, y] <= 0.05 for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    )
    trial = assured_proportions(0.3, TARGET)
    made = over_prior(Prior(estimate=0.7, std_error=0.4), lambda x: trial.power(80, x))
    assert abs(made - won.mean()) < 4 * sqrt(won.var() / trials)


@pytest.mark.parametrize("n", [60, 900])
def test_a_certain_proportion_has_its_exact_power(n: int) -> None:
    effect = special.logit(0.5) - special.logit(0.3)
    power = two_proportions(0.5, 0.3, TARGET).power(n)
    made = assured_proportions(0.3, TARGET).power(n, np.array([effect]))[0]
    # Above 250 an arm the normal approximation with continuity correction.
    assert made == pytest.approx(power, abs=2e-4 if n < 500 else 1e-2)


def test_certainty_is_the_power_of_the_plan() -> None:
    power = EVENTS.power(100)
    made = assured_events(EVENTS).power(100, np.array([-log(0.5)]))[0]
    assert made == pytest.approx(power, abs=1e-12)
    mixed = assured_repeated(MIXED).power(100, np.array([5.0]))[0]
    assert mixed == pytest.approx(MIXED.power(100), abs=1e-12)


def test_the_size_of_an_exact_test_has_the_assurance() -> None:
    prior = Prior(estimate=0.9, std_error=0.3)
    question = assurance_question(
        prior, assured_proportions(0.3, TARGET, dropout=0.1), TARGET
    )
    n = question.participants()
    assert question.power(n) >= 0.7
    assert question.power(n - 20) < 0.7
