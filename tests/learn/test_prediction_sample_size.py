"""Riley's smallest samples: those of R's pmsampsize 1.1.3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from equipoise.learn.prediction_sample_size import (
    binary_sample,
    continuous_sample,
    survival_sample,
)
from tests.learn.actg175 import reference


def sizes(known: dict[str, Any]) -> list[float]:
    return [row[0] for row in known["results_table"]["values"][:3]]


def test_continuous_outcomes() -> None:
    for known in reference("learn_sample_size")["continuous"]:
        found = continuous_sample(known["rsquared"], known["parameters"])
        assert [found.shrinkage, found.optimism, found.precision] == sizes(known)
        assert found.n == known["sample_size"]


def test_binary_outcomes() -> None:
    for known in reference("learn_sample_size")["binary"]:
        found = binary_sample(
            known["csrsquared"], known["parameters"], known["prevalence"]
        )
        assert [found.shrinkage, found.optimism, found.precision] == sizes(known)
        assert found.n == known["sample_size"]


@pytest.mark.parametrize(("r2", "n"), [(0.051, 4286), (0.065, 3335)])
def test_survival_of_the_paper(r2: float, n: int) -> None:
    """Venous thromboembolism: Riley et al. 2019, section 5, in years."""
    found = survival_sample(r2, 25, rate=0.065, follow_up=2.07, at=2)
    assert found.shrinkage == found.n == n


def test_the_unit_of_time_changes_nothing() -> None:
    years = survival_sample(0.05, 5, rate=0.4, follow_up=1.5, at=1)
    days = survival_sample(0.05, 5, rate=0.4 / 365, follow_up=1.5 * 365, at=365)
    assert years == days


@pytest.mark.parametrize(
    "call",
    [
        lambda: continuous_sample(0, 5),
        lambda: continuous_sample(0.95, 5),
        lambda: continuous_sample(0.1, 0),
        lambda: continuous_sample(float("nan"), 5),
        lambda: binary_sample(0.1, 5, 0),
        lambda: binary_sample(0.8, 5, 0.44),
        lambda: survival_sample(0.1, 5, rate=0, follow_up=1, at=1),
    ],
)
def test_impossible_numbers_are_refused(call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"R²|prevalence|rate"):
        call()
