"""Tables of exposure-adjusted incidence rates by arm."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from equipoise.errors.counted import counted
from equipoise.stats.event_rates.differences import common_rate_ratio, rate_difference
from equipoise.stats.event_rates.rates import event_rate, rate_ratio
from equipoise.stats.input_checks import (
    checked_labels,
    checked_lengths,
    checked_level,
    checked_number,
    checked_option,
    checked_times,
    float_array,
    impossible,
)
from equipoise.stats.proportion_options import STRATUM_WEIGHTS, StratumWeights
from equipoise.stats.proportions.strata import stratum_labels
from equipoise.stats.result import Result


@dataclass(frozen=True, slots=True, repr=False)
class IncidenceTable(Result):
    """Rates of events by arm, and comparisons with the reference.

    Attributes:
        per: units of person-time that a rate counts.
        rates: arm, participants, events, person_time, rate, lower, upper.
        comparisons: arm, reference, difference with lower, upper and p (score of
            Miettinen and Nurminen), and ratio with its exact interval, over strata that of
            Mantel and Haenszel; no value where an arm has no event.
        notes: strata without contribution.
    """

    per: float
    rates: pd.DataFrame
    comparisons: pd.DataFrame
    notes: tuple[str, ...]


def incidence_table(
    events: ArrayLike,
    time: ArrayLike,
    arm: Any,
    reference: Any,
    *,
    strata: Any = None,
    weights: StratumWeights = "mantel-haenszel",
    per: float = 100.0,
    level: float = 0.95,
) -> IncidenceTable:
    """Exposure-adjusted rates of arms, from a row for each participant.

    For the incidence rate (EAIR) an event is the first one of a participant and time ends
    with it; for the event rate (EAER) all events and the whole exposure count, and the
    intervals are valid only if the events of a participant are independent.

    Args:
        events: N numbers of events, 0 or 1 (or True) for an incidence rate.
        time: N times at risk: until the first event for an incidence rate.
        arm: N labels.
        reference: label of the arm that the others are compared with.
        strata: N labels, or columns whose combinations are the strata of the comparisons.
        weights: of the strata, as in ``rate_difference``.
        per: units of person-time, such as 100 for rates per 100 participant-years.
        level: coverage.

    Raises:
        AnalysisError: EQ460, an option; EQ461, impossible times; EQ462, numbers, lengths,
            or a reference that is not an arm.

    Example:
        >>> table = incidence_table(
        ...     [1, 0, 1, 0, 0, 1], [3.0, 10, 5, 10, 10, 8], list("aaabbb"), "b")
        >>> table.rates[["arm", "events", "person_time", "rate"]].round(3).values.tolist()
        [['a', 2, 18.0, 11.111], ['b', 1, 28.0, 3.571]]

    Source: Liu et al. 2006, J Biopharm Stat 16:1-11; Zhou et al. 2015, Pharm Stat
    14:359-367 (EAIR and EAER).
    """
    checked_option("weights", weights, STRATUM_WEIGHTS)
    checked_number("per", per, 1e-300)
    checked_level(level)
    counts = float_array("events", events)
    if not (np.isfinite(counts) & (counts >= 0) & (counts % 1 == 0)).all():
        raise impossible("events are whole numbers from 0", "events")
    times = checked_times(time)
    labels = pd.Series(checked_labels("arm", arm), dtype=object)
    groups = stratum_labels(strata, len(times))
    checked_lengths(events=counts, time=times, arm=labels, strata=groups)
    if labels.isna().any():
        raise impossible(
            f"{counted(int(labels.isna().sum()), 'participant', 'has')} no arm", "arm"
        )
    arms = list(labels.unique())
    if not isinstance(reference, Hashable) or reference not in arms:
        raise impossible(f"reference = {reference!r} is not one of {arms}", "reference")
    rows = pd.DataFrame({"arm": labels, "x": counts, "t": times, "stratum": groups})
    table, notes = rows.groupby("arm", sort=False), []
    rates = [
        {
            "arm": name,
            "participants": len(part),
            "events": int(part["x"].sum()),
            "person_time": float(part["t"].sum()),
            **_rate(int(part["x"].sum()), float(part["t"].sum()), per, level),
        }
        for name, part in table
    ]
    comparisons = []
    for name in arms:
        if name != reference:
            row, found = _comparison(rows, name, reference, weights, per, level)
            comparisons.append(row)
            notes += [f"{name}: {note}" for note in found]
    return IncidenceTable(
        per, pd.DataFrame(rates), pd.DataFrame(comparisons), tuple(notes)
    )


def _rate(events: int, time: float, per: float, level: float) -> dict[str, float]:
    found = event_rate(events, time, level)
    if found is None:
        return {"rate": np.nan, "lower": np.nan, "upper": np.nan}
    ends = (found.estimate, *found.interval)
    return dict(zip(("rate", "lower", "upper"), (per * v for v in ends), strict=True))


def _comparison(
    rows: pd.DataFrame,
    name: Any,
    reference: Any,
    weights: StratumWeights,
    per: float,
    level: float,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    pair = rows[rows["arm"].isin([name, reference])]
    sums = (
        pair.groupby(["stratum", "arm"], sort=False)[["x", "t"]]
        .sum()
        .unstack(fill_value=0)
    )
    columns = [(column, label) for label in (name, reference) for column in ("x", "t")]
    x1, t1, x2, t2 = (sums[column].to_numpy(float) for column in columns)
    difference = rate_difference(
        x1, t1, x2, t2, list(map(str, sums.index)), weights=weights, level=level
    )
    ends = (np.nan,) * 3
    if x1.sum() and x2.sum():
        ratio = (
            common_rate_ratio(x1, t1, x2, t2, level=level)
            if len(sums) > 1
            else rate_ratio(int(x1[0]), t1[0], int(x2[0]), t2[0], level)
        )
        ends = (ratio.estimate, ratio.lower, ratio.upper) if ratio else ends
    row = {
        "arm": name,
        "reference": reference,
        "difference": per * difference.estimate,
        "lower": per * difference.lower,
        "upper": per * difference.upper,
        "p": difference.p,
        "ratio": ends[0],
        "ratio_lower": ends[1],
        "ratio_upper": ends[2],
    }
    return row, difference.notes
