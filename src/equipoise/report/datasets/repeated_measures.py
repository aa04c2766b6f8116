"""ADQS: ratings of the continuous endpoints, one row for each participant and visit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.continuous import model_frame
from equipoise.analyze.endpoint_model import endpoint_model
from equipoise.analyze.plan import column_of, visits
from equipoise.dataset.derive import baseline, score_table, visit_days
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.report.datasets.dataset import (
    Dataset,
    Variable,
    dataset,
    flagged,
    stacked,
)
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
        "ABLFL": flagged((table["visit"] == start) & ~np.isnan(value)),
    }
    for name in covariates:
        used = name in endpoint.analysis.covariates
        values = table["participant"].map(trial.people[name])
        columns[trial.characteristics[name]] = values if used else None
    return _flagged(trial, endpoint, index, pd.DataFrame(columns))


def _flagged(
    trial: Trial, endpoint: Endpoint, index: pd.MultiIndex, table: pd.DataFrame
) -> pd.DataFrame:
    """The rows with the flag of those in the model, its response, and reasons."""
    keys = ["participant", "visit"]
    try:
        frame = model_frame(trial.protocol, trial.data, endpoint)
        model = endpoint_model(trial.protocol, endpoint, frame)
    except AnalysisError as refusal:
        return table.assign(ANL01FL=None, EXCLRS=refusal.problems[0].what)
    used = model.complete.set_index(keys)
    inside = index.isin(used.index)
    response = RESPONSE[endpoint.variable.measure]
    modelled = used["outcome"].reindex(index).to_numpy(float)
    table[response] = np.where(inside, modelled, table[response])
    table["ANL01FL"] = flagged(inside)
    labels = {visit.id: visit.label for visit in trial.protocol.schedule.visits}
    left_out = {visit.visit: visit.describe(labels) for visit in model.left_out}
    reasons = _Reasons(trial, endpoint, frame.set_index(keys), left_out)
    asked = set(visits(trial.protocol, endpoint))
    table["EXCLRS"] = [
        None
        if used_row or key[1] not in asked
        else reasons.of(key, rated=not np.isnan(value), member=pd.notna(arm))
        for key, used_row, value, arm in zip(
            index, inside, table["AVAL"], table["TRTA"], strict=True
        )
    ]
    return table


class _Reasons:
    """Why a rating is not in the model of its endpoint."""

    def __init__(
        self,
        trial: Trial,
        endpoint: Endpoint,
        frame: pd.DataFrame,
        left_out: dict[str, str],
    ) -> None:
        self.attendance = trial.attendance
        self.dummy = trial.dummy
        self.chosen = trial.protocol.analysis_set(endpoint.estimand.population)
        self.present = set(frame.index)
        self.left_out = left_out
        self.missing = {
            name: set(frame.index[frame[column_of(name)].isna()])
            for name in endpoint.analysis.covariates
        }

    def of(self, key: tuple[str, str], *, rated: bool, member: bool) -> str:
        """The first reason that applies."""
        if not member:
            return f"not in the analysis set: {self.chosen.label}"
        if not rated:
            return _unrated(self.attendance[key], words=not self.dummy)
        if key not in self.present:
            return "after an intercurrent event (hypothetical strategy)"
        missing = [name for name, rows in self.missing.items() if key in rows]
        if missing:
            return f"missing: {', '.join(missing)}"
        return self.left_out.get(key[1], "missing: change from baseline")


def _unrated(visit: dict[Any, Any], *, words: bool) -> str:
    """Why there is no rating, as far as the data show; with the recorded reason or not.

    A recorded reason can disclose who received what: it stays out of a dry run.
    """
    if visit["held"]:
        return "visit held, but the score is missing"
    if pd.notna(visit["expected"]) and not visit["expected"]:
        return "not rated: the visit was not expected"
    why = visit["reason"] if words else None
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
            source="equipoise.analyze.endpoint_model",
        ),
        Variable(
            "EXCLRS",
            "Reason not used in the model",
            "Char",
            "for rows of visits of the model without ANL01FL",
        ),
    ]
