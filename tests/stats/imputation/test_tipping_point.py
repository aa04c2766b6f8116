"""The tipping point, against a search."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.stats.imputation.reference_based import (
    ImputedDifferences,
    reference_based,
)
from equipoise.stats.imputation.tipping_point import tipping_point
from tests.stats.imputation.test_reference_based import antidepressant, question


@pytest.mark.reference
@pytest.mark.parametrize("strategy", ["MAR", "JR"])
def test_at_the_tipping_point_the_interval_touches_zero(strategy: str) -> None:
    answer = reference_based(antidepressant(), strategy)  # type: ignore[arg-type]
    delta = tipping_point(answer, 3)
    assert delta is not None
    if strategy == "JR":
        assert answer.table()["upper"][3] < 0 or delta == 0
    if delta != 0:
        assert delta > 0  # a higher score is worse
        assert_allclose(answer.table(delta=delta)["upper"][3], 0, atol=1e-9)
        assert answer.table(delta=delta * 0.99)["upper"][3] < 0
        assert answer.table(delta=delta * 1.01)["upper"][3] > 0


def made(estimate: float, slope: float, spread: float) -> ImputedDifferences:
    plain = reference_based(question(), "MAR")
    each = np.linspace(-spread, spread, 21)[:, None]
    return ImputedDifferences(
        visits=("v",),
        estimate=np.array([estimate]),
        slope=np.array([slope]),
        replicates=estimate + each,
        replicate_slopes=np.full((21, 1), slope),
        share=20 / 21,
        completed=plain.completed,
    )


def test_what_is_not_there_cannot_tip() -> None:
    assert tipping_point(made(-1.0, 0.3, 0.5), 0) == 0.0


def test_nothing_imputed_nothing_tips() -> None:
    assert tipping_point(made(-5.0, 0.0, 0.01), 0) is None


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_the_line_by_hand(sign: float) -> None:
    answer = made(sign * 5.0, 0.5, 0.01)
    delta = tipping_point(answer, 0)
    half = 1.959963984540054 * answer.table()["std_error"][0]
    assert delta == pytest.approx(-sign * (5.0 - half) / 0.5)
