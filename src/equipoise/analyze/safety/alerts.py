"""Safety alerts that the application recorded: counts by rule and arm, and a listing."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.listing_order import described
from equipoise.analyze.result import Estimate, Listing
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.randomized import counted_population
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol

TOPIC = "alerts"
TOTAL = "total"
OF_PROGRAM = {  # rules of every trial -> what they are about
    "dosing-weight": "Weight of the day differs from that of the syringe",
    "start-without": "Infusion started without a required measurement",
    "serious-event": "Serious adverse event",
}
HEAD = (
    "Participant", "Arm", "Time, UTC", "Visit", "Alert (rule)", "Shown to",
    "Acknowledged", "What was done", "Overruled",
)  # fmt: skip


def alert_counts(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Alerts by rule and arm: how many, of whom, acknowledged, overruled.

    An alert is overruled if an infusion was started despite it.

    Returns:
        ``alerts.<rule>.<arm>``, alerts; ``....participants.<arm>``, participants with one
        (``n``: participants of the arm); ``....acknowledged.<arm>`` and
        ``....overruled.<arm>``, alerts (``n``: alerts). Rules: those of the protocol and
        those of every trial, also without an alert, and ``total``. Without a table of
        alerts one estimate without a number, ``alerts.none``: not provided is not zero.
        Nothing for a protocol without safety rules whose data hold no such table.
    """
    population = counted_population(data)
    if not collected(data, TOPIC):
        note = NOT_COLLECTED[TOPIC]
        missing = _estimate(f"{TOPIC}.none", population, None, note=note)
        return [missing] if protocol.safety_rules else []
    rows = data.provided[TOPIC]
    rows = rows.assign(arm=rows["participant"].map(data.arm))
    rules = dict.fromkeys([rule.id for rule in protocol.safety_rules])
    rules |= dict.fromkeys(str(rule) for rule in rows["rule"].unique())
    made = []
    for rule in (*rules, TOTAL):
        own = rows if rule == TOTAL else rows[rows["rule"] == rule]
        for arm in protocol.arms:
            everyone = int((data.arm == arm.id).sum())
            made += _of(rule, arm.id, own[own["arm"] == arm.id], population, everyone)
    return made


def _of(
    rule: str, arm: str, own: pd.DataFrame, population: str, everyone: int
) -> list[Estimate]:
    alerts, people = len(own), own["participant"].nunique()
    acknowledged = int(own["acknowledged_by"].notna().sum())
    overruled = int(own["released_by"].notna().sum())
    start = f"{TOPIC}.{rule}"
    counts = (("participants", people, everyone),
              ("acknowledged", acknowledged, alerts),
              ("overruled", overruled, alerts))  # fmt: skip
    return [
        _estimate(
            f"{start}.{arm}", population, arm, estimate=float(alerts), n=everyone
        ),
        *(
            _estimate(
                f"{start}.{what}.{arm}",
                population,
                arm,
                estimate=float(count),
                n=of,
                statistic=count / of if of else None,
            )
            for what, count, of in counts
        ),
    ]


def _estimate(name: str, population: str, arm: str | None, **numbers: Any) -> Estimate:
    return Estimate(
        id=name,
        endpoint=TOPIC,
        analysis="alert",
        population=population,
        contrast=arm,
        **numbers,
    )


def alert_listing(protocol: Protocol, data: UnblindedTrialData) -> list[Listing]:
    """Every alert of a randomized participant, as the application recorded it.

    Source: ICH E3 16.2, which ends its list with 16.2.8; this listing continues it.
    """
    if not collected(data, TOPIC) and not protocol.safety_rules:
        return []
    rows, note = _randomized(protocol, data)
    return [
        Listing(
            id="safety-alerts",
            title="Safety alerts by participant",
            columns=HEAD,
            rows=tuple(_row(protocol, data, row) for row in rows.to_dict("records")),
            note=note,
            group="16.2.9",
        )
    ]


def _randomized(
    protocol: Protocol, data: UnblindedTrialData
) -> tuple[pd.DataFrame, str]:
    """Alerts of participants with an arm, and the note of the listing."""
    if not collected(data, TOPIC):
        text = NOT_COLLECTED[TOPIC]
        return pd.DataFrame(), f"{text[0].upper()}{text[1:]}."
    whole = data.provided[TOPIC]
    rows = whole[whole["participant"].isin(data.arm.index)]
    others = len(whole) - len(rows)
    kept = f"Alerts of participants who were not randomized, not listed: {others}."
    if rows.empty:
        note = "No alert of a randomized participant was recorded."
        return rows, f"{note} {kept}" if others else note
    note = (
        f"{described(data, 'participant and time')} An empty cell: nothing was recorded. "
        "Overruled: an infusion was started in spite of the alert."
    )
    rows = rows.sort_values(["participant", "fired_at", "number"], kind="stable")
    return rows, f"{note} {kept}" if others else note


def _row(
    protocol: Protocol, data: UnblindedTrialData, row: dict[Any, Any]
) -> tuple[str, ...]:
    labels = {visit.id: visit.label for visit in protocol.schedule.visits}
    visit = labels.get(_text(row["visit"]), _text(row["visit"]))
    minute = row["timepoint_min"]
    at = "" if pd.isna(minute) else f", minute {int(minute)}".replace("-", "−")
    when = row["acknowledged_at"]
    by = _text(row["acknowledged_by"])
    return (
        str(row["participant"]),
        protocol.arm(str(data.arm[row["participant"]])).label,
        f"{row['fired_at']:%Y-%m-%d %H:%M}",
        f"{visit}{at}",
        f"{row['text']} ({row['rule']})",
        _text(row["shown_to"]),
        by if pd.isna(when) else f"{by}, {when:%Y-%m-%d %H:%M}",
        _text(row["done"]),
        ": ".join(filter(None, (_text(row["released_by"]), _text(row["reason"])))),
    )


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
