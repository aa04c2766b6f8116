"""Methods, assumptions and listings of participants."""

from __future__ import annotations

from equipoise.analyze.plan import plan
from equipoise.analyze.result import Results
from equipoise.protocol.check import sourced
from equipoise.protocol.model import Protocol
from equipoise.report.content import Bullets, Paragraph, Section, TextTable

ABOVE = ("serious-events", "narratives")  # listings that stand in the chapter on safety


def methods(protocol: Protocol) -> Section:
    """ICH E3 9.7: each endpoint with its estimand and its analysis."""
    rows = []
    for endpoint in protocol.endpoints:
        how = plan(protocol, endpoint)
        pair = endpoint.estimand.treatment
        compared = f"{protocol.arm(pair.arm).label} − {protocol.arm(pair.versus).label}"
        rows.append((endpoint.label, endpoint.level, compared, how.describe()))
    table = TextTable(
        "methods",
        "Estimands and analyses",
        ("Endpoint", "Level", "Comparison", "Estimand and analysis"),
        tuple(rows),
        kind="Table",
    )
    return Section("methods", "9.7", "Statistical methods", "9.7", (table,))


def assumptions(protocol: Protocol) -> Section:
    """What the protocol states without a source."""
    items = tuple(
        f"{place or 'protocol'}: {part.note}" if part.note else (place or "protocol")
        for place, part in sourced(protocol)
        if part.assumed
    )
    text = f"{len(items)} statements of the protocol have no source and are assumed."
    return Section(
        "assumptions", "", "Assumptions", "", (Paragraph(text), Bullets(items))
    )


def listings(results: Results) -> Section:
    """ICH E3 16.2: rows about single participants."""
    found = tuple(
        TextTable(
            part.id, part.title, part.columns, part.rows, part.note, group=part.group
        )
        for part in results.listings
        if part.id not in ABOVE
    )
    return Section("listings", "16.2", "Listings of participants", "16.2", found)
