"""Analysis of covariance of CAMIS: PROC GLM, R lm and car."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from equipoise.stats.regression import Ancova, ancova
from tests.camis.printed import Method
from tests.shared_data import shared


def _fit(reference: str) -> Ancova:
    data = pd.read_csv(shared("data/camis_drug_trial.csv"))
    return ancova(
        data, outcome="post", arm="drug", covariates=["pre"], reference=reference
    )


def ours() -> Mapping[str, float | None]:
    """SAS compares with E, R with A."""
    fit = _fit("E")
    values: dict[str, float | None] = {"mse": fit.mse}
    for row in fit.tests.to_dict("records"):
        for number in (2, 3):
            if row["type"] == number:
                values[f"type{number}.{row['term']}.F"] = row["F"]
                values[f"type{number}.{row['term']}.p"] = row["p"]
    for row in fit.means.to_dict("records"):
        values[f"lsmean.{row['drug']}"] = row["estimate"]
        values[f"lsmean.se.{row['drug']}"] = row["std_error"]
    for first, second in ("AE", "CE", "AC"):
        found = fit.estimate({first: 1, second: -1})
        name = f"{first}-{second}"
        values |= {f"diff.{name}": found.estimate, f"se.{name}": found.std_error,
                   f"p.{name}": found.p}  # fmt: skip
    for name, weights in {"C-A": {"C": 1, "A": -1},
                          "E-CA": {"E": 2, "C": -1, "A": -1}}.items():  # fmt: skip
        found = fit.estimate(weights)
        values |= {f"estimate.{name}": found.estimate,
                   f"estimate.{name}.se": found.std_error,
                   f"estimate.{name}.p": found.p}  # fmt: skip
    names = {"drug[T.C]": "drugC", "drug[T.E]": "drugE"}
    for row in _fit("A").coefficients.to_dict("records"):
        name = names.get(row["term"], row["term"])
        values |= {f"coef.{name}": row["estimate"], f"se.{name}": row["std_error"],
                   f"p.{name}": row["p"]}  # fmt: skip
    return values


METHOD = Method(
    file="ancova",
    title="Analysis of covariance",
    call='fit = ancova(data, outcome="post", arm="drug", covariates=["pre"], '
    'reference="E")\n'
    'fit.estimate({"E": 2, "C": -1, "A": -1})  # ESTIMATE of SAS',
    ours=ours,
)
