"""Demographic and baseline characteristics (CONSORT 2025, item 25)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from equipoise.analyze.quartiles import quantiles
from equipoise.analyze.result import Estimate
from equipoise.dataset.derive import baseline as score_at_baseline
from equipoise.dataset.randomized import IN_DATA, counted_population
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol
from equipoise.protocol.report_options import QuantileDefinition

EVERYBODY = "all"
QUARTILES = (0.5, 0.25, 0.75)


def baseline(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Characteristics and baseline scores of participants, by arm and together.

    There are no p-values: differences at baseline are due to chance (Senn 1994, Stat
    Med 13:1715-1726).
    """
    people = data.participants.set_index("participant").loc[data.arm.index]
    estimates: list[Estimate] = []
    definition = protocol.report.quantiles
    for part in protocol.characteristics:
        if not part.baseline_table:
            continue
        for arm, rows in _groups(protocol, data):
            values = people.loc[rows, part.id]
            if part.type == "number":
                estimates += _number(part.id, arm, values.astype(float), definition)
            else:
                estimates += _category(part.id, arm, values, part.values)
    for score in _scores(protocol):
        value = score_at_baseline(data, protocol, score)
        for arm, rows in _groups(protocol, data):
            known = value.reindex(rows).astype(float)
            estimates += _number(score, arm, known, definition)
    population = counted_population(data)
    return [replace(row, population=population) for row in estimates]


def _groups(
    protocol: Protocol, data: UnblindedTrialData
) -> list[tuple[str, pd.Index[Any]]]:
    arm = data.arm
    arms = [(group.id, arm.index[arm == group.id]) for group in protocol.arms]
    return [*arms, (EVERYBODY, arm.index)]


def _scores(protocol: Protocol) -> list[str]:
    """Scores of endpoints, each once: those of continuous ones first."""
    continuous = [e.variable.score for e in protocol.endpoints]
    return list(dict.fromkeys(score for score in continuous if score is not None))


def _number(
    name: str, arm: str, values: pd.Series[Any], definition: QuantileDefinition
) -> list[Estimate]:
    known = values.dropna().to_numpy(float)
    n = len(known)
    three = quantiles(known, QUARTILES, definition) if n else [None, None, None]
    rows: dict[str, float | None] = {
        "mean": float(known.mean()) if n else None,
        "sd": float(known.std(ddof=1)) if n > 1 else None,
        "median": three[0],
        "q1": three[1],
        "q3": three[2],
        "min": float(known.min()) if n else None,
        "max": float(known.max()) if n else None,
        "missing": float(len(values) - n),
    }
    return [_row(name, kind, arm, value, n) for kind, value in rows.items()]


def _category(
    name: str, arm: str, values: pd.Series[Any], levels: tuple[str, ...]
) -> list[Estimate]:
    n = int(values.notna().sum())
    estimates = []
    for level in levels:
        count = int((values == level).sum())
        estimates.append(_row(name, f"count.{level}", arm, float(count), n))
        share = 100 * count / n if n else None
        estimates.append(_row(name, f"percent.{level}", arm, share, n))
    estimates.append(_row(name, "missing", arm, float(len(values) - n), n))
    return estimates


def _row(name: str, kind: str, arm: str, value: float | None, n: int) -> Estimate:
    return Estimate(
        id=f"baseline.{name}.{kind}.{arm}",
        endpoint="baseline",
        analysis=kind.partition(".")[0],
        population=IN_DATA,
        contrast=arm,
        estimate=value,
        n=n,
        note=None if value is not None else "not recorded",
    )
