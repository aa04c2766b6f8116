"""Deaths and serious adverse events, one by one, with the skeleton of a narrative."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.result import Listing
from equipoise.analyze.safety.treatment_emergent import with_infusion
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol


def safety_listings(protocol: Protocol, data: UnblindedTrialData) -> list[Listing]:
    """Listings of deaths and serious events, of all events, and narratives.

    A narrative states what the data know; what an investigator must write stands in
    square brackets.

    Source: ICH E3 12.3, 14.3.2, 14.3.3 and 16.2.7.
    """
    placed = with_infusion(protocol, data, data.events)
    placed = placed[placed["participant"].isin(data.arm.index)]
    serious = placed[placed["serious"].fillna(False).astype(bool)]
    deaths = data.dispositions[data.dispositions["milestone"] == "death"]
    rows = [_row(protocol, data, row) for row in serious.to_dict("records")]
    rows += [
        (
            str(row["participant"]),
            _arm(protocol, data, row["participant"]),
            "death",
            _text(row["day"]),
            "", "", "", "", _text(row["reason"]),
        )
        for row in deaths.to_dict("records")
        if row["participant"] in data.arm.index
    ]  # fmt: skip
    return [
        Listing(
            id="serious-events",
            title="Deaths and serious adverse events",
            columns=HEAD,
            rows=tuple(rows),
            note="" if rows else "No death and no serious adverse event was recorded.",
        ),
        Listing(
            id="narratives",
            title="Narratives of deaths and serious adverse events",
            columns=("Participant", "Narrative"),
            rows=tuple(
                [_narrative(protocol, data, row) for row in serious.to_dict("records")]
                + [
                    (str(row["participant"]), _death(protocol, data, row))
                    for row in deaths.to_dict("records")
                    if row["participant"] in data.arm.index
                ]
            ),
            note="In square brackets: for the investigator to write.",
        ),
        Listing(
            id="adverse-events",
            title="All adverse events",
            columns=HEAD,
            rows=tuple(_row(protocol, data, row) for row in placed.to_dict("records")),
            note="" if len(placed) else "No adverse event was recorded.",
        ),
    ]


HEAD = (
    "Participant",
    "Arm",
    "Event",
    "Day",
    "Last infusion before",
    "Severity",
    "Serious",
    "Related",
    "Action and outcome",
)


def _row(
    protocol: Protocol, data: UnblindedTrialData, row: dict[Any, Any]
) -> tuple[str, ...]:
    days = _text(row["started_day"])
    if pd.notna(row["stopped_day"]):
        days += f" to {row['stopped_day']}"
    infusion = ""
    if pd.notna(row["infusion"]):
        infusion = f"{int(row['infusion'])} ({int(row['days_since'])} d before)"
    end = "; ".join(t for t in (_text(row["action"]), _text(row["outcome"])) if t)
    return (
        str(row["participant"]),
        _arm(protocol, data, row["participant"]),
        str(row["term"]),
        days,
        infusion,
        _text(row["severity"]),
        _flag(row["serious"]),
        _flag(row["related"]),
        end,
    )


def _narrative(
    protocol: Protocol, data: UnblindedTrialData, row: dict[Any, Any]
) -> tuple[str, str]:
    person = str(row["participant"])
    given = int((data.exposures["participant"] == person).sum())
    day = _text(row["started_day"]) or "[not recorded]"
    since = ""
    if pd.notna(row["infusion"]):
        since = f", {int(row['days_since'])} days after infusion {int(row['infusion'])}"
    text = (
        f"{_who(protocol, data, person)} had the serious adverse event "
        f"“{row['term']}” on day {day}{since}. Infusions received in all: {given}. "
        f"Severity: {_text(row['severity']) or '[not recorded]'}. Related in the view of "
        f"the investigator: {_flag(row['related']) or '[not recorded]'}. Action taken: "
        f"{_text(row['action']) or '[not recorded]'}. Outcome: "
        f"{_text(row['outcome']) or '[not recorded]'}. [History and concomitant "
        "medication. Course, examinations and treatment. Assessment of the cause.]"
    )
    return person, text


def _death(protocol: Protocol, data: UnblindedTrialData, row: dict[Any, Any]) -> str:
    day = _text(row["day"]) or "[not recorded]"
    return (
        f"{_who(protocol, data, str(row['participant']))} died on day {day}. Cause: "
        f"{_text(row['reason']) or '[not recorded]'}. [Course. Assessment of the cause.]"
    )


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
    arm = _arm(protocol, data, person)
    return f"Participant {person}{described}, randomized to {arm},"


def _arm(protocol: Protocol, data: UnblindedTrialData, person: str) -> str:
    return protocol.arm(str(data.arm[person])).label


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _flag(value: Any) -> str:
    return "" if pd.isna(value) else ("yes" if value else "no")
