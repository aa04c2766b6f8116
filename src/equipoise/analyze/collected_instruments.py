"""Instruments without an endpoint: descriptive statistics by arm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.adverse_events import events_endpoint
from equipoise.analyze.safety.safety_set import safety_set
from equipoise.analyze.values_by import NOBODY, values_by
from equipoise.dataset.derive import scored
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.instruments.model import Instrument
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

EVERY = "all-infusions"
ENDPOINT = "collected"


def collected_instruments(
    protocol: Protocol, data: UnblindedTrialData
) -> list[Estimate]:
    """Descriptive statistics of the primary score of instruments without an endpoint.

    An instrument has an endpoint at visits if a continuous, binary or time-to-event
    endpoint uses one of its scores, and at minutes of infusions if an acute endpoint
    does.

    Returns:
        ``instrument``, one for each instrument of the protocol and kind of rating, with
        the number of ratings; without a number where none was collected or provided.
        At visits ``mean``, ``sd`` and ``median`` by visit and arm, and participants at or
        below the cut-off of the instrument's convention. At minutes ``mean``, ``sd`` and
        ``worst`` (most extreme against benefit) by minute over all infusions, and of the
        worst rating after the start by infusion.
    """
    estimates: list[Estimate] = []
    at_visits, at_minutes = _with_endpoint(protocol)
    primary = next(e for e in protocol.endpoints if e.level == "primary")
    for use in protocol.instruments:
        scale = protocol.scales[use.id]
        rows = _ratings(data, scale)
        minutes = rows["timepoint_min"].notna()
        planned = _planned(protocol, use.id)
        if use.id not in at_visits and (planned[0] or (~minutes).any()):
            population = primary.estimand.population
            arm, _ = safety_set(protocol, data, population)
            own = _in_arms(rows[~minutes], arm)
            estimates += _visits(protocol, scale, population, own)
        if use.id not in at_minutes and (planned[1] or minutes.any()):
            endpoint = _safety_endpoint(protocol)
            population = endpoint.estimand.population
            arm, _ = safety_set(protocol, data, population)
            own = _in_arms(rows[minutes], arm)
            estimates += _infusions(protocol, scale, population, own)
    return estimates


def _safety_endpoint(protocol: Protocol) -> Endpoint:
    for endpoint in protocol.endpoints:
        if endpoint.type in ("acute", "vital-signs"):
            return endpoint
    return events_endpoint(protocol)


def _with_endpoint(protocol: Protocol) -> tuple[set[str], set[str]]:
    """Instruments with an endpoint at visits, and at minutes of infusions."""
    visits, minutes = set(), set()
    for endpoint in protocol.endpoints:
        scores = [endpoint.variable.score]
        name = endpoint.variable.definition
        while name is not None:
            rule = protocol.definition(name)
            scores.append(rule.score)
            name = rule.of
        used = {score.partition(".")[0] for score in scores if score}
        if endpoint.type == "acute":
            minutes |= used
        elif endpoint.type in ("continuous", "binary", "time-to-event"):
            visits |= used
    return visits, minutes


def _planned(protocol: Protocol, instrument: str) -> tuple[bool, bool]:
    """Whether the protocol plans an instrument at visits, and at minutes."""
    plans = [
        bool(part.minutes)
        for visit in protocol.schedule.visits
        for part in protocol.schedule.assessments(visit)
        if part.instrument == instrument
    ]
    return False in plans, True in plans


def _ratings(data: UnblindedTrialData, scale: Instrument) -> pd.DataFrame:
    rows = scored(data, f"{scale.id}.{scale.primary_score}")
    return rows.dropna(subset="value")


def _in_arms(rows: pd.DataFrame, arm: pd.Series[Any] | None) -> pd.DataFrame:
    known = pd.Series(dtype="string") if arm is None else arm
    own = rows[rows["participant"].isin(known.index)]
    return own.assign(
        arm=own["participant"].map(known), value=own["value"].astype(float)
    )


def _visits(
    protocol: Protocol, scale: Instrument, population: str, rows: pd.DataFrame
) -> Iterator[Estimate]:
    add = _adder(scale, population, "visits")
    yield _title(scale, population, "visits", rows)
    values = values_by(rows, ["visit", "arm"])
    rated = {visit for visit, _ in values}
    for visit in protocol.schedule.visits:
        if visit.id not in rated:
            continue
        for group in protocol.arms:
            own = values.get((visit.id, group.id), NOBODY)
            about = {"visit": visit.id, "contrast": group.id, "n": len(own)}
            where = f"{visit.id}.{group.id}"
            yield add("mean", where, estimate=_of(np.mean, own), **about)
            yield add("sd", where, estimate=_sd(own), **about)
            yield add("median", where, estimate=_of(np.median, own), **about)
            for convention in scale.conventions:
                if (
                    convention.score != scale.primary_score
                    or convention.at_most is None
                ):
                    continue
                count = int((own <= convention.at_most).sum())
                yield add(
                    f"{convention.label}",
                    where,
                    estimate=float(count) if len(own) else None,
                    statistic=count / len(own) if len(own) else None,
                    note=_convention(convention.at_most, convention.note),
                    **about,
                )


def _convention(at_most: float, note: str | None) -> str:
    return f"at most {at_most:g}" + (f" ({note.rstrip('.').lower()})" if note else "")


def _infusions(
    protocol: Protocol, scale: Instrument, population: str, rows: pd.DataFrame
) -> Iterator[Estimate]:
    add = _adder(scale, population, "infusions")
    yield _title(scale, population, "infusions", rows)
    worst, most = ("max", np.max) if scale.better == "lower" else ("min", np.min)
    number = {v.id: v.infusion for v in protocol.schedule.visits if v.infusion}
    rows = rows.assign(
        minute=rows["timepoint_min"].astype(float),
        infusion=rows["visit"].map(number).astype(float),
    ).dropna(subset="infusion")

    def described(where: str, own: np.ndarray, single: np.ndarray, **at: Any) -> Any:
        about = {"n": len(own), **at}
        yield add("mean", where, estimate=_of(np.mean, own), **about)
        yield add("sd", where, estimate=_sd(own), **about)
        yield add("worst", where, estimate=_of(most, single), **about)

    single = values_by(rows, ["minute", "arm"])
    person = ["participant", "arm"]
    each = rows.groupby(["minute", *person])["value"].mean().reset_index()
    means = values_by(each, ["minute", "arm"])
    for minute in each["minute"].unique():
        for group in protocol.arms:
            at = {"contrast": group.id, "statistic": float(minute), "visit": EVERY}
            yield from described(
                f"min-{minute:g}.{group.id}",
                means.get((minute, group.id), NOBODY),
                single.get((minute, group.id), NOBODY),
                **at,
            )
    later = rows[rows["minute"] > 0]
    table = later.groupby(["infusion", *person])["value"].agg(worst).reset_index()
    extremes = values_by(table, ["infusion", "arm"])
    for infusion in table["infusion"].unique():
        for group in protocol.arms:
            own = extremes.get((infusion, group.id), NOBODY)
            name = f"infusion-{int(infusion)}.{group.id}"
            at = {"contrast": group.id, "statistic": float(infusion)}
            yield from described(name, own, own, **at)


def _title(
    scale: Instrument, population: str, where: str, rows: pd.DataFrame
) -> Estimate:
    """An instrument, and how many ratings there are; none is not zero."""
    note = f"{scale.name}: {scale.scores[scale.primary_score].label}"
    if rows.empty:
        note = f"{scale.name}: not collected or not provided"
    return Estimate(
        id=f"collected.{scale.id}.{where}",
        endpoint=ENDPOINT,
        analysis="instrument",
        population=population,
        estimate=float(len(rows)) if len(rows) else None,
        n=int(rows["participant"].nunique()) if len(rows) else None,
        note=note,
    )


def _adder(scale: Instrument, population: str, kind: str) -> Callable[..., Estimate]:
    score = scale.primary_score

    def add(analysis: str, where: str, **numbers: Any) -> Estimate:
        return Estimate(
            id=f"collected.{scale.id}.{score}.{analysis}.{where}",
            endpoint=ENDPOINT,
            analysis=f"{kind}-{analysis}",
            population=population,
            **numbers,
        )

    return add


def _of(function: Callable[..., Any], values: np.ndarray) -> float | None:
    return float(function(values)) if len(values) else None


def _sd(values: np.ndarray) -> float | None:
    return float(values.std(ddof=1)) if len(values) > 1 else None
