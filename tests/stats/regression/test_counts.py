"""Regression of counts: SAS, R, statsmodels, and counts without an estimate."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from equipoise.errors import AnalysisError
from equipoise.stats.regression import CountRegression, count_regression
from tests.printed_numbers import disagreements, printed
from tests.shared_data import shared
from tests.stats.regression.test_ancova import R, example


def polyps(**options: Any) -> CountRegression:
    frame = pd.read_csv(shared("data/camis_polyps.csv"))
    return count_regression(
        frame, outcome="number", arm="treat", covariates=["age"], reference="placebo",
        **options,
    )  # fmt: skip


def numbers(fit: CountRegression, head: str, means: str) -> dict[str, float]:
    coef, ours = fit.coefficients.set_index("term"), {}
    for term, name in {
        "(Intercept)": "(Intercept)",
        "treat[T.drug]": "treat",
        "age": "age",
    }.items():
        ours[f"{head}.coef.{name}"] = coef.loc[term, "estimate"]
        ours[f"{head}.se.{name}"] = coef.loc[term, "std_error"]
    for end in ("lower", "upper"):
        ours[f"{head}.{end}.treat"] = coef.loc["treat[T.drug]", end]
    for row in fit.means.itertuples():
        ours[f"{head}.{means}.{row.treat}"] = row.estimate
        ours[f"{head}.{means}.{row.treat}.se"] = row.std_error
    return ours


@pytest.mark.reference
def test_every_number_of_genmod() -> None:
    poisson, nb = polyps(family="poisson"), polyps()
    p = nb.coefficients.set_index("term")["p"]
    ours = (
        numbers(poisson, "poisson", "lsmean")
        | numbers(nb, "nb", "lsmean-om")
        | {
            "nb.p.treat": p["treat[T.drug]"],
            "nb.p.age": p["age"],
            "nb.dispersion": nb.dispersion,
            "nb.dispersion.se": nb.dispersion_error,
        }
    )
    assert len(ours) == 28
    assert disagreements(ours, printed("counts_polyps", "SAS")) == {}


@pytest.mark.reference
def test_every_number_of_r() -> None:
    """MASS::glm.nb stops its search of theta at 1e-8: the printed digits."""
    nb, quasi = polyps(information="expected"), polyps(family="quasi-poisson")
    row = nb.coefficients.set_index("term").loc["treat[T.drug]"]
    ours = {
        "r.nb.coef.treat": row["estimate"],
        "r.nb.se.treat": row["std_error"],
        "r.nb.p.treat": row["p"],
        "r.nb.theta": 1 / nb.dispersion,
        "quasi.se.treat": quasi.coefficients["std_error"][1],
    }
    assert disagreements(ours, printed("counts_polyps", "R")) == {}
    # R prints 10.72805: glm stops at a relative change of the deviance of 1e-8, and its
    # Pearson residuals are those of the iteration before; with epsilon = 1e-14 it has this.
    assert quasi.dispersion == pytest.approx(10.72782938, rel=1e-8)


@pytest.mark.reference
def test_rates_are_those_of_glm() -> None:
    case, near = R["cases"]["rates"], {"rel": R["rtol"]}
    call = {"outcome": "k", "arm": "arm", "covariates": ["x"], "exposure": "t"}
    for family, errors in (("poisson", "se"), ("quasi-poisson", "quasi_se")):
        fit = count_regression(example(), family=family, **call)
        assert fit.coefficients["estimate"].tolist() == pytest.approx(
            case["coef"], **near
        )
        assert fit.coefficients["std_error"].tolist() == pytest.approx(
            case[errors], **near
        )
    assert fit.dispersion == pytest.approx(case["dispersion"], **near)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"k": [0.0, 1, 2] * 12}, "no event in the arm C"),
        ({"k": 1.5}, "36 values that are not a count"),
        ({"t": -1.0}, "36 exposures are zero or negative"),
    ],
)
def test_what_cannot_be_estimated_is_refused(change: dict[str, Any], text: str) -> None:
    frame = example().assign(**change)
    with pytest.raises(AnalysisError, match=text):
        count_regression(frame, outcome="k", arm="arm", exposure="t")


@pytest.mark.property
@pytest.mark.parametrize("scale", [0.001, 7.0])
def test_units_of_time_change_rates_and_not_ratios(scale: float) -> None:
    frame = example()
    moved = frame.assign(t=frame["t"] * scale, x=5 - 100 * frame["x"])
    call = {"outcome": "k", "arm": "arm", "covariates": ["x"], "exposure": "t"}
    one, other = (count_regression(f, **call) for f in (frame, moved))
    assert other.ratios["ratio"].tolist() == pytest.approx(one.ratios["ratio"].tolist())
    rates = other.means["rate"] * scale
    assert rates.tolist() == pytest.approx(one.means["rate"].tolist())
    assert np.isfinite(other.dispersion)
