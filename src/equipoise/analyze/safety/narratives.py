"""Skeletons of narratives: recorded data, and brackets for the investigator to fill."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from equipoise.dataset.collected import collected
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol

MISSING = "[not recorded]"


def narratives(
    protocol: Protocol,
    data: UnblindedTrialData,
    died: pd.DataFrame,
    serious: pd.DataFrame,
) -> Iterator[tuple[str, str]]:
    """Participant and text of each death and each serious event.

    Args:
        protocol: of the trial.
        data: of the trial.
        died: ``participant, day, cause``.
        serious: rows of ``events`` with ``infusion`` and ``days_since``.

    Source: ICH E3 12.3.2.
    """
    for row in died.to_dict("records"):
        person = str(row["participant"])
        day = _text(row["day"]) or MISSING
        yield (
            person,
            f"{_who(protocol, data, person)} died on day {day}. Cause: "
            f"{_text(row['cause']) or MISSING}. {_infusions(data, person)} [Course. "
            "Assessment of the cause.]",
        )
    for row in serious.to_dict("records"):
        person = str(row["participant"])
        yield person, _serious(protocol, data, person, row)


def _serious(
    protocol: Protocol, data: UnblindedTrialData, person: str, row: dict[Any, Any]
) -> str:
    day = _text(row["started_day"]) or MISSING
    since = ""
    if pd.notna(row["infusion"]):
        since = f", {int(row['days_since'])} days after infusion {int(row['infusion'])}"
    return (
        f"{_who(protocol, data, person)} had the serious adverse event "
        f"“{row['term']}” on day {day}{since}. {_infusions(data, person)} "
        f"Severity: {_text(row['severity']) or MISSING}. Related in the view of "
        f"the investigator: {_flag(row['related']) or MISSING}. Action taken: "
        f"{_text(row['action']) or MISSING}. Outcome: "
        f"{_text(row['outcome']) or MISSING}. [History and concomitant "
        "medication. Course, examinations and treatment. Assessment of the cause.]"
    )


def _infusions(data: UnblindedTrialData, person: str) -> str:
    """How many infusions were received, if infusions were recorded at all."""
    number = int((data.exposures["participant"] == person).sum())
    recorded = collected(data, "exposures")
    return f"Infusions received in all: {number if recorded else MISSING}."


def _who(protocol: Protocol, data: UnblindedTrialData, person: str) -> str:
    known = data.participants.set_index("participant").loc[person]
    parts = []
    for part in protocol.characteristics:
        if part.id in ("age", "sex") and pd.notna(known.get(part.id)):
            own = known[part.id]
            parts.append(
                f"{own:g} {part.unit or ''}".strip()
                if part.type == "number"
                else part.labels.get(str(own), str(own)).lower()
            )
    described = f" ({', '.join(parts)})" if parts else ""
    arm = protocol.arm(str(data.arm[person])).label
    return f"Participant {person}{described}, randomized to {arm},"


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _flag(value: Any) -> str:
    return "" if pd.isna(value) else ("yes" if value else "no")
