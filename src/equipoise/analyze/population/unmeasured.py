"""Infusions without a measurement that a safety rule needs.

Whether the rule was met there is not known: an infusion is cleared of a broken rule only if
every value was taken that the protocol plans for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.safety.vital_limits import due, due_minutes, infusion_minutes
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.governance import SafetyRule
from equipoise.protocol.model import Protocol


def unmeasured(
    protocol: Protocol, data: UnblindedTrialData, given: pd.DataFrame
) -> list[tuple[dict[Any, Any], str]]:
    """Infusions with fewer values than planned, each with what was not recorded.

    Args:
        protocol: of the trial; its hold, pause and stop rules count.
        data: of the trial.
        given: rows of infusions that were given: ``participant``, ``infusion``.

    Returns:
        Rows of ``given``, with words such as ``SYSBP during the infusion not recorded``;
        planned minutes after the recorded end of an infusion are not missed.
    """
    visits = {v.infusion: v for v in protocol.schedule.visits if v.infusion}
    length = infusion_minutes(protocol)
    seen = data.measurements.dropna(subset="timepoint_min")
    seen = seen.assign(minute=seen["timepoint_min"].astype(float))
    ends, rows = _ends(data), given.to_dict("records")
    found: list[tuple[dict[Any, Any], str]] = []
    told: set[tuple[str, int, str]] = set()
    for rule in protocol.vital_rules():
        if rule.action == "watch":
            continue
        own = seen[
            (seen["name"] == rule.measurement) & due(rule, seen["minute"], length)
        ]
        counted = own.groupby(["participant", "visit"])["minute"].nunique()
        counts = dict(zip(counted.index, counted.tolist(), strict=True))
        minutes = {k: due_minutes(protocol, v, rule, length) for k, v in visits.items()}
        what = f"{rule.measurement}{_when(rule)} not recorded"
        for row in rows:
            person, visit = str(row["participant"]), visits.get(row["infusion"])
            if visit is None:
                continue
            end = ends.get((person, visit.id), np.inf)
            asked = max(1, sum(minute <= end for minute in minutes[row["infusion"]]))
            key = person, int(row["infusion"]), what
            if counts.get((person, visit.id), 0) < asked and key not in told:
                told.add(key)
                found.append((row, what))
    return found


def _ends(data: UnblindedTrialData) -> dict[tuple[str, str], float]:
    """Length of each infusion whose start and end are recorded, in minutes."""
    rows = data.exposures
    minutes = (rows["stopped_at"] - rows["started_at"]).dt.total_seconds() / 60
    return {
        (str(row["participant"]), str(row["visit"])): float(end)
        for row, end in zip(rows.to_dict("records"), minutes, strict=True)
        if pd.notna(end)
    }


def _when(rule: SafetyRule) -> str:
    words = {
        "before infusion": " before the infusion",
        "during infusion": " during the infusion",
        "after infusion": " after the infusion",
    }
    return words.get(rule.when, "")
