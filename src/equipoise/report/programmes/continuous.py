"""R and SAS program of the mixed model of a continuous endpoint."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from equipoise.analyze.plan import visits
from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.population import SITE
from equipoise.report.datasets.dataset import Dataset
from equipoise.report.datasets.repeated_measures import RESPONSE
from equipoise.report.datasets.trial import Trial
from equipoise.report.programmes.expected import (
    FIELDS,
    Number,
    numbers,
    of_endpoint,
)
from equipoise.report.programmes.mapping import ORDERED, r_options, sas_options
from equipoise.report.programmes.programme import Programme

CANNOT = (
    "A cell of arm and visit has no rating: LSMEANS shows what can be estimated, and the "
    "differences of the report are among its DIFF rows."
)
UNRATED = (
    "The model has no rating at {names}. The distance between visits counts in this "
    "structure: PROC MIXED takes the visits around it as neighbors, the report does not."
)


def mixed_model(
    trial: Trial, endpoint: Endpoint, item: Dataset, results: Results
) -> Programme:
    """The model of the endpoint with its adjusted means and differences."""
    rows = item.frame[item.frame["PARAMCD"] == trial.parameters[endpoint.id]]
    rows = rows[rows["ANL01FL"].eq("Y").fillna(False)]
    planned = visits(trial.protocol, endpoint)
    rated = [v for v in planned if rows["AVISITID"].eq(v).any()]
    unrated = [v for v in planned if v not in rated]
    ordered = endpoint.analysis.covariance in ORDERED
    arms = [a for a in trial.arm_numbers if rows["TRTAID"].eq(a).any()]
    versus = endpoint.estimand.treatment.versus
    cells = rows.groupby(["TRTAID", "AVISITID"]).ngroups
    complete = cells == len(arms) * len(rated)
    keep = bool(unrated) and ordered
    single = len(rated) == 1
    sas = sas_options(endpoint.analysis)
    notes = [CANNOT] if not complete else []
    notes += (
        [UNRATED.format(names=", ".join(map(trial.visit_labels.__getitem__, unrated)))]
        if keep
        else []
    )
    made = _numbers(trial, endpoint, results)
    kept = {FIELDS[f] for f in ("lower", "upper", "p")} if "df" in sas.same else set()
    kept |= set(sas.same)
    return Programme(
        endpoint=endpoint,
        template="mmrm",
        about="mixed model for repeated measures, " + _named(endpoint),
        dataset=item,
        numbers=made,
        sas_numbers=[n for n in made if n.name.rpartition(": ")[2] in kept],
        notes=notes,
        texts={
            **_terms(trial, endpoint, rows, single=single),
            "arms": _labelled(trial.arm_labels, arms, first=versus),
            "visits": _labelled(trial.visit_labels, planned if keep else rated),
            "single": single,
            "complete": complete and not keep,
            "keep_visits": keep,
            "covariance": endpoint.analysis.covariance,
            "df_name": endpoint.analysis.df,
            "r": r_options(endpoint.analysis),
            "residual_df": single or endpoint.analysis.df == "residual",
            "sas": sas,
            "arm_codes": _codes(trial.arm_numbers, trial.arm_labels, arms),
            "visit_codes": _codes(trial.visit_numbers, trial.visit_labels, rated),
            "contrasts": _contrasts(trial, endpoint, arms, rated) if complete else [],
        },
    )  # fmt: skip


def _named(endpoint: Endpoint) -> str:
    how = endpoint.analysis
    vcov = "" if how.vcov == "model" else f", {how.vcov} covariance of the coefficients"
    return f"covariance {how.covariance}, degrees of freedom {how.df}{vcov}"


def _terms(
    trial: Trial, endpoint: Endpoint, rows: pd.DataFrame, *, single: bool
) -> dict[str, Any]:
    """The fixed effects in R and SAS, and the kinds of their variables."""
    kinds = {c.id: c.type for c in trial.protocol.characteristics} | {SITE: "category"}
    fixed = ["TRTA" if single else "TRTA * AVISIT"]
    sas = ["TRTAN"] if single else ["TRTAN", "AVISITN", "TRTAN*AVISITN"]
    factors: list[str] = []
    numeric: list[str] = []
    for name in endpoint.analysis.covariates:
        variable = "BASE" if name == "baseline" else trial.characteristics[name]
        if rows[variable].nunique() < 2:
            continue  # a covariate without variation is not in the model of the report
        category = name != "baseline" and kinds[name] == "category"
        (factors if category else numeric).append(variable)
        fixed.append(variable)
        sas.append(variable)
        if name in endpoint.analysis.by_visit and not single:
            fixed.append(f"{variable}:AVISIT")
            sas.append(f"{variable}*AVISITN")
    response = RESPONSE[endpoint.variable.measure]
    return {
        "fixed": " + ".join(fixed),
        "sas_fixed": " ".join(sas),
        "factors": factors,
        "numeric": [response, *numeric],
        "numbers_at_mean": numeric,
        "response": response,
    }


def _contrasts(
    trial: Trial, endpoint: Endpoint, arms: list[str], rated: list[str]
) -> list[dict[str, str]]:
    """Coefficients of the ESTIMATE statements: arms by number, visits in order."""
    pair = endpoint.estimand.treatment
    sign = {pair.arm: 1, pair.versus: -1}
    if not set(sign) <= set(arms):
        return []
    main = " ".join(str(sign.get(arm, 0)) for arm in arms)
    made = []
    for visit in rated:
        cells = " ".join(
            str(sign.get(arm, 0) if v == visit else 0) for arm in arms for v in rated
        )
        compared = trial.contrast(f"{pair.arm} - {pair.versus}")
        label = f"{compared} at {trial.visit_labels[visit]}"
        crossed = f" TRTAN*AVISITN {cells}" if len(rated) > 1 else ""
        made.append({"label": label, "weights": f"TRTAN {main}{crossed}"})
    return made


def _codes(known: dict[str, int], labels: dict[str, str], names: list[str]) -> str:
    return ", ".join(f"{known[name]} = {labels[name]}" for name in names)


def _labelled(
    labels: dict[str, str], names: Iterable[str], *, first: str = ""
) -> list[tuple[str, str]]:
    """Ids with labels in the order of the names, one of them first."""
    ordered = sorted(names, key=lambda name: name != first) if first else names
    return [(name, labels[name]) for name in ordered]


def _numbers(trial: Trial, endpoint: Endpoint, results: Results) -> list[Number]:
    rows = of_endpoint(results, endpoint.id, "difference", "ls-mean")
    return [n for row in rows for n in numbers(_name(trial, row), row)]


def _name(trial: Trial, row: Estimate) -> str:
    at = trial.visit_labels.get(row.visit or "", row.visit)
    return f"{trial.contrast(row.contrast or '')} at {at}"
