"""MMRM of CAMIS: PROC MIXED and R mmrm."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

import equipoise as eq
from tests.camis.printed import Method
from tests.shared_data import shared

VISIT = "7"  # the primary visit of the antidepressant trial


def antidepressant() -> dict[str, float | None]:
    """PROC MIXED, unstructured, Satterthwaite."""
    data = pd.read_csv(
        shared("data/antidepressant_data.csv"), dtype={"VISIT": str, "PATIENT": str}
    )
    data["THERAPY"] = pd.Categorical(data["THERAPY"], ["PLACEBO", "DRUG"])
    fit = eq.mmrm(
        "CHANGE ~ THERAPY * VISIT + BASVAL * VISIT + GENDER + us(VISIT | PATIENT)",
        data,
        df="satterthwaite",
    )
    values: dict[str, float | None] = {}
    columns = {"coef": "estimate", "se": "std_error", "df": "df", "p": "p"}
    for row in fit.coefficients.to_dict("records"):
        name = "(Intercept)" if row["term"] == "Intercept" else row["term"]
        values |= {f"ad.{key}.{name}": row[column] for key, column in columns.items()}
    table = fit.contrasts("THERAPY", by="VISIT", reference="PLACEBO")
    last = table[table["VISIT"] == VISIT].iloc[0]
    values["ad.diff7"] = last["estimate"]
    for key, column in {"se": "std_error", "df": "df", "p": "p",
                        "lower": "lower", "upper": "upper"}.items():  # fmt: skip
        values[f"ad.diff7.{key}"] = last[column]
    covariance = fit.covariance.to_numpy()
    values |= {f"ad.R.{i + 1}.{j + 1}": covariance[i, j]
               for i in range(4) for j in range(i + 1)}  # fmt: skip
    return values


def fev() -> dict[str, float | None]:
    """R mmrm, unstructured, Satterthwaite."""
    data = pd.read_csv(shared("data/fev_data.csv"))
    data["SEX"] = pd.Categorical(data["SEX"], ["Male", "Female"])
    data = data[data["FEV1"].notna()]
    fit = eq.mmrm(
        "FEV1 ~ RACE + SEX + ARMCD * AVISIT + us(AVISIT | USUBJID)",
        data,
        df="satterthwaite",
    )
    values: dict[str, float | None] = {"fev.deviance": fit.deviance}
    columns = {"coef": "estimate", "se": "std_error", "df": "df", "p": "p"}
    for row in fit.coefficients.to_dict("records"):
        name = "(Intercept)" if row["term"] == "Intercept" else row["term"]
        values |= {f"fev.{key}.{name}": row[column] for key, column in columns.items()}
    means = fit.emmeans("ARMCD", by="AVISIT")
    for row in means[means["AVISIT"] == "VIS4"].to_dict("records"):
        name = f"fev.mean.{row['ARMCD']}.VIS4"
        values[name] = row["estimate"]
        values |= {f"{name}.{key}": row[column] for key, column in
                   {"se": "std_error", "df": "df", "lower": "lower",
                    "upper": "upper"}.items()}  # fmt: skip
    return values


def ours() -> Mapping[str, float | None]:
    """Both trials."""
    return antidepressant() | fev()


EARLY = "R's default optimizer stops before the maximum"
THREE = "the page shows three digits, and adds a zero"
STOP = "PROC MIXED stops at 1e-8 of its criterion"
METHOD = Method(
    file="mmrm",
    title="Mixed model for repeated measures",
    call='eq.mmrm("CHANGE ~ THERAPY * VISIT + BASVAL * VISIT + GENDER'
    ' + us(VISIT | PATIENT)", data, df="satterthwaite")',
    ours=ours,
    tolerance={
        "ad.R.*": (3e-4, STOP),
        "fev.df.*": (0.15, f"{EARLY}: 1e-3 of the degrees of freedom"),
        "fev.mean.*.se": (0.005, THREE),
        "fev.*": (6e-4, f"{EARLY}: 3e-4 standard errors"),
    },
)
