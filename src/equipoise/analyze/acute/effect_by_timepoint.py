"""Acute effects by time point of each infusion: means, peak, return to baseline."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.acute.attenuation import attenuation
from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.safety_set import not_estimated, safety_set
from equipoise.analyze.safety.vital_limits import infusion_minutes
from equipoise.analyze.values_by import values_by
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.derive import scored
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.means import mean_with_interval
from equipoise.stats.proportions import wilson

WITHIN = (120, 240)  # minutes: the two hours of monitoring of esketamine, and four


def acute(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """Attenuation of the peak over infusions, then the course that it sums up.

    Returns:
        First the trend of the peak of the arm of interest, that of the other and their
        difference; then by infusion and arm the mean at each minute, the mean peak,
        participants with a rise above the rating before the infusion, the median minute of
        the return to baseline in participants with a rise, and participants who were at
        baseline within two and four hours. A series without a rating before the infusion or
        at its planned minutes up to the end of the infusion has no peak: ``n`` counts those
        that have one.
    """
    _, reason = safety_set(protocol, data, endpoint.estimand.population)
    table = rated(protocol, data, endpoint) if reason is None else pd.DataFrame()
    if table.empty:
        scale = str(endpoint.variable.score).partition(".")[0]
        what = (
            f"no rating with {protocol.scales[scale].name} at a minute of an infusion"
        )
        if not (collected(data, "answers") or collected(data, "recorded_scores")):
            what = NOT_COLLECTED["answers"]
        why = reason or f"cannot be estimated: {what}"
        return [not_estimated(endpoint, "attenuation.difference", "attenuation", why)]
    peaks = summarized(table)
    estimates = attenuation(endpoint, peaks)
    values = values_by(table, ["infusion", "minute", "arm"])
    rated_by = table.groupby(["infusion", "arm"])["participant"].nunique()
    for group in protocol.arms:
        for number, at in sorted((k, m) for k, m, arm in values if arm == group.id):
            name = f"course.infusion-{number}.min-{at:g}.{group.id}"
            note = f"infusion {number}, minute {at:g}"
            own = values[number, at, group.id]
            estimates.append(_mean(endpoint, name, "course", group.id, own, at, note))
    for group in protocol.arms:
        mine = peaks[peaks["arm"] == group.id]
        for infusion, rows in mine.groupby("infusion"):
            number = int(str(infusion))
            short = int(rated_by.get((number, group.id), len(rows))) - len(rows)
            estimates += _infusion(endpoint, number, group.id, rows, short)
        estimates += _always(endpoint, group.id, mine)
    return estimates


def rated(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> pd.DataFrame:
    """Scores at minutes of infusions.

    Returns:
        ``participant, arm, infusion, minute, value, complete``; ``complete`` says of a
        participant's infusion whether it was rated at every planned minute from its
        start to the first one at or after its end: only then is its peak known.
    """
    arm, _ = safety_set(protocol, data, endpoint.estimand.population)
    arm = data.arm.iloc[:0] if arm is None else arm
    number = {v.id: v.infusion for v in protocol.schedule.visits if v.infusion}
    rows = scored(data, str(endpoint.variable.score)).dropna(subset="value")
    rows = rows[
        rows["timepoint_min"].notna()
        & rows["visit"].isin(list(number))
        & rows["participant"].isin(arm.index)
    ]
    table = pd.DataFrame(
        {
            "participant": rows["participant"],
            "arm": rows["participant"].map(arm),
            "infusion": rows["visit"].map(number).astype(int),
            "minute": rows["timepoint_min"].astype(float),
            "value": rows["value"].astype(float),
        }
    ).sort_values(["participant", "infusion", "minute"], ignore_index=True)
    needed = needed_minutes(protocol, str(endpoint.variable.score).partition(".")[0])
    keys = list(
        zip(table["participant"].to_numpy(object), table["infusion"], strict=True)
    )
    rated_at: dict[tuple[str, int], set[float]] = {}
    for key, minute in zip(keys, table["minute"], strict=True):
        rated_at.setdefault(key, set()).add(minute)
    complete = {
        key: needed.get(key[1], set()) <= minutes for key, minutes in rated_at.items()
    }
    return table.assign(complete=[complete[key] for key in keys])


def needed_minutes(protocol: Protocol, instrument: str) -> dict[int, set[float]]:
    """Planned minutes without which the peak of an infusion is not known.

    Those after the start up to the first at or after the end of the infusion, by number
    of the infusion. An acute effect is strongest when the infusion ends; what was rated
    only later is no peak.
    """
    length = infusion_minutes(protocol) or 0.0
    needed = {}
    for visit in protocol.schedule.visits:
        if visit.infusion is None:
            continue
        minutes = sorted(
            float(minute)
            for part in protocol.schedule.assessments(visit)
            if part.instrument == instrument
            for minute in part.minutes
            if minute > 0
        )
        until = next((m for m in minutes if m >= length), np.inf)
        needed[visit.infusion] = {minute for minute in minutes if minute <= until}
    return needed


def summarized(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each infusion: peak, and when the score was back.

    Returns:
        ``participant, arm, infusion, before, peak, back, within_120, within_240``, of
        series that have a rating before the infusion and are ``complete``.
        ``back`` is the first minute after the peak at which the score is at most that
        before the infusion (0 where it never rose), missing if no return was observed;
        ``within_m`` is missing where no rating was made between the peak and m.
    """
    rows = []
    minute_of, value_of = table["minute"].to_numpy(), table["value"].to_numpy()
    complete = table.get("complete", pd.Series(True, index=table.index)).to_numpy()
    keys = ["participant", "arm", "infusion"]
    series: dict[Any, Any] = dict(table.groupby(keys, sort=True).indices)
    for (person, arm, infusion), at in series.items():
        first, later = at[minute_of[at] <= 0], at[minute_of[at] > 0]
        if not len(first) or not len(later) or not complete[at].all():
            continue
        before = float(value_of[first[-1]])
        minutes, values = minute_of[later], value_of[later]
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
    endpoint: Endpoint, number: int, arm: str, rows: pd.DataFrame, short: int
) -> list[Estimate]:
    at = f"infusion-{number}"
    peak = rows["peak"].to_numpy(float)
    note = f"infusion {number}: highest score after the start"
    if short:
        note += f"; without the ratings that a peak needs: {short}"
    made = [_mean(endpoint, f"peak.{at}.{arm}", "peak", arm, peak, float(number), note)]
    rise = rows[rows["peak"] > rows["before"]]
    made.append(
        _estimate(
            endpoint,
            f"rise.{at}.{arm}",
            "rise",
            arm,
            estimate=float(len(rise)),
            statistic=len(rise) / len(rows) if len(rows) else None,
            n=len(rows),
            note=f"infusion {number}: participants with a rise above the rating before it",
        )
    )
    # Participants who were not seen to return count as later than all others.
    back = rise["back"].astype(float).fillna(np.inf).to_numpy()
    median = float(np.median(back)) if len(back) else np.inf
    known = np.isfinite(median)
    why = "; no participant had a rise"
    if len(back):
        why = "; no return observed in half of them"
    made.append(
        _estimate(
            endpoint,
            f"return.{at}.{arm}",
            "time-to-return",
            arm,
            estimate=median if known else None,
            statistic=float(number),
            n=len(back),
            note=f"infusion {number}: median minute of the return to baseline in "
            f"participants with a rise{'' if known else why}",
        )
    )
    for limit in WITHIN:
        seen = rows[f"within_{limit}"].dropna().astype(bool)
        name = f"within-{limit}.{at}.{arm}"
        text = f"infusion {number}: at baseline within {limit} minutes"
        made += _share(endpoint, name, arm, seen, float(number), text)
    return made


