"""Superiority, non-inferiority and equivalence of means, against SAS, R and PowerTOST."""

from math import log, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from equipoise.design.fixed.mean_comparison import MeanComparison, tost_power
from equipoise.design.fixed.means import ancova, means
from equipoise.design.requirements import Target
from equipoise.errors import DesignError


def plan(alpha: float = 0.05, power: float = 0.8, **more: Any) -> MeanComparison:
    return MeanComparison(**more, target=Target(alpha=alpha, power=power, sides=1))


def equivalence(**more: Any) -> MeanComparison:
    return plan(hypothesis="equivalence", **more)


PAIRED: dict[str, Any] = {"layout": "paired", "correlation": 0.5}


@pytest.mark.parametrize(
    ("design", "total"),
    [
        # SAS PROC POWER as printed by the CAMIS project: TWOSAMPLEMEANS TEST=EQUIV_DIFF
        (equivalence(difference=0, sd=8, margin=5), 90),
        (equivalence(difference=0.01, sd=0.1, lower=-0.04, upper=0.06), 140),
        # ONESAMPLEMEANS TEST=EQUIV (110 to 150, SD 50), PAIREDMEANS TEST=EQUIV_DIFF
        (equivalence(difference=0, sd=50, margin=20, **PAIRED), 55),
        (equivalence(difference=-10, sd=20, lower=-35, upper=15, **PAIRED), 8),
        (
            equivalence(
                alpha=0.025, difference=-0.1, sd=0.2, lower=-0.3, upper=0.1, **PAIRED
            ),
            13,
        ),
        # SAS 102, rpact 100.3: non-inferiority, margin half a standard deviation
        (plan(difference=0, sd=0.1, margin=0.05, hypothesis="noninferiority"), 102),
    ],
)
def test_printed_sizes_of_sas(design: MeanComparison, total: int) -> None:
    assert sum(design.rounded()) == total


@pytest.mark.parametrize(
    ("cv", "total", "power"),
    [(0.20, 20, 0.834680), (0.25, 28, 0.807439), (0.30, 40, 0.815845)],
)
def test_bioequivalence(cv: float, total: int, power: float) -> None:
    """R PowerTOST sampleN.TOST(theta0 = 0.95, design = "2x2"), its six digits."""
    design = equivalence(
        difference=log(0.95), sd=sqrt(log(1 + cv**2)), margin=log(1.25),
        layout="crossover",
    )  # fmt: skip
    assert sum(design.rounded()) == total
    assert design.power(total / 2, total / 2) == pytest.approx(power, abs=5e-7)


def test_a_paired_t_test() -> None:
    """R 4.2.2: power.t.test(delta = 5, sd = 10, power = 0.8, type = "paired") 33.3672."""
    design = MeanComparison(difference=5, sd=10, layout="paired", correlation=0.5)
    assert design.size().first == pytest.approx(33.3672, abs=5e-5)
    assert design.rounded() == (34, 0)


def test_parallel_arms_are_those_of_means_and_ancova() -> None:
    target = Target(power=0.9, ratio=2)
    plain = MeanComparison(difference=-0.4, sd=1, target=target)
    assert plain.size().first == pytest.approx(means(0.4, 1, target).first, rel=1e-9)
    adjusted = MeanComparison(difference=0.4, sd=1, correlation=0.6, target=target)
    assert adjusted.size().first == pytest.approx(
        ancova(0.4, 1, 0.6, target).first, rel=1e-9
    )


@given(st.floats(-3, 3), st.floats(0.5, 8), st.integers(2, 60), st.floats(0.005, 0.2))
def test_equivalence_is_rarer_than_either_one_sided_test(
    centre: float, half: float, df: int, alpha: float
) -> None:
    """Both tests must reject; at least the sum of their powers less 1 (Bonferroni)."""
    lower, upper = centre - half, centre + half
    power = tost_power(lower, upper, df, alpha)
    critical = stats.t.isf(alpha, df)
    one = float(stats.nct.sf(critical, df, -lower))
    other = float(stats.nct.sf(critical, df, upper))
    assert max(0.0, one + other - 1) - 1e-9 <= power <= min(one, other) + 1e-9


@given(st.floats(0.5, 6), st.integers(3, 40))
def test_the_error_at_a_margin_is_at_most_alpha(width: float, df: int) -> None:
    assert tost_power(0.0, width, df, 0.05) <= 0.05 + 1e-12


@pytest.mark.calibration
def test_power_over_simulated_trials() -> None:
    """20,000 trials of 10 + 10 (seed 18, 2026-12-02): 70.5% simulated, 70.7% exact.

    The tolerance is 4 Monte Carlo errors of 0.33 percentage points.
    """
    design = equivalence(difference=0.2, sd=1, margin=1.3)
    z = stats.norm.rvs(size=(2, 20_000, 10), random_state=18)
    first, second = z[0] + 0.2, z[1]
    pooled = (first.var(axis=1, ddof=1) + second.var(axis=1, ddof=1)) / 2
    half = stats.t.isf(0.05, 18) * np.sqrt(pooled * 0.2)
    found = first.mean(axis=1) - second.mean(axis=1)
    inside = (found - half > -1.3) & (found + half < 1.3)
    assert inside.mean() == pytest.approx(design.power(10, 10), abs=0.0132)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"difference": 0, "sd": 1}, "EQ801"),
        ({"difference": 1, "sd": 1, "margin": 1}, "EQ809"),
        ({"difference": 1, "sd": 1, "hypothesis": "noninferiority"}, "EQ801"),
        ({"difference": float("nan"), "sd": 1}, "EQ801"),
    ],
)
def test_what_does_not_fit_is_refused(options: dict[str, Any], code: str) -> None:
    with pytest.raises(DesignError, match=code):
        MeanComparison(**options)


def test_margins_are_needed_and_hold_the_difference() -> None:
    for options in (
        {"difference": 0, "sd": 1, "hypothesis": "noninferiority"},
        {"difference": -2, "sd": 1, "hypothesis": "noninferiority", "margin": 1},
        {"difference": 0, "sd": 1, "hypothesis": "equivalence", "lower": -1},
        {"difference": 1, "sd": 1, "hypothesis": "equivalence", "margin": 1},
    ):
        with pytest.raises(DesignError, match="EQ811"):
            plan(**options)
    with pytest.raises(DesignError, match="EQ809"):
        equivalence(difference=0, sd=1, margin=1, correlation=0.5)
