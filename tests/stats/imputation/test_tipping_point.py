"""The tipping point, against a search."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from equipoise.stats.imputation.multiple_imputation import imputed_draws
from equipoise.stats.imputation.reference_based import (
    ImputedDifferences,
    reference_based,
)
from equipoise.stats.imputation.tipping_point import tipping_point
from tests.shared_data import shared
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


@pytest.mark.reference
def test_by_rubins_rules_it_is_what_sas_finds() -> None:
    """CAMIS, tipping point by delta adjustment: SAS 2.28063 under MAR, M = 500.

    Its delta is that of an estimate with Monte Carlo error: here and there about 0.018
    points, divided by the 0.243 points that the estimate moves for a point: 0.075 each.
    Tolerance: four standard errors of the difference, 0.42. The jackknife gives 2.439.
    Under JR the interval of SAS (-4.37658 to 0.13320) includes zero already.
    """
    people = pd.read_csv(shared("data/antidepressant_data.csv"), dtype={"PATIENT": str})
    gender = people.drop_duplicates("PATIENT").set_index("PATIENT")["GENDER"]
    asked = antidepressant()
    frame = asked.frame
    female = (frame["participant"].map(gender) == "F").astype(float)
    asked = replace(
        asked,
        formula=asked.formula.replace("us(", "female + us("),
        frame=frame.assign(female=female),
        covariates=("BASVAL", "female"),
    )
    draws = imputed_draws(asked, "MAR", 200, 1)
    assert draws.slope[3] == pytest.approx(0.24301, abs=5e-5)  # printed by SAS
    delta = tipping_point(draws, 3)
    assert delta == pytest.approx(2.28063, abs=0.42)
    assert draws.pooled(3, delta=delta).p == pytest.approx(0.05, abs=1e-8)
    assert tipping_point(imputed_draws(asked, "JR", 200, 1), 3) == 0.0


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_by_rubins_rules_the_interval_touches_zero_there(sign: float) -> None:
    asked = question(3, 60)
    shift = 9.0 * sign * (asked.frame["arm"] == "b")
    asked = replace(asked, frame=asked.frame.assign(y=asked.frame["y"] + shift))
    draws = imputed_draws(asked, "MAR", 100, 1)
    delta = tipping_point(draws, 2)
    assert delta is not None
    assert np.sign(delta) == -sign  # what is worse for the treated arm
    at = draws.pooled(2, delta=delta)
    assert_allclose(min(abs(at.lower), abs(at.upper)), 0, atol=1e-8)
    before = draws.pooled(2, delta=0.99 * delta)
    assert before.lower * before.upper > 0


def test_by_rubins_rules_nothing_imputed_nothing_tips() -> None:
    asked = question()
    draws = imputed_draws(asked, "MAR", 20, 1)
    still = replace(draws, slope=0 * draws.slope, estimate=draws.estimate - 50)
    assert tipping_point(still, 2) is None
