"""Survival of CAMIS: PROC LIFETEST, PROC PHREG and R survival."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from equipoise.stats.survival import cox, kaplan_meier, log_rank
from tests.camis.printed import Method
from tests.shared_data import shared

YEARS = (1, 3, 5)
QUARTILES = {"q25": 0.25, "median": 0.5, "q75": 0.75}


def whas500() -> pd.DataFrame:
    """The Worcester Heart Attack Study, with time in days and in rounded years."""
    data = pd.read_csv(shared("data/camis_whas500.csv"))
    data["years"] = (data["LENFOL"] / 365.25).round(2)
    return data


def curves(data: pd.DataFrame) -> dict[str, float | None]:
    """Survival with both intervals, median and quartiles of each group."""
    values: dict[str, float | None] = {}
    for group, rows in data.groupby("AFB"):
        for name, interval in {"loglog": "log-log", "log": "log"}.items():
            fit = kaplan_meier(
                rows["years"], rows["FSTAT"], interval=interval,  # type: ignore[arg-type]
                quantile_rule="sas",
            )  # fmt: skip
            for year in YEARS:
                at = fit.curve[fit.curve["time"] <= year].iloc[-1]
                values[f"afb{group}.S{year}"] = at["survival"]
                values[f"afb{group}.S{year}.{name}.lower"] = at["lower"]
                values[f"afb{group}.S{year}.{name}.upper"] = at["upper"]
            quantiles = fit.quantiles.set_index("quantile")
            for label, quantile in QUARTILES.items():
                key = f"afb{group}.{label}" + (".log" if name == "log" else "")
                row = quantiles.loc[quantile]
                values |= {key: row["time"], f"{key}.lower": row["lower"],
                           f"{key}.upper": row["upper"]}  # fmt: skip
    return values


def tests(data: pd.DataFrame) -> dict[str, float | None]:
    """Log-rank, Gehan's and the stratified test, in years."""
    time, event, group = data["years"], data["FSTAT"], data["AFB"]
    plain = log_rank(time, event, group)
    gehan = log_rank(time, event, group, weights="gehan")
    return {
        "logrank.chisq": plain.statistic,
        "logrank.p": plain.p,
        "wilcoxon.chisq": gehan.statistic,
        "wilcoxon.p": gehan.p,
        "stratified.logrank.p": log_rank(time, event, group, data["GENDER"]).p,
    }


def hazards(data: pd.DataFrame) -> dict[str, float | None]:
    """Hazard ratios of AFB 0 to AFB 1."""
    values: dict[str, float | None] = {}
    without = {"without": (data["AFB"] == 0).astype(float)}
    for name, fit in {
        "cox.days.breslow": cox(data["LENFOL"], data["FSTAT"], without, ties="breslow"),
        "cox.years.efron": cox(data["years"], data["FSTAT"], without),
        "stratified.cox.years.efron": cox(
            data["years"], data["FSTAT"], without, strata=data["GENDER"]
        ),
    }.items():
        [row] = fit.coefficients.to_dict("records")
        values |= {
            f"{name}.coef": row["coef"],
            f"{name}.se": row["std_error"],
            f"{name}.chisq": row["z"] ** 2,
            f"{name}.p": row["p"],
            f"{name}.hr": row["hazard_ratio"],
            f"{name}.hr.lower": row["lower"],
            f"{name}.hr.upper": row["upper"],
        }
    return values


def ours() -> Mapping[str, float | None]:
    """Everything."""
    data = whas500()
    return curves(data) | tests(data) | hazards(data)


METHOD = Method(
    file="survival_whas500",
    title="Kaplan-Meier, log-rank and Cox",
    call='kaplan_meier(years, event, interval="log-log", quantile_rule="sas")\n'
    "log_rank(years, event, group, strata=gender)\n"
    'cox(days, event, {"without": group == 0}, ties="breslow")',
    ours=ours,
    tolerance={
        "cox.days.breslow.chisq": (1e-4, "PROC PHREG stops at 1e-8 of its criterion")
    },
    why=(
        "SAS's default interval is log-log, R's is log; SAS's default ties are Breslow's, "
        "R's are Efron's. Here: log-log and Efron, and the other by name.",
        "SAS prints a quantile that its curve reaches only at the last event; a curve that "
        "lies on one half and has no event afterwards has three answers, by "
        "`quantile_rule`.",
        "Years rounded to two decimals give other ties than days: log-rank 10.8943 here, "
        "10.9000 in the next section.",
    ),
)
