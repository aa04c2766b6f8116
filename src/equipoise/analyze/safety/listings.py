"""Deaths and serious adverse events, one by one, with the skeleton of a narrative."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.listing_order import described
from equipoise.analyze.result import Listing
from equipoise.analyze.safety.deaths import Deaths, deaths
from equipoise.analyze.safety.event_flags import flag
from equipoise.analyze.safety.narratives import narratives
from equipoise.analyze.safety.treatment_emergent import (
    classified,
    treatment_period,
    with_infusion,
)
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors.counted import counted
from equipoise.protocol.model import Protocol

REASONS = (  # kind of event, why it is listed
    ("serious", "serious"),
    ("discontinuation", "led to discontinuation of treatment"),
    ("dose-changed", "led to a change or interruption of the dose"),
)
HEAD = (
    "Participant",
    "Arm",
    "Event",
    "Treatment-emergent",
    "Start day",
    "End day",
    "Duration, days",
    "Relation to infusion",
    "Severity",
    "Serious",
    "Related",
    "Action taken",
    "Outcome",
)


def safety_listings(protocol: Protocol, data: UnblindedTrialData) -> list[Listing]:
    """Listings of deaths and other serious or significant events, narratives, all events.

    Deaths come from the dispositions and from events with a fatal outcome. Other
    significant events are those that led to discontinuation of treatment or to a change
    or interruption of its dose. The note of a listing without rows states whether nothing
    happened or nothing is known.

    Returns:
        ``serious-events`` (ICH E3 14.3.2), ``narratives`` (14.3.3), ``adverse-events``
        (16.2.7). An empty text is something that was not recorded.

    Source: ICH E3 12.3, 14.3.2, 14.3.3 and 16.2.7.
    """
    table = _events(protocol, data)
    order = described(data, "participant and day") if len(table) else ""
    died = deaths(protocol, data)
    own = died.table[died.table["participant"].isin(data.arm.index)]
    kinds = {kind: flag(table, kind).fillna(False).astype(bool) for kind, _ in REASONS}
    chosen = table[kinds["serious"] | kinds["discontinuation"] | kinds["dose-changed"]]
    rows = [_death(protocol, data, row) for row in own.to_dict("records")]
    for index, row in zip(chosen.index, chosen.to_dict("records"), strict=True):
        why = "; ".join(label for kind, label in REASONS if kinds[kind][index])
        event = _row(protocol, data, row)
        rows.append((*event[:2], why, *event[2:]))
    note = _notes(data, died, table, listed=bool(rows))
    serious = table[kinds["serious"]]
    return [
        Listing(
            id="serious-events",
            title="Deaths, other serious and other significant adverse events",
            columns=(*HEAD[:2], "Listed for", *HEAD[2:]),
            rows=tuple(rows),
            note=note,
            group="14.3.2",
        ),
        Listing(
            id="narratives",
            title="Narratives of deaths and serious adverse events",
            columns=("Participant", "Narrative"),
            rows=tuple(narratives(protocol, data, own, serious)),
            note="In square brackets: for the investigator to write.",
            group="14.3.3",
        ),
        Listing(
            id="adverse-events",
            title="All adverse events by participant",
            columns=HEAD,
            rows=tuple(_row(protocol, data, row) for row in table.to_dict("records")),
            note=f"{order} {_all_note(protocol, data, table)}".strip(),
            group="16.2.7",
        ),
    ]


def _events(protocol: Protocol, data: UnblindedTrialData) -> pd.DataFrame:
    """All events of randomized participants, by participant and day."""
    placed = with_infusion(protocol, data, data.events)
    placed = placed.assign(emergent=classified(protocol, data)["emergent"])
    placed = placed[placed["participant"].isin(data.arm.index)]
    return placed.sort_values(
        ["participant", "started_day", "term"], kind="stable", na_position="last"
    )


def _death(
    protocol: Protocol, data: UnblindedTrialData, row: dict[Any, Any]
) -> tuple[str, ...]:
    """A death: its cause in the column of the event, its day in that of the start."""
    person = str(row["participant"])
    cause = _text(row["cause"]) or "cause not recorded"
    start = HEAD.index("Start day")
    blank = ("",) * len(HEAD)
    return (
        person,
        _arm(protocol, data, person),
        "death",
        cause,
        *blank[3:start],
        _text(row["day"]),
        *blank[start + 1 :],
    )


def _notes(
    data: UnblindedTrialData, died: Deaths, events: pd.DataFrame, *, listed: bool
) -> str:
    """What is known where a kind of row is absent."""
    sentences = []
    own = died.table["participant"].isin(data.arm.index).any()
    unknown = sum(person in died.unknown for person in data.arm.index)
    deaths_known = died.recorded and not unknown
    if not died.recorded:
        sentences.append(
            "Deaths: not recorded, the data hold no record of disposition."
        )
    elif unknown:
        sentences.append(
            f"Final status not recorded for {counted(unknown, 'participant')}."
        )
    events_known = collected(data, "events")
    missing = int(events["serious"].isna().sum())
    if not events_known:
        sentences.append(
            "Serious adverse events: not known, none were collected or none were provided."
        )
    elif missing:
        sentences.append(
            f"Seriousness not recorded for {missing} of {len(events)} events."
        )
    serious_known = events_known and not missing
    serious = bool(events["serious"].fillna(False).any())
    if not listed and deaths_known and serious_known:
        return "No death and no serious adverse event was recorded."
    if deaths_known and not own:
        sentences.append("No death was recorded.")
    if serious_known and not serious:
        sentences.append("No serious adverse event was recorded.")
    return " ".join(sentences)


def _all_note(
    protocol: Protocol, data: UnblindedTrialData, events: pd.DataFrame
) -> str:
    if not collected(data, "events"):
        return _sentence(NOT_COLLECTED["events"])
    if events.empty:
        return "No adverse event was recorded."
    if treatment_period(protocol, data).empty:
        return "The treatment period is not recorded: no event is classified."
    days = protocol.treatment_emergent.days_after_last_dose
    return (
        "Treatment-emergent: started from the day of the first dose to "
        f"{days} days after the last dose. An empty cell: not recorded."
    )


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _row(
    protocol: Protocol, data: UnblindedTrialData, row: dict[Any, Any]
) -> tuple[str, ...]:
    start, end = row["started_day"], row["stopped_day"]
    known = pd.notna(start) and pd.notna(end)
    infusion = ""
    if pd.notna(row["infusion"]):
        since = int(row["days_since"])
        when = f"{since} d after" if since else "on the day of"
        infusion = f"{when} infusion {int(row['infusion'])}"
    return (
        str(row["participant"]),
        _arm(protocol, data, row["participant"]),
        str(row["term"]),
        _flag(row["emergent"]) or "not known",
        _text(start),
        _text(end),
        str(int(end) - int(start) + 1) if known else "",
        infusion,
        _text(row["severity"]),
        _flag(row["serious"]),
        _flag(row["related"]),
        _text(row["action"]),
        _text(row["outcome"]),
    )


def _arm(protocol: Protocol, data: UnblindedTrialData, person: str) -> str:
    return protocol.arm(str(data.arm[person])).label


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _flag(value: Any) -> str:
    return "" if pd.isna(value) else ("yes" if value else "no")
