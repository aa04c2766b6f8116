"""Closed testing in batches, against one trial at a time with other integrals."""

from itertools import combinations
from math import inf, sqrt

import numpy as np
import pytest
from scipy import stats

from equipoise.design.adaptive.closed_testing import closed_test, select_doses
from equipoise.design.adaptive.doses import Doses
from equipoise.numerics.rng import stream

Row = np.ndarray


def p_value(z: Row, correlation: float, df: float) -> float:
    """Dunnett's test by scipy's multivariate integrals."""
    k, top = len(z), float(max(z))
    if k == 1:
        return float(stats.t.sf(top, df) if np.isfinite(df) else stats.norm.sf(top))
    S = np.full((k, k), correlation) + (1 - correlation) * np.eye(k)
    return 1 - float(
        stats.multivariate_normal.cdf([top] * k, None, S, abseps=1e-5, releps=1e-5)
    )


def one_trial(z1: Row, z2: Row, going: Row, design: Doses) -> list[bool]:
    found = []
    for dose in range(design.doses):
        others = [d for d in range(design.doses) if d != dose]
        groups = [
            [dose, *rest]
            for n in range(design.doses)
            for rest in combinations(others, n)
        ]
        found.append(
            bool(going[dose])
            and all(rejected(z1, z2, going, design, group) for group in groups)
        )
    return found


def rejected(z1: Row, z2: Row, going: Row, design: Doses, group: list[int]) -> bool:
    left = [d for d in group if going[d]]
    early = stats.norm.isf(p_value(z1[group], design.correlation, inf))
    late = stats.norm.isf(p_value(z2[left], design.correlation, inf))
    share = design.first / (design.first + design.second)
    both = sqrt(share) * early + sqrt(1 - share) * late
    return bool(both >= stats.norm.isf(design.alpha))


@pytest.mark.reference
def test_a_batch_decides_as_one_trial_at_a_time() -> None:
    design = Doses(
        doses=3, first=10, second=20, ratio=1.3, keep=2, futility=-0.2, alpha=0.05
    )
    rng = stream(5, "closed")
    z1, z2 = rng.normal(1.0, 1.0, (40, 3)), rng.normal(1.4, 1.0, (40, 3))
    going = select_doses(z1, design)
    found = closed_test(z1, z2, going, design)
    assert 0 < found.sum() < going.sum()
    for i in range(len(z1)):
        assert found[i].tolist() == one_trial(z1[i], z2[i], going[i], design)


def test_with_one_dose_and_an_estimated_variance_two_t_tests_are_combined() -> None:
    design = Doses(doses=1, first=6, second=6)
    z1 = np.array([[1.2], [2.4]])
    z2 = np.array([[2.1], [1.3]])
    going = np.ones((2, 1), dtype=bool)
    scores = [stats.norm.isf(stats.t.sf(z, 10)) for z in (z1, z2)]
    wanted = (scores[0] + scores[1]) / sqrt(2) >= stats.norm.isf(0.025)
    # second stage: 6 on control less 1, and 6 less 1 for the dose
    assert (closed_test(z1, z2, going, design, (10.0, 5.0, 5.0)) == wanted).all()
    assert wanted.tolist() == [[True], [True]]
    assert not closed_test(z1 - 1, z2 - 1, going, design, (10.0, 5.0, 5.0)).any()


def test_the_best_go_on_and_the_bound_holds() -> None:
    z = np.array([[0.5, 2.0, 1.0], [-1.0, -0.5, -2.0], [1.0, 1.0, 0.2]])
    two = Doses(doses=3, first=5, second=5, keep=2, futility=0.3)
    assert select_doses(z, two).tolist() == [
        [False, True, True],
        [False, False, False],
        [True, True, False],
    ]
    one = Doses(doses=3, first=5, second=5)
    # of equal doses the one named first goes on
    assert select_doses(z, one).argmax(axis=1).tolist() == [1, 1, 0]
    assert (select_doses(z, one).sum(axis=1) == 1).all()


def test_a_dropped_dose_is_never_claimed() -> None:
    design = Doses(doses=2, first=5, second=5)
    z = np.array([[5.0, 6.0]])
    found = closed_test(z, np.array([[9.0, 4.0]]), select_doses(z, design), design)
    assert found.tolist() == [[False, True]]
