"""The smallest interaction: published numbers, and the power of the regression itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from equipoise.learn.detectable import (
    participants_for_interaction,
    smallest_interaction,
)


@pytest.mark.parametrize(
    ("n", "halves"), [(30, 2.05), (60, 1.45), (200, 0.79), (300, 0.65)]
)
def test_four_standard_errors_of_a_mean(n: int, halves: float) -> None:
    """11.2 / sqrt(n): Brookes et al. 2004, J Clin Epidemiol 57:229-236."""
    assert smallest_interaction(n).halves == pytest.approx(halves, abs=0.005)
    assert smallest_interaction(n).per_sd == pytest.approx(halves / 2, abs=0.005)


def test_by_t_it_has_its_power_in_a_regression() -> None:
    """The noncentral t of the regression with arm, group and their product."""
    n = 32
    found = smallest_interaction(n, quantiles="t").halves
    noncentrality = found / (4 / np.sqrt(n))
    limit = stats.t(n - 4).ppf(0.975)
    assert stats.nct(n - 4, noncentrality).sf(limit) == pytest.approx(0.8, abs=0.01)


def test_unequal_groups_find_less() -> None:
    assert smallest_interaction(60, share=0.1).halves > smallest_interaction(60).halves
    assert (
        smallest_interaction(60, treated=0.8).per_sd > smallest_interaction(60).per_sd
    )


@pytest.mark.parametrize(
    "stated", [{"n": 5}, {"share": 0.0}, {"treated": 1.0}, {"power": 0.04}]
)
def test_impossible_numbers_are_refused(stated: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="n below 6"):
        smallest_interaction(**{"n": 30, **stated})  # type: ignore[arg-type]


@pytest.mark.parametrize("share", [0.5, 0.3])
@pytest.mark.parametrize("size", [0.3, 0.8, 1.7])
def test_the_participants_are_the_fewest_that_find_it(
    size: float, share: float
) -> None:
    n = participants_for_interaction(size, share=share, power=0.9)
    kept = {"share": share, "power": 0.9}
    assert smallest_interaction(n, **kept).halves <= size * (1 + 1e-9)
    assert n == 6 or smallest_interaction(n - 1, **kept).halves > size


def test_a_difference_of_0_is_never_found() -> None:
    with pytest.raises(ValueError, match="never found"):
        participants_for_interaction(0.0)
