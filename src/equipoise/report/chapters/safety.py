"""What the treatment did besides: adverse events, acute effects, vital signs."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyze.result import Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.chapters import safety_tables as tables
from equipoise.report.content import Block, Paragraph, Section, TextTable
from equipoise.report.drawings import safety as drawings
from equipoise.report.drawings.adverse_events import dots


def safety(protocol: Protocol, results: Results, dummy: bool) -> Section:
    """ICH E3 section 12."""
    blocks: list[Block | None] = [
        tables.overview_table(protocol, results),
        tables.events_table(protocol, results),
        dots(protocol, results, dummy),
        *_serious(results),
    ]
    for endpoint in protocol.endpoints:
        blocks += _of(protocol, results, endpoint, dummy)
    kept = tuple(block for block in blocks if block is not None)
    if not kept:
        kept = (Paragraph("The data hold no adverse event and no measurement."),)
    return Section("safety", "12", "Safety", "14.3", kept)


def _of(
    protocol: Protocol, results: Results, endpoint: Endpoint, dummy: bool
) -> Iterator[Block | None]:
    if endpoint.type == "side-effects":
        yield tables.trend_table(protocol, results, endpoint)
        yield drawings.by_infusion(protocol, endpoint, results, dummy)
    elif endpoint.type == "acute":
        yield tables.acute_table(protocol, results, endpoint)
        yield drawings.course(protocol, endpoint, results, dummy)
    elif endpoint.type == "vital-signs":
        yield tables.vital_table(protocol, results, endpoint)
        yield drawings.vitals(protocol, endpoint, results, dummy)
        yield tables.marked_table(protocol, results, endpoint)
        yield tables.shift_table(protocol, results, endpoint)


def _serious(results: Results) -> Iterator[Block]:
    """Deaths and serious events stand here, and not only in the appendix."""
    for listing in results.listings:
        if listing.id in ("serious-events", "narratives"):
            if not listing.rows:
                if listing.id == "serious-events":
                    yield Paragraph(listing.note)
                continue
            yield TextTable(
                listing.id, listing.title, listing.columns, listing.rows, listing.note
            )
