"""Remarks on a score at a visit: its day, missing items, an event before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.binary.intercurrent_events import reached_at
from equipoise.dataset.attendance import attendance
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors.counted import counted
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

KEYS = ["participant", "visit"]
AFTER = "after event"
DECIDES = {  # strategy -> what the analysis makes of a visit that an event has reached
    "composite": "counts no response",
    "hypothetical": "does not use the rating",
}


def recorded_days(data: UnblindedTrialData, table: pd.DataFrame) -> pd.Series[Any]:
    """The recorded day of each visit; NaN without one, or if the visit was not held.

    A planned day is never given for a recorded one.

    Args:
        data: of the trial.
        table: ``participant, visit, held`` as ``attendance`` gives them.
    """
    rows = data.visits.set_index(KEYS)["actual_day"]
    days = rows.reindex(pd.MultiIndex.from_frame(table[KEYS])).astype(float)
    values = days.to_numpy(float, na_value=np.nan)
    return pd.Series(np.where(table["held"], values, np.nan), index=table.index)


def gaps(data: UnblindedTrialData, score: str) -> dict[tuple[str, str], str]:
    """Ratings of which some items are recorded, and too few for the score.

    Returns:
        ``1 of 10 items missing``, by participant and visit.
    """
    instrument, _, name = score.partition(".")
    table = data.scores
    partly = (table["n_missing"] > 0) & (table["n_missing"] < table["n_items"])
    table = table[
        (table["instrument"] == instrument)
        & (table["score"] == name)
        & table["timepoint_min"].isna()
        & table["value"].isna()
        & partly.fillna(False).astype(bool)
    ]
    return {
        (str(row["participant"]), str(row["visit"])): (
            f"{row['n_missing']} of {counted(row['n_items'], 'item')} missing"
        )
        for row in table.to_dict("records")
    }


def score_text(row: dict[Any, Any], missing: dict[tuple[str, str], str]) -> str:
    """The score of a visit (``value``), or why there is none."""
    if not pd.isna(row["value"]):
        return f"{row['value']:g}"
    gap = missing.get((str(row["participant"]), str(row["visit"])))
    return "not rated" if gap is None else f"not calculable ({gap})"


@derived_once
def after_events(
    protocol: Protocol, data: UnblindedTrialData, definition: str
) -> set[tuple[str, str]]:
    """Participants and visits at which an event decides an outcome, not the rating.

    The events of every binary endpoint on the definition, at every visit as the analysis
    counts them at the visit of the endpoint (``reached_at``).
    """
    reached: set[tuple[str, str]] = set()
    people = pd.Index(data.arm.index)
    for endpoint in _asking(protocol, definition):
        for visit in attendance(data, protocol)["visit"].unique():
            table = reached_at(protocol, data, endpoint, people, str(visit))
            after = table.index[table.any(axis=1)]
            reached |= {(str(person), str(visit)) for person in after}
    return reached


def event_notes(
    protocol: Protocol, data: UnblindedTrialData, definitions: Sequence[str]
) -> list[str]:
    """A sentence for each event and strategy that a mark stands for."""
    endpoints: dict[tuple[str, str], list[str]] = {}
    for definition in definitions:
        if not after_events(protocol, data, definition):
            continue
        for endpoint in _asking(protocol, definition):
            for event in endpoint.estimand.intercurrent:
                if event.strategy in DECIDES:
                    key = (event.event, event.strategy)
                    endpoints.setdefault(key, []).append(endpoint.label)
    return [
        f"({AFTER}): response as rated, at a visit before which there was an event: "
        f"{event}, {strategy} strategy. The analysis {DECIDES[strategy]} there: "
        f"{'; '.join(dict.fromkeys(labels))}."
        for (event, strategy), labels in endpoints.items()
    ]


def _asking(protocol: Protocol, definition: str) -> list[Endpoint]:
    """Binary endpoints on a definition with an event that decides the outcome."""
    return [
        endpoint
        for endpoint in protocol.endpoints
        if endpoint.type == "binary"
        and endpoint.variable.definition == definition
        and any(e.strategy in DECIDES for e in endpoint.estimand.intercurrent)
    ]
