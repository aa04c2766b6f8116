"""Sentences for sections of results without a table, to explain its absence.

Covariates, missing data, interim analyses, sites, laboratory values, and the numbers of
ICH E3 14.3.2 to 14.3.4 and 16.2.8.

Source: ICH E3 (1995), sections 11.4.2, 12.2.4, 12.3, 12.4, 14.3 and 16.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from equipoise.analyze.result import Results
from equipoise.dataset.collected import collected
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Block, Paragraph, Section
from equipoise.report.chapters.counts import sentence
from equipoise.report.chapters.interim_table import interim_statement
from equipoise.report.chapters.methods import NAMES, measurement_name
from equipoise.report.chapters.statistics import covariate, missing
from equipoise.report.table_cells import lowered, plural

LISTED = {
    "serious-events": (
        "14.3.2",
        "Deaths, other serious and other significant adverse events",
    ),
    "narratives": ("14.3.3", "Narratives of deaths and serious adverse events"),
}
TYPES = {  # types of endpoint that can be adjusted -> in a sentence
    "continuous": "continuous",
    "binary": "binary",
    "time-to-event": "time-to-event",
}
EXTENSION = (
    "Section {} extends ICH E3, which ends this list with 11.4.2.8 (examination of "
    "subgroups)."
)


def with_statements(
    sections: Sequence[Section], protocol: Protocol, data: TrialData, results: Results
) -> tuple[Section, ...]:
    """The sections, each with its sentence in front of its tables.

    A sentence on data that are not known appears only where there is no table.
    """
    first = _issues(protocol, data)
    absent = {"12.4": _laboratory(protocol, data)}
    last = {
        place: Paragraph(EXTENSION.format(place), kind="note")
        for place in ("11.4.2.9", "11.4.2.10")
    }
    made = []
    for part in sections:
        blocks: list[Block] = list(part.blocks)
        if first.get(part.place):
            blocks.insert(0, Paragraph(first[part.place]))
        if part.place in absent and not blocks:
            blocks.append(absent[part.place])
        if part.place in last and blocks:
            blocks.append(last[part.place])
        if part.place == "12.2.4" and collected(data, "events"):
            blocks.append(Paragraph(_events(results)))
        if part.place == "12.3":
            blocks = _serious(results, blocks)
        made.append(replace(part, blocks=tuple(blocks)))
    return tuple(made)


def _issues(protocol: Protocol, data: TrialData) -> dict[str, str]:
    """Sentences of 11.4.2, by section."""
    return {
        "11.4.2.1": _covariates(protocol),
        "11.4.2.2": f"{missing(protocol)} {_sensitivity(protocol)}",
        "11.4.2.3": interim_statement(protocol),
        "11.4.2.4": _sites(data),
        "11.4.2.5": ""
        if protocol.multiplicity
        else "The protocol specifies no procedure for multiple comparisons: P values other "
        "than that of the primary endpoint are descriptive.",
    }


def _covariates(protocol: Protocol) -> str:
    """What is adjusted for, by endpoint; by type where all of a type agree."""
    by_type: dict[str, dict[tuple[str, ...], list[str]]] = {}
    for endpoint in protocol.endpoints:
        if endpoint.type in TYPES:
            names = tuple(covariate(protocol, n) for n in endpoint.analysis.covariates)
            grouped = by_type.setdefault(endpoint.type, {})
            grouped.setdefault(names, []).append(lowered(endpoint.label))
    adjusted: dict[tuple[str, ...], list[str]] = {}
    for kind, grouped in by_type.items():
        for names, labels in grouped.items():
            every = len(grouped) == 1 and len(labels) > 1
            texts = [f"all {TYPES[kind]} endpoints"] if every else labels
            adjusted.setdefault(names, []).extend(texts)
    others = adjusted.pop((), [])
    if not adjusted:
        return "No analysis is adjusted for covariates."
    parts = "; ".join(
        f"{' and '.join(names)} ({', '.join(labels)})"
        for names, labels in adjusted.items()
    )
    rest = " Analyses of the other endpoints are not adjusted." if others else ""
    return f"Adjusted for {parts}.{rest}"


def _sensitivity(protocol: Protocol) -> str:
    if any(endpoint.sensitivity for endpoint in protocol.endpoints):
        return "Sensitivity analyses are defined in 9.7.1."
    return "The protocol specifies no sensitivity analysis for missing data."


def _sites(data: TrialData) -> str:
    sites = data.participants["site"].dropna().nunique()
    if not sites:
        return "The data do not name the sites of participants."
    found = f"The data name {plural(sites, 'site')}."
    if sites == 1:
        return f"{found} Site effects cannot be examined."
    # The site is no characteristic, and so no covariate of any model.
    return f"{found} No analysis is adjusted for site."


def _laboratory(protocol: Protocol, data: TrialData) -> Paragraph:
    """Why laboratory values are not tabulated."""
    others = _not_vital(protocol, data)
    if collected(data, "laboratory"):
        text = (
            "Laboratory values (14.3.4) are not tabulated: no result of a randomized "
            "participant has a grade."
        )
    elif others:
        names = ", ".join(measurement_name(name) for name in others)
        text = f"Laboratory values (14.3.4) are not tabulated. The data hold {names}."
    else:
        text = "Laboratory values (14.3.4) were not collected, or not provided."
    return Paragraph(text, kind="absent")


def _not_vital(protocol: Protocol, data: TrialData) -> list[str]:
    named = {str(name) for name in data.measurements["name"].dropna()}
    reported = {n for e in protocol.endpoints for n in e.variable.measurements}
    return sorted(named - set(NAMES) - reported)


def _events(results: Results) -> str:
    rows = next((p.rows for p in results.listings if p.id == "adverse-events"), ())
    if rows:
        return "Adverse events by participant are in Listing 16.2.7.1."
    return "The data record no adverse event of a randomized participant."


def _serious(results: Results, blocks: list[Block]) -> list[Block]:
    """Sentences for 14.3.2 and 14.3.3 in place of the notes of empty listings."""
    listings = {part.id: part for part in results.listings}
    listing = listings.get("serious-events")
    if listing is None or listing.rows:
        return blocks
    kept = [
        block
        for block in blocks
        if not (isinstance(block, Paragraph) and block.text == listing.note)
    ]
    number, title = LISTED["serious-events"]
    text = sentence(listing.note) if listing.note else "Not known."
    kept.append(Paragraph(f"{title} ({number}): {lowered(text)}"))
    if (narratives := listings.get("narratives")) is None or not narratives.rows:
        number, title = LISTED["narratives"]
        kept.append(Paragraph(f"{title} ({number}): {_narratives(listing.note)}"))
    return kept


def _narratives(note: str) -> str:
    """Without a listed event there is nothing to narrate, if that is known."""
    none = "no" in note.lower().split()[:1]
    return "none, because no such event was recorded." if none else "not available."


def with_laboratory(part: Section, protocol: Protocol, data: TrialData) -> Section:
    """Section 16.2 with a sentence on 16.2.8 where no listing has that number."""
    if any(getattr(block, "group", "") == "16.2.8" for block in part.blocks):
        return part
    why = "not collected, or not provided"
    if _not_vital(protocol, data):
        why = "in the data, but not printed"
    text = f"Laboratory values by participant (16.2.8): {why}."
    groups = [str(getattr(block, "group", "")) for block in part.blocks]
    later = (place for place, group in enumerate(groups) if group > "16.2.8")
    at = next(later, len(groups))
    said = Paragraph(text, kind="absent")
    return replace(part, blocks=(*part.blocks[:at], said, *part.blocks[at:]))
