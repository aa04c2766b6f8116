"""Supporting methods of an incidence: rates of events in the time at risk."""

from __future__ import annotations

from typing import Any

import numpy as np

from equipoise.analyze.supporting.numbers import finite
from equipoise.analyze.supporting.rows import Compared
from equipoise.errors import AnalysisError
from equipoise.stats.event_rates import (
    rate_difference,
    rate_ratio,
    rate_ratio_test,
)
from equipoise.stats.regression import count_regression

PER = 100  # participant-weeks


def by_rate_ratio(compared: Compared) -> dict[str, Any]:
    """Ratio of the rates with its exact interval and test, given the number of events."""
    totals = [part[0] for part in _totals(compared, np.zeros(len(compared.frame)))]
    found = rate_ratio(*_whole(totals), level=compared.level)
    if found is None:
        raise AnalysisError.single(
            "EQ467",
            "an arm has no event",
            where="events",
            fix="report the rates of the arms",
        )
    test = rate_ratio_test(*_whole(totals))
    return {**finite(found, "estimate", "lower", "upper"), "p": test.p}


def by_rate_difference(compared: Compared) -> dict[str, Any]:
    """Difference of the rates, weighted over strata, in 100 participant-weeks."""
    codes: Any = np.zeros(len(compared.frame))
    if compared.stratified:
        codes = np.unique(compared.stratum.astype(str), return_inverse=True)[1]
    totals = _totals(compared, codes)
    found = rate_difference(*totals, level=compared.level)
    scaled = {
        name: value * PER
        for name, value in finite(found, "estimate", "lower", "upper").items()
    }
    return {**scaled, **finite(found, "statistic", "p")}


def by_negative_binomial(compared: Compared) -> dict[str, Any]:
    """Rate ratio of a negative binomial regression; the note has the dispersion."""
    fit = count_regression(
        compared.frame,
        outcome="value",
        arm="treated",
        covariates=compared.covariates,
        strata=compared.strata,
        exposure="weeks",
        reference=False,
        level=compared.level,
    )
    row = fit.ratios.iloc[0]
    numbers = finite(row, "std_error", "lower", "upper", "p")
    return {
        "estimate": float(row["ratio"]),
        "converged": True,
        **numbers,
        "note": f"dispersion: {fit.dispersion:.3g}"
        if fit.dispersion > 0
        else "dispersion: 0, as of Poisson counts",
    }


def _totals(compared: Compared, codes: Any) -> tuple[Any, Any, Any, Any]:
    """Events and weeks of the arm of interest, then of the other, by stratum."""
    size = int(codes.max()) + 1 if len(codes) else 1
    found = []
    for rows in (compared.treated, ~compared.treated):
        for name in ("value", "weeks"):
            values = compared.frame[name].to_numpy(float)[rows]
            found.append(np.bincount(codes[rows].astype(int), values, minlength=size))
    events1, time1, events2, time2 = found
    return events1, time1, events2, time2


def _whole(totals: list[Any]) -> tuple[int, float, int, float]:
    events1, time1, events2, time2 = totals
    return int(events1), float(time1), int(events2), float(time2)
