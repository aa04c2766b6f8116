"""Listings of participants: discontinuation, deviations, demographic data."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.listing_order import described
from equipoise.analyze.population.deviation import Deviation
from equipoise.analyze.population.deviations import kind_label, unknown_kinds
from equipoise.analyze.population.dosing_listing import dosing_listing, infusion_listing
from equipoise.analyze.population.membership import exclusions
from equipoise.analyze.population.response_listing import responses, secondary_responses
from equipoise.analyze.result import Listing
from equipoise.dataset.attendance import attendance
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.derive import baseline
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.labels import score_label
from equipoise.protocol.model import Protocol

ENDS = {  # milestone -> what was discontinued, how
    "treatment-discontinued": ("Treatment", "discontinued"),
    "study-withdrawn": ("Study", "withdrew"),
    "lost-to-follow-up": ("Study", "lost to follow-up"),
    "death": ("Study", "died"),
}


def population_listings(
    protocol: Protocol, data: UnblindedTrialData, found: list[Deviation]
) -> tuple[Listing, ...]:
    """Listings 16.2.1 to 16.2.6 of ICH E3, in that order."""
    return (
        discontinued(protocol, data),
        deviation_listing(protocol, data, found),
        exclusions(protocol, data),
        demographics(protocol, data),
        dosing_listing(protocol, data),
        *infusion_listing(protocol, data),
        responses(protocol, data),
        *secondary_responses(protocol, data),
    )


def discontinued(protocol: Protocol, data: UnblindedTrialData) -> Listing:
    """Participants who discontinued treatment or left the study, one row for each.

    Source: ICH E3 16.2.1.
    """
    rows = data.dispositions[
        data.dispositions["milestone"].isin(list(ENDS))
        & data.dispositions["participant"].isin(data.arm.index)
    ].sort_values(["participant", "day"])
    last = _last_visits(protocol, data)
    listed = []
    for row in rows.to_dict("records"):
        what, how = ENDS[row["milestone"]]
        person = str(row["participant"])
        reason = "not recorded" if pd.isna(row["reason"]) else str(row["reason"])
        listed.append(
            (person, _arm(protocol, data, person), last.get(person, "none recorded"),
             _text(row["day"]), what, how, reason)
        )  # fmt: skip
    recorded = collected(data, "dispositions")
    note = "No discontinuation was recorded." if recorded else _sentence("dispositions")
    return Listing(
        id="discontinued",
        title="Participants who discontinued treatment or left the study",
        columns=(
            "Participant", "Arm", "Last visit held", "Day discontinued", "Discontinued",
            "How", "Reason",
        ),
        rows=tuple(listed),
        note=described(data, "participant and day") if listed else note,
        group="16.2.1",
    )  # fmt: skip


def deviation_listing(
    protocol: Protocol, data: UnblindedTrialData, found: list[Deviation]
) -> Listing:
    """Every deviation as a row.

    Source: ICH E3 16.2.2.
    """
    rows = tuple(
        (
            d.participant,
            _arm(protocol, data, d.participant),
            kind_label(protocol, d.kind),
            d.where,
            d.what,
        )
        for d in found
        if d.known
    )
    order = described(data, "kind of deviation and participant")
    notes = [f"{order} Criteria that an investigator attests to are not in the data."]
    if not rows:
        notes = ["No deviation of the kinds that the data can show was found."]
    hidden = {k: why for k, why in unknown_kinds(protocol, data).items() if why}
    notes += [
        f"{kind_label(protocol, k)}: not known, {why}." for k, why in hidden.items()
    ]
    if any(not d.known for d in found):
        notes.append("Values that are not recorded are counted in the summary.")
    return Listing(
        id="deviations",
        title="Protocol deviations",
        columns=("Participant", "Randomized to", "Kind", "Where", "What"),
        rows=rows,
        note=" ".join(notes),
        group="16.2.2",
    )


def demographics(protocol: Protocol, data: UnblindedTrialData) -> Listing:
    """One row for each participant with an arm: characteristics, scores at baseline.

    Source: ICH E3 16.2.4.
    """
    people = data.participants.set_index("participant").loc[data.arm.index].sort_index()
    scores = dict.fromkeys(
        e.variable.score for e in protocol.endpoints if e.level == "primary"
    )
    columns, values = [], []
    if people["site"].notna().any():
        columns.append("Site")
        values.append(people["site"].map(_text))
    for part in protocol.characteristics:
        unit = f", {part.unit}" if part.unit else ""
        columns.append(f"{part.label}{unit}")
        own = people[part.id]
        labels = part.labels
        values.append(own.map(lambda v, labels=labels: labels.get(_text(v), _text(v))))
    for score in scores:
        if score is not None:
            columns.append(score_label(protocol, score))
            start = baseline(data, protocol, score).reindex(people.index)
            values.append(start.map(_text))
    rows = tuple(
        (str(person), _arm(protocol, data, str(person)), *cells)
        for person, *cells in zip(people.index, *values, strict=True)
    )
    return Listing(
        id="demographics",
        title="Demographic and baseline data",
        columns=("Participant", "Arm", *columns),
        rows=rows,
        note=f"{described(data, 'participant')} "
        "Scores at baseline. An empty cell was not recorded.",
        group="16.2.4",
    )


def _last_visits(protocol: Protocol, data: UnblindedTrialData) -> dict[str, str]:
    """Label of the last visit that was held, by participant."""
    table = attendance(data, protocol)
    held = table[table["held"]].sort_values("day", kind="stable")
    labels = {visit.id: visit.label for visit in protocol.schedule.visits}
    last = held.drop_duplicates("participant", keep="last")
    return {
        str(person): labels[visit]
        for person, visit in zip(last["participant"], last["visit"], strict=True)
    }


def _arm(protocol: Protocol, data: UnblindedTrialData, person: str) -> str:
    return protocol.arm(str(data.arm[person])).label


def _sentence(table: str) -> str:
    text = NOT_COLLECTED[table]
    return f"{text[0].upper()}{text[1:]}."


def _text(value: Any) -> str:
    if value is None or pd.isna(value):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
