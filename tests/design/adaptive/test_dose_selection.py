"""Integration over the interim look, against R, other integrals and laws."""

from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from equipoise.design.adaptive.dose_selection import (
    critical_value,
    operating_characteristics,
)
from equipoise.design.adaptive.doses import Doses
from equipoise.errors import DesignError


def by_multivariate_normal(
    design: Doses, effects: list[float], limit: float
) -> tuple[float, float]:
    """Of the first dose: goes on, and is claimed by the pooled test.

    Means of doses at the look, of the control, and of both arms in the second stage are
    independent; what must be above 0 are linear functions of them.
    """
    n, m, r, k = design.first, design.second, design.ratio, design.doses
    spread = [1 / n] * k + [1 / (r * n), 1 / m, 1 / (r * m)]
    mean = [*effects, 0.0, effects[0], 0.0]
    rows = [[1.0] + [0.0] * (k + 2) for _ in range(1, k)]
    for j, row in enumerate(rows, start=1):
        row[j] = -1.0
    last = [0.0] * (k + 3)
    last[0], last[k], last[k + 1], last[k + 2] = n, -n, m, -m
    A = np.array([*rows, last]) / (n + m)
    shift = [0.0] * (k - 1) + [limit * sqrt((1 + r) / (r * (n + m)))]
    mu, S = A @ mean - shift, A @ np.diag(spread) @ A.T
    going = stats.multivariate_normal.cdf(mu[:-1], None, S[:-1, :-1], abseps=1e-7)
    both = stats.multivariate_normal.cdf(mu, None, S, abseps=1e-7, releps=1e-7)
    return float(going), float(both)


@pytest.mark.reference
@pytest.mark.parametrize("ratio", [1.0, 1.5])
def test_the_pooled_test_by_multivariate_normal_integration(ratio: float) -> None:
    design = Doses(doses=3, first=20, second=35, ratio=ratio, alpha=0.05, test="pooled")
    limit = critical_value(design)
    for effects in ([0.0, 0.0, 0.0], [0.5, 0.2, -0.1], [0.1, 0.4, 0.3]):
        going, claimed = by_multivariate_normal(design, effects, limit)
        found = operating_characteristics(design, effects)
        assert found.going[0] == pytest.approx(going, abs=2e-6)
        assert found.claimed[0] == pytest.approx(claimed, abs=2e-6)


@pytest.mark.reference
def test_the_multiarm_package() -> None:
    # R multiarm (Grayling), defaults of build_dtl_norm: 2 doses, alpha 0.025, 49 in each
    # arm and stage, effect 0.5, marginal power 0.9: e = 2.17
    design = Doses(doses=2, first=49, second=49, alpha=0.025, test="pooled")
    assert critical_value(design) == pytest.approx(2.17, abs=0.005)
    assert operating_characteristics(design, [0.5, 0.0]).best >= 0.9
    smaller = Doses(doses=2, first=48, second=48, alpha=0.025, test="pooled")
    assert operating_characteristics(smaller, [0.5, 0.0]).best < 0.9


def test_with_one_dose_it_is_the_plain_test() -> None:
    for test in ("combination", "pooled"):
        design = Doses(doses=1, first=10, second=30, test=test)
        found = operating_characteristics(design, [6.0], 12.0)
        wanted = stats.norm.sf(stats.norm.isf(0.025) - 0.5 * sqrt(20))
        assert found.power == pytest.approx(wanted, abs=1e-9)
        assert found.bias[0] == pytest.approx(0.0, abs=1e-9)


designs = st.builds(
    Doses,
    doses=st.integers(2, 5),
    first=st.floats(3, 60),
    second=st.floats(3, 60),
    ratio=st.floats(0.5, 2.5),
    alpha=st.sampled_from([0.01, 0.025, 0.05]),
    futility=st.sampled_from([-inf, -1.0, 0.0, 1.0]),
    test=st.sampled_from(["combination", "pooled"]),
)


@pytest.mark.property
@settings(deadline=None, max_examples=30)
@given(designs, st.lists(st.floats(-1, 1.5), min_size=5, max_size=5))
def test_the_error_is_kept_whatever_works(design: Doses, effects: list[float]) -> None:
    """Strong control: effects of every sign, the error only of doses without one."""
    assert (
        operating_characteristics(design, effects[: design.doses]).error
        <= design.alpha + 1e-9
    )


@pytest.mark.property
@settings(deadline=None, max_examples=20)
@given(designs)
def test_without_a_bound_all_of_the_error_is_used(design: Doses) -> None:
    none = operating_characteristics(design, [0.0] * design.doses)
    if design.futility == -inf:
        assert none.error == pytest.approx(design.alpha, abs=1e-8)
        assert sum(none.going) == pytest.approx(1.0, abs=1e-9)
    else:
        assert none.error < design.alpha


def test_a_binding_bound_gives_the_error_back() -> None:
    words = {"doses": 3, "first": 20, "second": 20, "futility": 0.5, "test": "pooled"}
    loose, tight = Doses(**words), Doses(**words, binding=True)
    assert critical_value(tight) < critical_value(loose)
    assert operating_characteristics(tight, [0, 0, 0]).error == pytest.approx(
        0.025, abs=1e-9
    )


def test_stopping_is_when_no_dose_is_above_the_bound() -> None:
    design = Doses(doses=3, first=12, second=20, ratio=1.5, futility=0.4)
    effects = [0.1, 0.0, -0.3]
    z = [design.drifts(e, 1.0)[0] for e in effects]
    S = np.full((3, 3), design.correlation) + (1 - design.correlation) * np.eye(3)
    wanted = stats.multivariate_normal.cdf([0.4] * 3, z, S, abseps=1e-7, releps=1e-7)
    found = operating_characteristics(design, effects)
    assert found.stopped == pytest.approx(wanted, abs=2e-6)
    mean = design.start + (1 - wanted) * 20 * 2.5
    assert found.size == pytest.approx(mean, abs=1e-3)


def test_the_better_of_two_equal_doses_looks_better_than_it_is() -> None:
    """The larger of two independent standard normal means is 1 / root of pi above."""
    design = Doses(doses=2, first=16, second=48)
    found = operating_characteristics(design, [1.0, 1.0], 2.0)
    assert found.bias == pytest.approx([0.25 * 2 / 4 / sqrt(np.pi)] * 2, abs=1e-9)


def test_what_cannot_be_integrated_is_refused() -> None:
    with pytest.raises(DesignError, match="EQ805"):
        operating_characteristics(
            Doses(doses=3, first=9, second=9, keep=2), [0.1, 0.2, 0.3]
        )
    with pytest.raises(DesignError) as refusal:
        operating_characteristics(Doses(doses=3, first=9, second=9), [0.1, inf], -1.0)
    assert {p.code for p in refusal.value.problems} == {"EQ801", "EQ805"}
    assert len(refusal.value.problems) == 3
