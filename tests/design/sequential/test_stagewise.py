"""Inference after stopping: against rpact, by laws, and by simulated trials."""

from math import exp, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from equipoise.design.sequential.boundaries import Rule
from equipoise.design.sequential.plan import Sequential, sequential
from equipoise.design.sequential.stagewise import normal_pivot, stagewise, t_pivot
from tests.reference_results import reference

RPACT = reference("design/final_analysis")


def up_to(design: Sequential, analyses: int) -> Sequential:
    return Sequential(
        design.timing[:analyses], design.upper[:analyses], design.lower[:analyses],
        design.alpha, design.power, design.drift, design.binding,
    )  # fmt: skip


def one_analysis(alpha: float = 0.025) -> Sequential:
    none, bound = np.array([-np.inf]), stats.norm.isf(alpha)
    return Sequential(np.ones(1), np.array([bound]), none, alpha, 0.9, 3.24, False)


@pytest.mark.reference
@pytest.mark.parametrize("case", RPACT["cases"], ids=lambda case: case["name"])
def test_rpact(case: dict) -> None:  # type: ignore[type-arg]
    design = sequential(
        Rule(kind=case["rule"], parameter=case["parameter"]), case["timing"],
        alpha=case["alpha"],
    )  # fmt: skip
    assert design.upper.tolist() == pytest.approx(case["critical"], rel=RPACT["rtol"])
    information = case["events"] / 4  # of the log hazard ratio, as Schoenfeld
    z = case["z"]
    found = stagewise(
        up_to(design, case["stage"]), z,
        normal_pivot(z / sqrt(information), 1 / sqrt(information)), information,
    )  # fmt: skip
    assert found.p / 2 == pytest.approx(case["final_p"], rel=RPACT["rtol"])
    assert exp(found.estimate) == pytest.approx(case["estimate"], rel=RPACT["rtol"])
    assert exp(found.lower) == pytest.approx(case["lower"], rel=RPACT["rtol"])
    assert exp(found.upper) == pytest.approx(case["upper"], rel=RPACT["rtol"])


@settings(max_examples=30, deadline=None)
@given(
    t=st.floats(-6, 6),
    df=st.floats(2, 200),
    error=st.floats(0.05, 20),
    level=st.floats(0.8, 0.99),
)
def test_with_one_analysis_it_is_the_ordinary_test_and_interval(
    t: float, df: float, error: float, level: float
) -> None:
    z = float(np.copysign(-stats.norm.ppf(stats.t.sf(abs(t), df)), t))
    pivot = t_pivot(t * error, error, df)
    found = stagewise(one_analysis(), z, pivot, error**-2, level=level)
    half = float(stats.t.ppf(0.5 + level / 2, df)) * error
    assert found.p == pytest.approx(2 * stats.t.sf(abs(t), df), rel=1e-9)
    assert found.estimate == pytest.approx(t * error, abs=1e-7 * error)
    assert found.lower == pytest.approx(t * error - half, abs=1e-7 * half)
    assert found.upper == pytest.approx(t * error + half, abs=1e-7 * half)


KINDS = st.sampled_from(["lan-demets-of", "lan-demets-pocock"])


@settings(max_examples=15, deadline=None)
@given(kind=KINDS, first=st.floats(0.2, 0.8), z=st.floats(-4, 4), last=st.booleans())
def test_significant_exactly_where_a_boundary_is_crossed(
    kind: str, first: float, z: float, last: bool
) -> None:
    design = sequential(Rule(kind=kind), [first, 1.0])  # type: ignore[arg-type]
    part = up_to(design, 2 if last else 1)
    found = stagewise(part, z, normal_pivot(z, 1.0), 1.0)
    bound = float(part.upper[-1])
    if abs(abs(z) - bound) > 1e-5:
        if last:
            assert (found.p < 0.05) == (abs(z) > bound)
            assert (found.lower > 0 or found.upper < 0) == (abs(z) > bound)
        elif abs(z) > bound:
            assert found.p < 0.05
    assert found.lower < found.estimate < found.upper


