"""The plan of means with clusters: values of other programs, laws, simulated trials."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from equipoise.design.planning.clusters import ClusteredMeans
from equipoise.design.planning.question import plan_question
from equipoise.design.requirements import Target
from equipoise.errors import DesignError
from equipoise.numerics.rng import stream

TRIALS = 20_000


@pytest.mark.parametrize(
    ("clusters", "size", "difference", "icc", "power"),
    [(10, 8, 5, 0.05, 0.7304924830), (4, 5, 10, 0.1, 0.6089542576)],
)
def test_clusters_of_one_size_have_the_power_of_their_means(
    clusters: int, size: int, difference: float, icc: float, power: float
) -> None:
    """R 4.2.2 power.t.test(n = clusters, sd = 10 * sqrt(icc + (1 - icc) / size))."""
    made = ClusteredMeans(difference=difference, sd=10, cluster_size=size, icc=icc)
    assert made.power(2 * clusters * size) == pytest.approx(power, abs=1e-8)


def test_the_size_before_rounding() -> None:
    """R power.t.test(power = 0.9, delta = 5, ...)$n of clusters of 6: 18.52765708."""
    made = ClusteredMeans(
        difference=5, sd=10, cluster_size=6, icc=0.05, target=Target(power=0.9)
    )
    # the root of R is found to 1.2e-4 of a cluster (uniroot)
    assert made.size().first / 6 == pytest.approx(18.52765708, abs=2e-4)
    assert made.arms() == (114, 114)


def test_the_standard_error_with_clusters_in_one_arm() -> None:
    """R clusterPower, cpa.irgtt.normal (Moerbeek and Wong 2008): 77.81084 controls.

    Its manual: 10 clusters of 10, difference 0.5, variances 0.1, 0.9 and 1, power 80%
    by normal quantiles.
    """
    made = ClusteredMeans(
        difference=0.5, sd=1, cluster_size=10, icc=0.1, clustered="first",
        target=Target(ratio=100 / 77.81084),
    )  # fmt: skip
    error, _ = made.precision(177.81084)
    assert 0.5 / error == pytest.approx(
        stats.norm.ppf(0.975) + stats.norm.ppf(0.8), abs=1e-5
    )


@pytest.mark.parametrize(("clusters", "size", "controls"), [(5, 6, 30), (12, 8, 60)])
def test_the_power_is_that_of_simulated_trials(
    clusters: int, size: int, controls: int
) -> None:
    """Welch's t test of cluster means against participants.

    Four Monte Carlo standard errors are 1.4 points; estimated degrees of freedom move
    the power by less than one with five clusters.
    """
    rng = stream(1, "clusters")
    made = ClusteredMeans(
        difference=0.7, sd=1, cluster_size=size, icc=0.1, clustered="first",
        target=Target(ratio=clusters * size / controls),
    )  # fmt: skip
    means = rng.normal(0.7, sqrt(0.1 + 0.9 / size), (TRIALS, clusters))
    others = rng.normal(size=(TRIALS, controls))
    found = stats.ttest_ind(means, others, axis=1, equal_var=False)
    rejected = np.mean((found.pvalue < 0.05) & (found.statistic > 0))
    assert made.power(clusters * size + controls) == pytest.approx(rejected, abs=0.024)


def test_dropout_thins_the_clusters() -> None:
    """Outcomes K of a cluster of 9 are binomial: 1 + (E K^2 / E K - 1) icc."""
    made = ClusteredMeans(difference=5, sd=10, cluster_size=9, icc=0.2, dropout=0.3)
    kept = stats.binom(9, 0.7)
    expected = 1 + (kept.moment(2) / kept.moment(1) - 1) * 0.2
    assert made.effect == pytest.approx(expected, rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    difference=st.floats(1, 20), size=st.floats(1.5, 30), icc=st.floats(0, 0.5),
    variation=st.floats(0, 1), ratio=st.sampled_from([0.5, 1.0, 2.0, 3.0]),
    dropout=st.floats(0, 0.5), clustered=st.sampled_from(["both", "first"]),
)  # fmt: skip
def test_the_planned_size_has_its_power(
    difference, size, icc, variation, ratio, dropout, clustered
) -> None:
    target = Target(ratio=ratio)
    made = ClusteredMeans(
        difference=difference, sd=10, cluster_size=size, icc=icc, variation=variation,
        clustered=clustered, dropout=dropout, target=target,
    )  # fmt: skip
    n = sum(made.arms())
    assert n >= made.least
    assert made.power(n) >= 0.8 - 1e-9
    assert made.power(1.1 * n) >= made.power(n)
    without = ClusteredMeans(
        difference=difference, sd=10, cluster_size=size, icc=0, variation=variation,
        clustered=clustered, dropout=dropout, target=target,
    )  # fmt: skip
    assert without.size().total <= made.size().total + 1e-6


def test_a_plan_states_its_clusters() -> None:
    made = ClusteredMeans(
        difference=5, sd=10, cluster_size=6, icc=0.05, clustered="first"
    )
    plan = plan_question(made.question(), source="Feder2021")
    first, second = made.arms()
    assert plan.participants == first + second
    assert first % 6 == 0
    assert f"{first // 6} clusters in the first arm" in plan.protocol
    assert "Moerbeek" in plan.protocol
    assert plan.sensitivity[0].participants == plan.participants


def test_two_clusters_of_an_arm_are_the_fewest() -> None:
    made = ClusteredMeans(difference=50, sd=1, cluster_size=6, icc=0.05)
    assert made.clusters(sum(made.arms())) == (2, 2)
    with pytest.raises(DesignError, match="EQ801"):
        plan_question(made.question(), 23)


@pytest.mark.parametrize(
    "wrong",
    [
        {"difference": 0}, {"sd": 0}, {"cluster_size": 0.5}, {"icc": 1}, {"icc": -0.1},
        {"variation": -1}, {"dropout": 1}, {"cluster_size": 1, "variation": 0.3},
    ],
)  # fmt: skip
def test_impossible_numbers_are_refused(wrong: dict) -> None:  # type: ignore[type-arg]
    values = {"difference": 5, "sd": 10, "cluster_size": 6, "icc": 0.05, **wrong}
    with pytest.raises(DesignError, match="EQ801"):
        ClusteredMeans(**values)
