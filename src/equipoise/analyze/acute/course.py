"""The course of an acute effect within each infusion."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.acute.attenuation import attenuation
from equipoise.analyze.mean import mean_with_interval
from equipoise.analyze.proportions import wilson
from equipoise.analyze.result import Estimate
from equipoise.analyze.sets import members
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

WITHIN = (120, 240)  # minutes: the two hours of monitoring of esketamine, and four


def acute(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """Attenuation of the peak over infusions, then the course that it sums up.

    Returns:
        First the trend of the peak of the arm of interest, that of the other and their
        difference; then by infusion and arm the mean at each minute, the mean peak, the
        median time back, and the share back within two and four hours.
    """
    table = rated(protocol, data, endpoint)
    peaks = summarized(table)
    made = attenuation(endpoint, peaks)
    for group in protocol.arms:
        mine = table[table["arm"] == group.id]
        for (infusion, minute), rows in mine.groupby(["infusion", "minute"]):
            number, at = int(str(infusion)), float(str(minute))
            name = f"course.infusion-{number}.min-{at:g}.{group.id}"
            note = f"infusion {number}, minute {at:g}"
            values = rows["value"].to_numpy(float)
            made.append(_mean(endpoint, name, "course", group.id, values, at, note))
    for group in protocol.arms:
        mine = peaks[peaks["arm"] == group.id]
        for infusion, rows in mine.groupby("infusion"):
            made += _infusion(endpoint, int(str(infusion)), group.id, rows)
        made += _always(endpoint, group.id, mine)
    return made


def rated(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> pd.DataFrame:
    """Scores at minutes of infusions: ``participant, arm, infusion, minute, value``."""
    arm = members(protocol, data, endpoint.estimand.population)
    instrument, _, score = str(endpoint.variable.score).partition(".")
    number = {v.id: v.infusion for v in protocol.schedule.visits if v.infusion}
    rows = data.scores
    chosen = (
        (rows["instrument"] == instrument)
        & (rows["score"] == score)
        & rows["timepoint_min"].notna()
        & rows["visit"].isin(list(number))
        & rows["participant"].isin(arm.index)
    ).fillna(False)
    rows = rows[chosen.astype(bool)].dropna(subset="value")
    return pd.DataFrame(
        {
            "participant": rows["participant"],
            "arm": rows["participant"].map(arm),
            "infusion": rows["visit"].map(number).astype(int),
            "minute": rows["timepoint_min"].astype(float),
            "value": rows["value"].astype(float),
        }
    ).sort_values(["participant", "infusion", "minute"], ignore_index=True)


def summarized(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each infusion: peak, and when the score was back.

    Returns:
        ``participant, arm, infusion, before, peak, back, within_120, within_240``.
        ``back`` is the first minute after the peak at which the score is at most that
        before the infusion (0 where it never rose), missing if it was not seen to come
        back; ``within_m`` is missing where nobody looked between the peak and m.
    """
    rows = []
    for (person, arm, infusion), own in table.groupby(
        ["participant", "arm", "infusion"], sort=True
    ):
        first, later = own[own["minute"] <= 0], own[own["minute"] > 0]
        if first.empty or later.empty:
            continue
        before = float(first["value"].iloc[-1])
        minutes, values = later["minute"].to_numpy(), later["value"].to_numpy()
        top = int(values.argmax())
        back: float | None = None
        if values[top] <= before:
            back = 0.0
        else:
            down = np.flatnonzero(values[top:] <= before)
            back = float(minutes[top + down[0]]) if len(down) else None
        row = {
            "participant": person,
            "arm": arm,
            "infusion": infusion,
            "before": before,
            "peak": float(values[top]),
            "back": back,
        }
        for limit in WITHIN:
            looked = minutes.max() >= limit
            known = back is not None and back <= limit
            row[f"within_{limit}"] = known if known or looked else None
        rows.append(row)
    columns = ["participant", "arm", "infusion", "before", "peak", "back"]
    return pd.DataFrame(rows, columns=[*columns, *(f"within_{m}" for m in WITHIN)])


def _infusion(
    endpoint: Endpoint, number: int, arm: str, rows: pd.DataFrame
) -> list[Estimate]:
    at = f"infusion-{number}"
    peak = rows["peak"].to_numpy(float)
    note = f"infusion {number}: highest score after the start"
    made = [_mean(endpoint, f"peak.{at}.{arm}", "peak", arm, peak, float(number), note)]
    # Who was not seen to come back counts as later than everybody.
    back = rows["back"].astype(float).fillna(np.inf).to_numpy()
    median = float(np.median(back)) if len(back) else np.inf
    known = np.isfinite(median)
    made.append(
        _estimate(
            endpoint,
            f"back.{at}.{arm}",
            "time-back",
            arm,
            estimate=median if known else None,
            statistic=float(number),
            n=len(back),
            note=f"infusion {number}: median minute at which it was seen to be back"
            + ("" if known else "; half were not seen to come back"),
        )
    )
    for limit in WITHIN:
        seen = rows[f"within_{limit}"].dropna().astype(bool)
        name = f"within-{limit}.{at}.{arm}"
        text = f"infusion {number}: back within {limit} minutes"
        made.append(_share(endpoint, name, arm, seen, float(number), text))
    return made


def _always(endpoint: Endpoint, arm: str, rows: pd.DataFrame) -> list[Estimate]:
    """Participants who were back in time after each of their infusions."""
    made = []
    for limit in WITHIN:
        known = rows.dropna(subset=f"within_{limit}")
        each = known.groupby("participant")[f"within_{limit}"].apply(
            lambda own: bool(own.astype(bool).all())
        )
        name = f"within-{limit}.every-infusion.{arm}"
        text = f"participants back within {limit} minutes after every infusion"
        made.append(_share(endpoint, name, arm, each.astype(bool), None, text))
    return made


def _share(
    endpoint: Endpoint,
    name: str,
    arm: str,
    seen: pd.Series[Any],
    number: float | None,
    text: str,
) -> Estimate:
    n, count = len(seen), int(seen.sum())
    level = endpoint.analysis.level
    lower, upper = wilson(count, n, level) if n else (None, None)
    return _estimate(
        endpoint,
        name,
        "share-back",
        arm,
        estimate=count / n if n else None,
        lower=lower,
        upper=upper,
        level=level,
        statistic=number,
        n=n,
        note=text if n else f"{text}: nobody was rated then",
    )


def _mean(
    endpoint: Endpoint,
    name: str,
    analysis: str,
    arm: str,
    values: np.ndarray,
    at: float,
    note: str,
) -> Estimate:
    return _estimate(
        endpoint,
        name,
        analysis,
        arm,
        **mean_with_interval(values, endpoint.analysis.level),
        statistic=at,
        note=note,
    )


def _estimate(
    endpoint: Endpoint, name: str, analysis: str, arm: str, **numbers: Any
) -> Estimate:
    return Estimate(
        id=f"{endpoint.id}.{name}",
        endpoint=endpoint.id,
        analysis=analysis,
        population=endpoint.estimand.population,
        contrast=arm,
        **numbers,
    )
