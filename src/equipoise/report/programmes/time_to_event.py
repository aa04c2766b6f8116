"""R and SAS program of a time to an event."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.estimand import Endpoint
from equipoise.report.datasets.dataset import Dataset
from equipoise.report.datasets.trial import Trial
from equipoise.report.programmes.expected import Number, number, numbers, of_endpoint
from equipoise.report.programmes.programme import Programme
from equipoise.stats.options import SURVIVAL_INTERVALS

R_INTERVAL = {name: option.r for name, option in SURVIVAL_INTERVALS.items()}
SAS_INTERVAL = {name: option.sas for name, option in SURVIVAL_INTERVALS.items()}
RATIOS = {"hazard-ratio": "hazard ratio", "time-ratio": "time ratio"}
RATIO_FIELDS = ("estimate", "std_error", "lower", "upper", "p")
ENDS = (("", "estimate"), (" lower", "lower"), (" upper", "upper"))
KINDS = ("count", "median", "survival", "log-rank", "rmst", "rmst-difference", *RATIOS)
WIDENED = {f"time ratio: {field}" for field in ("lower", "upper", "P")}
NOTE = (
    "Not repeated here: incidences with competing events, and P values and intervals of "
    "restricted means."
)


def time_to_event(
    trial: Trial, endpoint: Endpoint, item: Dataset, results: Results
) -> Programme:
    """Kaplan-Meier, log-rank test, Cox, restricted means and the Weibull time ratio."""
    pair = endpoint.estimand.treatment
    rows = item.frame[item.frame["PARAMCD"] == trial.parameters[endpoint.id]]
    rows = rows[rows["ANL01FL"].eq("Y").fillna(False)]
    last = rows.groupby("TRTAID")["AVAL"].max().reindex([pair.arm, pair.versus])
    made = [
        n
        for row in of_endpoint(results, endpoint.id, *KINDS)
        for n in _numbers(row, trial.contrast(row.contrast or ""))
    ]
    return Programme(
        endpoint=endpoint,
        template="time_to_event",
        about="Kaplan-Meier, log-rank test, proportional hazards, Weibull time ratio",
        dataset=item,
        numbers=made,
        sas_numbers=[n for n in made if n.name not in WIDENED],
        notes=[NOTE],
        texts={
            "arm": pair.arm,
            "versus": pair.versus,
            "arm_label": trial.arm_labels[pair.arm],
            "versus_label": trial.arm_labels[pair.versus],
            "all_arms": list(trial.arm_labels.items()),
            "compared": bool(last.notna().all()),
            "tau": _horizon(endpoint, last),
            "planned": endpoint.analysis.horizon is not None,
            "conf_type": R_INTERVAL[endpoint.analysis.interval],
            "sas_conftype": SAS_INTERVAL[endpoint.analysis.interval],
            "numeric": ["AVAL", "CNSR", "SINCE", "UNTIL"],
        },
    )


def _horizon(endpoint: Endpoint, last: pd.Series[Any]) -> str:
    """Of the restricted means: as planned, else the last day that both arms reach."""
    if endpoint.analysis.horizon is not None:
        return f"{endpoint.analysis.horizon:g}"
    return "" if last.isna().any() else f"{float(last.min()):g}"


def _numbers(row: Estimate, arm: str) -> Iterable[Number]:
    if row.analysis == "count":
        yield from number(f"{arm}: events", row.estimate, row.id)
    elif row.analysis == "median":
        for suffix, field in ENDS:
            yield from number(f"{arm}: median{suffix}", getattr(row, field), row.id)
    elif row.analysis == "survival":
        if row.statistic:  # at day 0 there is nothing to compare
            fields = ("estimate", "lower", "upper")
            yield from numbers(f"{arm} on day {row.statistic:g}", row, fields)
    elif row.analysis == "log-rank":
        yield from number("log-rank: chi-square", row.statistic, row.id)
        yield from numbers("log-rank", row, ["p"])
    elif row.analysis == "rmst":
        yield from number(f"{arm}: restricted mean", row.estimate, row.id)
    elif row.analysis == "rmst-difference":
        yield from numbers("restricted mean difference", row, ["estimate"])
    else:
        yield from numbers(RATIOS[row.analysis], row, RATIO_FIELDS)
