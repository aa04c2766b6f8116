"""ADRESP: binary endpoints and incidences, one row for each participant."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.binary.estimates import outcomes
from equipoise.analyze.binary.intercurrent_events import counted
from equipoise.analyze.safety.adverse_events import observed_members
from equipoise.analyze.safety.event_flags import flag
from equipoise.analyze.safety.treatment_emergent import emergent_events
from equipoise.dataset.derive import baseline, holds
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.report.datasets.dataset import (
    Dataset,
    Variable,
    dataset,
    flagged,
    stacked,
)
from equipoise.report.datasets.trial import (
    Trial,
    arm_variables,
    parameter_columns,
    parameter_variables,
    visit_decode,
)

WORDS = {True: "Y", False: "N"}


def responses(trial: Trial) -> Dataset | None:
    """Every randomized participant for each binary endpoint and each incidence.

    Incidences of adverse events are excluded under a dummy allocation: an event of one
    participant can disclose the treatment.

    Source: CDISC ADaM Implementation Guide 1.3, section 3.3 (BDS).
    """
    endpoints = answered(trial)
    if not endpoints:
        return None
    covariates = trial.covariates(endpoints)
    rows = stacked([_endpoint(trial, e, covariates) for e in endpoints])
    return dataset(
        "ADRESP",
        "Binary endpoints and incidences",
        "a participant and an endpoint",
        [*_variables(trial), *trial.covariate_variables(covariates)],
        rows,
        dummy=trial.dummy,
    )


def answered(trial: Trial) -> list[Endpoint]:
    """The endpoints that have rows."""
    kinds = ("binary",) if trial.dummy else ("binary", "incidence")
    return trial.of_type(*kinds)


def _endpoint(trial: Trial, endpoint: Endpoint, covariates: list[str]) -> pd.DataFrame:
    people = pd.Series(sorted(trial.data.arm.index))
    arm = trial.analyzed_as(endpoint)
    make = _incidence if endpoint.type == "incidence" else _binary
    columns = trial.arm_columns(people, arm) | {
        **parameter_columns(trial, endpoint),
        "AVISIT": trial.visit_labels.get(endpoint.variable.at or ""),
        "AVISITID": endpoint.variable.at,
        "BASE": None,
        **{trial.characteristics[name]: None for name in covariates},
    }
    try:
        columns |= make(trial, endpoint, people)
    except AnalysisError as refusal:
        blank = dict.fromkeys(("AVAL", "AVALC", "OBSVALC", "IMPFL", "ANL01FL"))
        columns |= blank | {"EXCLRS": refusal.problems[0].what}
    return pd.DataFrame(columns)


def _binary(trial: Trial, endpoint: Endpoint, people: pd.Series[Any]) -> dict[str, Any]:
    table = outcomes(trial.protocol, trial.data, endpoint).set_index("participant")
    name, at = endpoint.variable.definition or "", endpoint.variable.at or ""
    observed = people.map(holds(trial.data, trial.protocol, name, at))
    outcome = people.map(table["outcome"])
    inside = people.isin(table.index)
    counts = counted(table["outcome"], table["arm"], endpoint.analysis.missing)
    value = people.map(counts).astype("boolean")
    imputed = inside & outcome.isna() & value.notna()
    used = inside & value.notna()
    score = trial.protocol.definition(name).score or ""
    chosen = trial.protocol.analysis_set(endpoint.estimand.population)
    columns = {
        "AVAL": value.astype("Float64"),
        "AVALC": value.map(WORDS),
        "OBSVALC": observed.astype("boolean").map(WORDS),
        "IMPFL": flagged(imputed),
        "ANL01FL": flagged(used),
        "EXCLRS": np.select(
            [~inside, inside & ~used],
            [
                f"not in the analysis set: {chosen.label}",
                "no value, and none is imputed",
            ],
            default="",
        ),
        "BASE": people.map(baseline(trial.data, trial.protocol, score)),
    }
    for covariate in endpoint.analysis.covariates:
        if covariate != "baseline":
            variable = trial.characteristics[covariate]
            columns[variable] = people.map(trial.people[covariate])
    return columns


def _incidence(
    trial: Trial, endpoint: Endpoint, people: pd.Series[Any]
) -> dict[str, Any]:
    """Whether each participant had an event of the kind, by the rules of the incidence."""
    members = trial.analyzed_as(endpoint)
    arm = observed_members(trial.protocol, trial.data, members)
    emergent = emergent_events(trial.protocol, trial.data, arm.index)
    kind = endpoint.variable.events or "all"
    flags = flag(emergent.rows, kind)
    having = set(emergent.rows.loc[flags.fillna(False).astype(bool), "participant"])
    unknown = set(emergent.rows.loc[flags.isna(), "participant"]) - having
    inside = people.isin(arm.index) & ~people.isin(list(unknown))
    inside &= emergent.collected
    met = people.isin(list(having)).astype("boolean").where(inside)
    chosen = trial.protocol.analysis_set(endpoint.estimand.population)
    reasons = (
        (~people.isin(members.index), f"not in the analysis set: {chosen.label}"),
        (pd.Series(not emergent.collected, index=people.index), str(emergent.note())),
        (~people.isin(arm.index), "not observed since day 0"),
        (people.isin(list(unknown)), f"not recorded whether an event was {kind}"),
    )
    return {
        "AVAL": met.astype("Float64"),
        "AVALC": met.map(WORDS),
        "OBSVALC": met.map(WORDS),
        "IMPFL": None,
        "ANL01FL": flagged(inside),
        "EXCLRS": np.select(
            [rows for rows, _ in reasons], [text for _, text in reasons], default=""
        ),
    }


def _variables(trial: Trial) -> list[Variable]:
    return [
        *arm_variables(trial),
        *parameter_variables(trial, "binary", "incidence"),
        Variable(
            "AVISIT",
            "Analysis Visit",
            "Char",
            "label of the visit of the outcome",
            values="missing for incidences",
        ),
        Variable(
            "AVISITID",
            "Analysis Visit (ID)",
            "Char",
            "id of the visit in the protocol, as in results.json",
            values=visit_decode(trial),
        ),
        Variable(
            "AVAL",
            "Analysis Value",
            "Num",
            "1 has the outcome, 0 does not; after intercurrent events and imputation",
            values="1, 0; missing if not analyzed",
            source="scores, intercurrent events and adverse events of the endpoint",
        ),
        Variable("AVALC", "Analysis Value (C)", "Char", "AVAL as text", values="Y, N"),
        Variable(
            "OBSVALC",
            "Outcome as Observed",
            "Char",
            "before intercurrent events and imputation",
            values="Y, N; missing if it was not observed",
            source="scores and adverse events",
        ),
        Variable(
            "IMPFL",
            "Imputed as Not Having the Outcome",
            "Char",
            "Y: no value; counted as a failure as the protocol states",
            values="Y or missing",
        ),
        Variable(
            "ANL01FL",
            "Analysis Flag 01",
            "Char",
            "Y: counted in the denominator of the endpoint",
            values="Y or missing",
        ),
        Variable(
            "EXCLRS", "Reason Not Analyzed", "Char", "for every row without ANL01FL"
        ),
        Variable(
            "BASE",
            "Baseline Value",
            "Num",
            "of the score of the outcome, for adjusted analyses",
        ),
    ]
