"""ADQS: ratings of the continuous endpoints, one row for each participant and visit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.analyze.continuous.estimates import model_frame, planned_model
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
from equipoise.report.datasets.trial import (
    Trial,
    arm_variables,
    day_rule,
    parameter_columns,
    parameter_variables,
    visit_decode,
)

Key = tuple[str, str]  # participant, visit
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
    keys = [(person, v) for person in sorted(trial.data.arm.index) for v in order]
    table = pd.DataFrame(keys, columns=["participant", "visit"])
    columns = trial.arm_columns(table["participant"], arm)
    base = baseline(trial.data, trial.protocol, score)
    value = _looked_up(keys, score_table(trial.data, score), "value")
    started = table["participant"].map(base).to_numpy(float)
    change = value - started
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = np.where(started != 0, 100 * change / started, np.nan)
    day = _looked_up(keys, visit_days(trial.data, trial.protocol), "day")
    columns |= parameter_columns(trial, endpoint) | {
        "AVISIT": table["visit"].map(trial.visit_labels),
        "AVISITID": table["visit"],
        "AVISITN": table["visit"].map(trial.visit_numbers),
        "ADY": np.where(np.isnan(value), np.nan, day),
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
    return _flagged(trial, endpoint, keys, pd.DataFrame(columns))


def _pairs(table: pd.DataFrame) -> list[Key]:
    """Participant and visit of each row."""
    people, at = (table[name].to_numpy(object) for name in ("participant", "visit"))
    return list(zip(people, at, strict=True))


def _looked_up(
    keys: Sequence[Key], table: pd.DataFrame, column: str
) -> NDArray[np.float64]:
    """A number of each participant and visit from a table; NaN where it has no row."""
    known = dict(zip(_pairs(table), table[column].to_numpy(float), strict=True))
    return np.array([known.get(key, np.nan) for key in keys], dtype=float)


def _flagged(
    trial: Trial, endpoint: Endpoint, keys: Sequence[Key], table: pd.DataFrame
) -> pd.DataFrame:
    """The rows with the flag of those in the model, its response, and reasons."""
    try:
        frame = model_frame(trial.protocol, trial.data, endpoint)
        model = planned_model(trial.protocol, trial.data, endpoint)
    except AnalysisError as refusal:
        return table.assign(ANL01FL=None, EXCLRS=refusal.problems[0].what)
    used = set(_pairs(model.complete))
    inside = np.array([key in used for key in keys], dtype=bool)
    response = RESPONSE[endpoint.variable.measure]
    modelled = _looked_up(keys, model.complete, "outcome")
    table[response] = np.where(inside, modelled, table[response])
    table["ANL01FL"] = flagged(inside)
    labels = {visit.id: visit.label for visit in trial.protocol.schedule.visits}
    left_out = {visit.visit: visit.describe(labels) for visit in model.left_out}
    reasons = _Reasons(trial, endpoint, frame, left_out)
    planned = set(visits(trial.protocol, endpoint))
    start = _baseline_reason(endpoint)
    table["EXCLRS"] = [
        None
        if used_row
        else start
        if key[1] not in planned
        else reasons.of(key, rated=not np.isnan(value), member=pd.notna(arm))
        for key, used_row, value, arm in zip(
            keys, inside, table["AVAL"], table["TRTAID"], strict=True
        )
    ]
    return table


def _baseline_reason(endpoint: Endpoint) -> str:
    """Why the row of the baseline visit is not a response of the model."""
    roles = []
    if endpoint.variable.measure != "value":
        roles.append("change is measured from it")
    if "baseline" in endpoint.analysis.covariates:
        roles.append("it is a covariate (BASE)")
    return f"baseline, not a visit of the model{': ' if roles else ''}" + " and ".join(
        roles
    )


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
        pairs = _pairs(frame)
        self.present = set(pairs)
        self.left_out = left_out
        self.missing = {
            name: {
                pair
                for pair, is_missing in zip(
                    pairs, frame[column_of(name)].isna(), strict=True
                )
                if is_missing
            }
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
            "AVISIT",
            "Analysis Visit",
            "Char",
            "label of the visit in the protocol",
            values="; ".join(trial.visit_labels.values()),
        ),
        Variable(
            "AVISITID",
            "Analysis Visit (ID)",
            "Char",
            "id of the visit in the protocol, as in results.json",
            values=visit_decode(trial),
        ),
        Variable(
            "AVISITN",
            "Analysis Visit (N)",
            "Num",
            "order of the visit in the schedule",
            values="; ".join(
                f"{n} = {trial.visit_labels[v]}" for v, n in trial.visit_numbers.items()
            ),
        ),
        Variable(
            "ADY",
            "Analysis Relative Day",
            "Num",
            f"actual day of the visit, else its planned day; {day_rule(trial)}",
            unit="d",
            values="missing without a rating",
            source="table of visits and schedule of the protocol",
        ),
        Variable(
            "AVAL",
            "Analysis Value",
            "Num",
            "score, calculated from its items or as recorded",
            values="missing without a rating",
            source="tables of answers and of recorded scores",
        ),
        Variable("BASE", "Baseline Value", "Num", "AVAL at the baseline visit"),
        Variable("CHG", "Change from Baseline", "Num", "AVAL - BASE"),
        Variable(
            "PCHG",
            "Percent Change from Baseline",
            "Num",
            "100 * CHG / BASE; missing if BASE is 0",
            unit="%",
        ),
        Variable(
            "ABLFL",
            "Baseline Record Flag",
            "Char",
            "Y at the baseline visit, if it was rated",
            values="Y or missing",
        ),
        Variable(
            "ANL01FL",
            "Analysis Flag 01",
            "Char",
            "Y: the row was fitted by the model of the endpoint; response of the model: "
            f"{response}",
            values="Y or missing",
            source="rows of the model of the report",
        ),
        Variable(
            "EXCLRS",
            "Reason Not in the Model",
            "Char",
            "for every row without ANL01FL; rows of the baseline visit are never a "
            "response of the model",
        ),
    ]
