"""Generalized estimating equations: every number of PROC GEE, and refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from equipoise.errors import AnalysisError
from equipoise.stats.regression import GeeFit, gee
from tests.printed_numbers import disagreements, printed
from tests.shared_data import shared


def respiratory(**options: Any) -> GeeFit:
    frame = pd.read_csv(shared("data/camis_resp_gee.csv"))
    given = {"family": "binomial", "reference": "P", "vcov": "robust", **options}
    return gee(frame, outcome="outcome", arm="trtp", visit="avisitn",
               participant="usubjid", **given)  # fmt: skip


@pytest.mark.reference
def test_every_number_of_proc_gee_and_of_geeglm() -> None:
    fit = respiratory()
    short = ["(Intercept)", "A", "2", "3", "4", "A2", "A3", "A4"]
    names = dict(zip(fit.coefficients["term"], short, strict=True))
    ours: dict[str, float] = {}
    for row in fit.coefficients.itertuples():
        name = names[row.term]
        ours |= {
            f"coef.{name}": row.estimate,
            f"se.{name}": row.std_error,
            f"p.{name}": row.p,
        }
        if name in ("(Intercept)", "A"):
            ours[f"z.{name}"] = row.t
    some = {k: v for k, v in ours.items() if k.endswith(".A")} | {
        "coef.A2": ours["coef.A2"], "se.A2": ours["se.A2"],
    }  # fmt: skip
    some.pop("z.A")
    for number, row in enumerate(fit.effects.itertuples(), 1):
        ours |= {f"or{number}": row.ratio, f"or{number}.lower": row.ratio_lower,
                 f"or{number}.upper": row.ratio_upper, f"or{number}.p": row.p}  # fmt: skip
    assert len(ours) == 42
    assert disagreements(ours, printed("gee_binary", "SAS")) == {}
    assert disagreements(some, printed("gee_binary", "R geepack")) == {}
    naive = respiratory(vcov="model").coefficients["std_error"][1]
    assert disagreements({"naive.se.A": naive}, printed("gee_binary", "R gee::")) == {}


def test_small_sample_covariances_are_ordered() -> None:
    """Mancl-DeRouen is above Kauermann-Carroll, and that above the plain sandwich."""
    errors = {
        v: respiratory(vcov=v, structure="exchangeable").coefficients["std_error"][1]
        for v in ("robust", "kauermann-carroll", "mancl-derouen", "fay-graubard")
    }
    assert errors["robust"] < errors["kauermann-carroll"] < errors["mancl-derouen"]
    assert errors["fay-graubard"] > errors["robust"]


@pytest.mark.parametrize(
    ("change", "code"),
    [({"avisitn": 1}, "EQ403"), ({"outcome": 2}, "EQ461"), ({"outcome": 0}, "EQ469")],
)
def test_what_cannot_be_estimated_is_refused(change: dict[str, Any], code: str) -> None:
    frame = pd.DataFrame(
        {"usubjid": np.repeat(range(12), 2), "avisitn": [1, 2] * 12,
         "trtp": np.repeat([True, False], 12), "outcome": [0, 1, 1, 0] * 6}
    ).assign(**change)  # fmt: skip
    with pytest.raises(AnalysisError, match=code):
        gee(frame, outcome="outcome", arm="trtp", visit="avisitn",
            participant="usubjid", family="binomial")  # fmt: skip


def two_visits() -> pd.DataFrame:
    """Twelve participants; the third alone has the site z."""
    ids = np.repeat(range(12), 2)
    return pd.DataFrame({
        "id": ids, "visit": [1, 2] * 12, "arm": ids % 2 == 0,
        "site": np.where(ids == 3, "z", np.where(ids % 3 == 0, "a", "b")),
        "y": np.sin(np.arange(24)),
    })  # fmt: skip


@pytest.mark.parametrize("vcov", ["mancl-derouen", "kauermann-carroll"])
def test_a_participant_with_a_coefficient_alone_has_no_residual(vcov: str) -> None:
    """These covariances divide by 1 minus its leverage, which is 0."""
    call = {"outcome": "y", "arm": "arm", "visit": "visit", "participant": "id",
            "covariates": ["site"], "family": "gaussian"}  # fmt: skip
    with pytest.raises(AnalysisError, match=r"EQ469.*leverage 1"):
        gee(two_visits(), **call, vcov=vcov)
    assert gee(two_visits(), **call, vcov="fay-graubard").effects["p"].notna().all()


def test_an_outcome_that_does_not_vary_has_no_test() -> None:
    with pytest.raises(AnalysisError, match=r"EQ469.*does not vary"):
        gee(two_visits().assign(y=1.1), outcome="y", arm="arm", visit="visit",
            participant="id", family="gaussian")  # fmt: skip


def test_as_many_coefficients_as_rows_leave_no_variance() -> None:
    with pytest.raises(AnalysisError, match=r"EQ469.*4 rows do not determine 4"):
        gee(two_visits().iloc[:4], outcome="y", arm="arm", visit="visit",
            participant="id", family="gaussian")  # fmt: skip
