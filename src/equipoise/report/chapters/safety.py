"""Safety: adverse events, deaths, vital signs, acute effects, other instruments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from equipoise.analyze.result import Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import (
    Block,
    Figure,
    Lookup,
    Paragraph,
    Section,
    TextTable,
)
from equipoise.report.chapters import safety_tables as tables
from equipoise.report.chapters.acute_tables import acute_blocks
from equipoise.report.chapters.alert_tables import alert_blocks
from equipoise.report.chapters.collected_tables import rated_at_infusions
from equipoise.report.chapters.counts import sentence
from equipoise.report.chapters.laboratory_tables import laboratory_blocks
from equipoise.report.chapters.supporting_methods_table import (
    supporting_methods_table,
)
from equipoise.report.chapters.vital_tables import broken_table, vital_blocks
from equipoise.report.figures import safety as drawings
from equipoise.report.figures.adverse_events import dots
from equipoise.report.structure import unplaced

LISTINGS = frozenset({"serious-events", "narratives"})
USUAL = (
    "Numbers 14.3.5 (vital signs) and 14.3.6 (acute effects and other instruments of "
    "safety) extend the list of ICH E3, which ends with 14.3.4 (laboratory values)."
)


def safety(protocol: Protocol, results: Results, dummy: bool) -> Section:
    """ICH E3 section 12, with displays in 14.3.1 to 14.3.6."""
    blocks: list[Block | None] = [
        *_events(protocol, results, dummy),
        *_of_type(protocol, results, "side-effects", dummy),
        *_serious(results),
        *laboratory_blocks(protocol, results),
        *_of_type(protocol, results, "vital-signs", dummy),
        broken_table(protocol, results),
        *alert_blocks(protocol, results),
        *_of_type(protocol, results, "acute", dummy),
        *rated_at_infusions(protocol, results),
    ]
    shown = [block for block in blocks if block is not None]
    if any(getattr(block, "group", "") in ("14.3.5", "14.3.6") for block in shown):
        shown.append(Paragraph(USUAL, kind="note"))
    return unplaced(shown)


def _events(
    protocol: Protocol, results: Results, dummy: bool
) -> Iterator[Block | None]:
    overview = tables.overview_table(protocol, results)
    if overview is None:
        row = Lookup(results)("events.definition")
        if row is not None:
            yield Paragraph(sentence(str(row.note)), row.id)
        return
    yield overview
    yield tables.rates_table(protocol, results)
    yield supporting_methods_table(protocol, results, safety=True)
    yield tables.events_table(protocol, results)
    yield tables.severity_table(protocol, results)
    yield _grouped(dots(protocol, results, dummy), tables.GROUP)
    yield tables.by_infusion_table(protocol, results)


def _of_type(
    protocol: Protocol, results: Results, kind: str, dummy: bool
) -> Iterator[Block | None]:
    for endpoint in protocol.endpoints:
        if endpoint.type != kind:
            continue
        if kind == "side-effects":
            yield from _side_effects(protocol, results, endpoint, dummy)
        elif kind == "vital-signs":
            yield from vital_blocks(protocol, results, endpoint)
            yield _grouped(
                drawings.vitals(protocol, endpoint, results, dummy), "14.3.5"
            )
        else:
            yield from acute_blocks(protocol, results, endpoint)
            if results.select(endpoint=endpoint.id, analysis="course"):
                figure = drawings.course(protocol, endpoint, results, dummy)
                yield _grouped(figure, "14.3.6")


def _side_effects(
    protocol: Protocol, results: Results, endpoint: Endpoint, dummy: bool
) -> Iterator[Block | None]:
    table = tables.infusion_table(protocol, results, endpoint)
    if table is None:
        row = Lookup(results)(f"{endpoint.id}.trend.difference")
        if row is not None:
            yield Paragraph(f"{endpoint.label}: {row.note}.", row.id)
        return
    any_event = tables.by_infusion_table(protocol, results)
    same = any_event is not None and any_event.population == table.population
    if not same or endpoint.variable.events not in (None, "all"):
        yield table  # otherwise it is the first part of the table by infusion and term
    yield tables.trend_table(protocol, results, endpoint)
    figure = drawings.by_infusion(protocol, endpoint, results, dummy)
    yield _grouped(figure, tables.GROUP)


def _serious(results: Results) -> Iterator[Block]:
    """Deaths and serious adverse events appear here, and not only in the appendix."""
    for listing in results.listings:
        if listing.id not in LISTINGS:
            continue
        if not listing.rows:
            if listing.id == "serious-events":
                yield Paragraph(listing.note)
            continue
        yield TextTable(
            listing.id,
            listing.title,
            listing.columns,
            listing.rows,
            listing.note,
            group=listing.group,
        )


def _grouped(figure: Figure | None, group: str) -> Figure | None:
    return figure and replace(figure, group=group)
