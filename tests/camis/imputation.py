"""Reference-based imputation of CAMIS: five macros of SAS, and R rbmi."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from equipoise.stats.imputation import IncompleteData, multiple_imputation
from tests.camis.printed import Method
from tests.shared_data import shared

VISIT = 3  # the last of four
DRAWS, SEED = 500, 2026
PRINTED = ("sas500", "sas5000", "r5000", "approx2000")
STRATEGIES = ("MAR", "CR", "JR", "CIR")


def incomplete() -> IncompleteData:
    """The antidepressant trial with its model and intercurrent events."""
    names = {"PATIENT": "participant", "VISIT": "visit"}
    text = {"PATIENT": str, "VISIT": str}
    frame = pd.read_csv(shared("data/antidepressant_expanded.csv"), dtype=text)
    observed = pd.read_csv(shared("data/antidepressant_data.csv"), dtype=text)
    gender = observed.drop_duplicates("PATIENT").set_index("PATIENT")["GENDER"]
    frame["male"] = (frame["PATIENT"].map(gender) == "M").astype(float)
    events = pd.read_csv(shared("data/antidepressant_ice.csv"), dtype=str)
    return IncompleteData(
        formula="CHANGE ~ THERAPY * visit + BASVAL * visit + male"
        " + us(visit | participant)",
        frame=frame.rename(columns=names),
        arm="THERAPY",
        treated="DRUG",
        reference="PLACEBO",
        covariates=("BASVAL", "male"),
        first=events.set_index("PATIENT")["VISIT"],
    )


def ours() -> Mapping[str, float | None]:
    """Rubin's rules under four strategies; the same numbers for each printed M."""
    data, values = incomplete(), {}
    for strategy in STRATEGIES:
        pooled = multiple_imputation(
            data, strategy, visit=VISIT, draws=DRAWS, seed=SEED
        )
        for start in PRINTED:
            name = f"{start}.{strategy}"
            values |= {f"{name}.{key}": getattr(pooled, attribute) for key, attribute in
                       {"est": "estimate", "se": "std_error", "df": "df", "p": "p",
                        "lower": "lower", "upper": "upper"}.items()}  # fmt: skip
    return values


WHY = (
    "four Monte Carlo standard errors of both, with 500 imputations each and a standard "
    "deviation of 0.39 between imputations"
)
ALLOWED = {"est": 0.1, "se": 0.026, "df": 6, "p": 0.015, "lower": 0.11, "upper": 0.11}
METHOD = Method(
    file="reference_based_mi",
    title="Reference-based multiple imputation",
    call='multiple_imputation(data, "JR", visit=3, draws=2000, seed=2026)',
    ours=ours,
    tolerance={f"*.{key}": (allowed, WHY) for key, allowed in ALLOWED.items()},
)