@settings(max_examples=10, deadline=None)
@given(first=st.floats(0.2, 0.8), z=st.floats(-3, 3))
def test_the_other_direction_is_the_mirror_image(first: float, z: float) -> None:
    design = sequential(Rule(kind="lan-demets-pocock"), [first, 1.0])
    one, other = (
        stagewise(design, s * z, normal_pivot(s * z, 1.0), 1.0) for s in (1, -1)
    )
    assert one.p == pytest.approx(other.p, abs=1e-7)
    assert one.estimate == pytest.approx(-other.estimate, abs=1e-6)
    assert one.lower == pytest.approx(-other.upper, abs=1e-6)


def test_the_p_value_by_simulated_brownian_motion() -> None:
    """400,000 paths under no effect, by sums of increments and no integral."""
    timing = np.array([0.3, 0.7, 1.0])
    design = sequential(Rule(kind="lan-demets-pocock"), timing.tolist())
    steps = np.diff(np.concatenate([[0.0], timing]))
    paths = np.random.RandomState(7).standard_normal((400_000, 3)) * np.sqrt(steps)
    z = np.cumsum(paths, axis=1) / np.sqrt(timing)
    observed = 2.1
    stopped = np.zeros(len(z), dtype=bool)
    higher = np.zeros(len(z), dtype=bool)
    for k, bound in enumerate(design.upper[:-1]):
        higher |= ~stopped & (z[:, k] >= bound)
        stopped |= np.abs(z[:, k]) >= bound
    higher |= ~stopped & (z[:, -1] >= observed)
    share = higher.mean()
    found = stagewise(design, observed, normal_pivot(observed, 1.0), 1.0)
    error = sqrt(share * (1 - share) / len(z))
    assert found.p / 2 == pytest.approx(share, abs=4 * error)


def test_binding_futility_counts_and_non_binding_does_not() -> None:
    rule, lost = Rule(kind="lan-demets-of"), Rule(kind="lan-demets-pocock")
    plain = sequential(rule, [0.5, 1.0])
    free = sequential(rule, [0.5, 1.0], futility=lost)
    bound = sequential(rule, [0.5, 1.0], futility=lost, binding=True)
    p = [stagewise(d, 1.9, normal_pivot(1.9, 1.0), 1.0).p for d in (plain, free, bound)]
    assert p[0] == pytest.approx(p[1], rel=1e-9)
    assert p[2] < p[0]


@pytest.mark.calibration
@pytest.mark.parametrize("drift", [0.0, 2.0, 3.3])
def test_coverage_and_median_in_simulated_trials(drift: float) -> None:
    """2,000 trials of 3 analyses: coverage is known to 0.5%, the median's rank to 1.1%."""
    timing = np.array([0.3, 0.7, 1.0])
    design = sequential(Rule(kind="lan-demets-pocock"), timing.tolist())
    steps = np.diff(np.concatenate([[0.0], timing]))
    rng = np.random.RandomState(11)
    hits = above = 0
    for _ in range(2000):
        score = np.cumsum(rng.standard_normal(3) * np.sqrt(steps) + drift * steps)
        z = score / np.sqrt(timing)
        crossed = np.abs(z) >= design.upper
        k = int(crossed.argmax()) if crossed.any() else 2
        error = 1 / sqrt(timing[k])
        found = stagewise(
            up_to(design, k + 1), z[k], normal_pivot(z[k] * error, error), timing[k]
        )
        hits += found.lower <= drift <= found.upper
        above += found.estimate > drift
    assert hits / 2000 == pytest.approx(0.95, abs=0.015)
    assert above / 2000 == pytest.approx(0.5, abs=0.035)


def test_a_ratio_is_estimated_on_its_logarithm() -> None:
    found = stagewise(one_analysis(), 1.0, normal_pivot(log(2), log(2)), log(2) ** -2)
    assert exp(found.estimate) == pytest.approx(2.0)
