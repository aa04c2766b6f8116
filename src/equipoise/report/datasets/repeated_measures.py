"""ADQS: ratings of the continuous endpoints, one row for each participant and visit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.continuous import model_frame
from equipoise.analyze.plan import column_of, visits
from equipoise.dataset.attendance import attendance
from equipoise.dataset.derive import baseline, score_table, visit_days
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.report.datasets.dataset import Dataset, Variable, dataset, stacked
from equipoise.report.datasets.trial import Trial, arm_variables, parameter_variables

RESPONSE = {"value": "AVAL", "change": "CHG", "percent-change": "PCHG"}


def repeated_measures(trial: Trial) -> Dataset | None:
    """Every randomized participant at baseline and at every visit of each endpoint.

    The rows flagged ``ANL01FL`` are those that the model was fitted to, with its own
    values; the others say in ``EXCLRS`` why they were not.

    Source: CDISC ADaM Implementation Guide 1.3, section 3.3 (BDS).
    """
    endpoints = trial.of_type("continuous")
    if not endpoints:
        return None
    covariates = trial.covariates(endpoints)
    rows = stacked([_endpoint(trial, e, covariates) for e in endpoints])
    return dataset(
        "ADQS",
        "Continuous endpoints, by visit",
        "a participant, an endpoint and a visit",
        [*_variables(trial), *trial.covariate_variables(covariates)],
        rows,
        dummy=trial.dummy,
    )


def _endpoint(trial: Trial, endpoint: Endpoint, covariates: list[str]) -> pd.DataFrame:
    score = endpoint.variable.score or ""
    start = trial.protocol.schedule.baseline
    order = list(dict.fromkeys([start, *visits(trial.protocol, endpoint)]))
    arm = trial.analyzed_as(endpoint)
    keys = ["participant", "visit"]
    index = pd.MultiIndex.from_product(
        [sorted(trial.data.arm.index), order], names=keys
    )
    table = index.to_frame(index=False)
    columns = trial.arm_columns(table["participant"], arm)
    rated = score_table(trial.data, score).dropna(subset="value").set_index(keys)
    base = baseline(trial.data, trial.protocol, score)
    value = rated["value"].reindex(index).to_numpy(float)
    started = table["participant"].map(base).to_numpy(float)
    change = value - started
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = np.where(started != 0, 100 * change / started, np.nan)
    days = visit_days(trial.data, trial.protocol).set_index(keys)["day"]
    labels = {visit.id: visit.label for visit in trial.protocol.schedule.visits}
    columns |= {
        "PARAMCD": trial.parameters[endpoint.id],
        "PARAM": endpoint.label,
        "AVISIT": table["visit"],
        "AVISITN": table["visit"].map(trial.visit_numbers),
        "VISIT": table["visit"].map(labels),
        "ADY": np.where(np.isnan(value), np.nan, days.reindex(index).to_numpy(float)),
        "AVAL": value,
        "BASE": started,
        "CHG": change,
        "PCHG": percent,
        "ABLFL": np.where((table["visit"] == start) & ~np.isnan(value), "Y", None),
    }
    for name in covariates:
        own = trial.people[name] if name in endpoint.analysis.covariates else {}
        columns[trial.characteristics[name]] = table["participant"].map(own)
    return _flagged(trial, endpoint, index, pd.DataFrame(columns))


def _flagged(
    trial: Trial, endpoint: Endpoint, index: pd.MultiIndex, table: pd.DataFrame
) -> pd.DataFrame:
    """The rows with the flag of those in the model, its response, and reasons."""
    try:
        frame = model_frame(trial.protocol, trial.data, endpoint)
    except AnalysisError as refusal:
        return table.assign(ANL01FL=None, EXCLRS=refusal.problems[0].what)
    frame = frame.set_index(["participant", "visit"])
    needed = ["outcome", *(column_of(name) for name in endpoint.analysis.covariates)]
    used = frame.dropna(subset=needed)
    inside = index.isin(used.index)
    response = RESPONSE[endpoint.variable.measure]
    modelled = used["outcome"].reindex(index).to_numpy(float)
    table[response] = np.where(inside, modelled, table[response])
    table["ANL01FL"] = np.where(inside, "Y", None)
    table["EXCLRS"] = _reasons(trial, endpoint, index, table, frame, inside)
    return table


def _reasons(
    trial: Trial,
    endpoint: Endpoint,
    index: pd.MultiIndex,
    table: pd.DataFrame,
    frame: pd.DataFrame,
    inside: Any,
) -> list[str | None]:
    modelled = set(visits(trial.protocol, endpoint))
    chosen = trial.protocol.analysis_set(endpoint.estimand.population)
    held = attendance(trial.data, trial.protocol).set_index(["participant", "visit"])
    held = held.reindex(index)
    lacking = {
        name: frame[column_of(name)].isna()
        for name in endpoint.analysis.covariates
        if column_of(name) in frame
    }
    reasons: list[str | None] = []
    for n, key in enumerate(index):
        if inside[n] or key[1] not in modelled:
            reasons.append(None)
        elif pd.isna(table["TRTA"].iloc[n]):
            reasons.append(f"not in the analysis set: {chosen.label}")
        elif np.isnan(table["AVAL"].iloc[n]):
            reasons.append(_unrated(held.iloc[n]))
        elif key not in frame.index:
            reasons.append("after an intercurrent event (hypothetical strategy)")
        else:
            missing = [name for name, gone in lacking.items() if gone[key]]
            reasons.append(f"missing: {', '.join(missing) or 'change from baseline'}")
    return reasons


def _unrated(visit: pd.Series[Any]) -> str:
    """Why there is no rating, as far as the data show."""
    if visit["held"]:
        return "visit held, but the score is missing"
    if pd.notna(visit["expected"]) and not visit["expected"]:
        return "not rated: the visit was not expected"
    why = visit["reason"]
    return f"visit not held{'' if pd.isna(why) else f': {why}'}"


def _variables(trial: Trial) -> list[Variable]:
    response = "; ".join(
        f"{trial.parameters[e.id]}: {RESPONSE[e.variable.measure]}"
        for e in trial.of_type("continuous")
    )
    return [
        *arm_variables(trial),
        *parameter_variables(trial, "continuous"),
        Variable(
            "AVISIT", "Analysis visit", "Char", "id of the visit, as in results.json"
        ),
        Variable(
            "AVISITN",
            "Analysis visit (N)",
            "Num",
            "order of the visit in the schedule",
            values="; ".join(f"{n} = {v}" for v, n in trial.visit_numbers.items()),
        ),
        Variable("VISIT", "Visit name", "Char", "label of AVISIT"),
        Variable(
            "ADY",
            "Analysis relative day",
            "Num",
            "actual day of the visit, else its planned day",
            unit="d",
            values="missing without a rating",
            source="equipoise.dataset.derive.visit_days",
        ),
        Variable(
            "AVAL",
            "Analysis value",
            "Num",
            "score, derived from its items or as recorded",
            values="missing without a rating",
            source="equipoise.dataset.derive.score_table",
        ),
        Variable("BASE", "Baseline value", "Num", "AVAL at the baseline visit"),
        Variable("CHG", "Change from baseline", "Num", "AVAL - BASE"),
        Variable(
            "PCHG",
            "Percent change from baseline",
            "Num",
            "100 * CHG / BASE; missing if BASE is 0",
            unit="%",
        ),
        Variable("ABLFL", "Baseline record flag", "Char", "Y at the baseline visit"),
        Variable(
            "ANL01FL",
            "Used in the model of the endpoint",
            "Char",
            f"Y: the row was fitted; response of the model: {response}",
            values="Y or missing",
            source="equipoise.analyze.continuous.model_frame",
        ),
        Variable(
            "EXCLRS",
            "Reason not used in the model",
            "Char",
            "for rows of visits of the model without ANL01FL",
        ),
    ]