def _always(endpoint: Endpoint, arm: str, rows: pd.DataFrame) -> list[Estimate]:
    """Participants who were at baseline in time after each of their infusions."""
    estimates = []
    for limit in WITHIN:
        known = rows.dropna(subset=f"within_{limit}")
        each = known.groupby("participant")[f"within_{limit}"].apply(
            lambda own: bool(own.astype(bool).all())
        )
        name = f"within-{limit}.every-infusion.{arm}"
        text = f"at baseline within {limit} minutes after every infusion"
        estimates += _share(endpoint, name, arm, each.astype(bool), None, text)
    return estimates


def _share(
    endpoint: Endpoint,
    name: str,
    arm: str,
    seen: pd.Series[Any],
    number: float | None,
    text: str,
) -> list[Estimate]:
    """The proportion, and the count with its proportion in ``statistic``."""
    n, count = len(seen), int(seen.sum())
    level = endpoint.analysis.level
    lower, upper = wilson(count, n, level).interval if n else (None, None)
    note = text if n else f"{text}: no participant was rated then"
    return [
        _estimate(
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
            note=note,
        ),
        _estimate(
            endpoint,
            f"count-{name}",
            "count-back",
            arm,
            estimate=float(count) if n else None,
            statistic=count / n if n else None,
            n=n,
            note=note,
        ),
    ]


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
        **vars(mean_with_interval(values, endpoint.analysis.level)),
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
