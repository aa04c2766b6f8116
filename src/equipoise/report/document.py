"""The report of an analysis: the same content as HTML, PDF, Word and RTF."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from equipoise.analyze.result import Results
from equipoise.analyze.run import unblinded
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.trialdata import TrialData, UnblindedTrialData
from equipoise.errors import ReportError
from equipoise.numerics.garbage_collection import rarely_collected
from equipoise.protocol.amend import content_hash
from equipoise.protocol.model import Protocol
from equipoise.report import front_matter
from equipoise.report.blocks import (
    Document,
    Figure,
    Section,
    Table,
    TextTable,
    with_numbers,
)
from equipoise.report.chapters.appendix import assumptions, documentation, listings
from equipoise.report.chapters.blinding import blinding
from equipoise.report.chapters.efficacy import efficacy
from equipoise.report.chapters.methods import plan_sections
from equipoise.report.chapters.plan_statements import plan_statements
from equipoise.report.chapters.population import population
from equipoise.report.chapters.responders import responders
from equipoise.report.chapters.results_statements import (
    with_laboratory,
    with_statements,
)
from equipoise.report.chapters.safety import safety
from equipoise.report.chapters.statistics import statistics_sections
from equipoise.report.chapters.synopsis import synopsis
from equipoise.report.checklist import checklist
from equipoise.report.csv_tables import audit_csv, drawn_csv, listing_csv, wide_csv
from equipoise.report.dates import data_date
from equipoise.report.formats.html_page import page
from equipoise.report.formats.pixels import pixels
from equipoise.report.formats.rtf import rtf
from equipoise.report.formats.typeset import pdf
from equipoise.report.formats.word import docx
from equipoise.report.headline import headline
from equipoise.report.programmes.files import reproduction_files
from equipoise.report.schema import SCHEMA
from equipoise.report.spelling import spelled
from equipoise.report.structure import (
    Chapter,
    chosen,
    every_section,
    numbers,
    without_empty,
)
from equipoise.report.table_cells import sentence_case

# Without an indent: only then the encoder of json is the fast one.
ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=str)
FORMS: dict[str, Callable[[Document], bytes]] = {
    "html": page,
    "pdf": pdf,
    "docx": docx,
    "rtf": rtf,
}


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report.

    Attributes:
        files: content by path: ``report.html``, ``.pdf``, ``.docx`` and ``.rtf``,
            ``results.json`` with its ``results.schema.json``; ``tables/*.csv`` (one
            row for each number, with its id), ``tables/*.wide.csv`` (as printed),
            ``listings/*.csv``; ``figures/*.svg``, ``*.png`` and ``*.csv`` (the data drawn);
            analysis data sets in ``adam/*`` and programs that repeat the models in
            ``programs/*``.
        headline: the primary result in one sentence.
    """

    files: Mapping[str, bytes]
    headline: str


@rarely_collected()
def report(
    protocol: Protocol,
    data: TrialData,
    results: Results,
    *,
    progress: Callable[[str], None] | None = None,
    logo: bytes | None = None,
) -> Report:
    """Renders results; the same input gives the same bytes.

    Args:
        protocol: that was analyzed.
        data: that were analyzed; figures of individuals are drawn from them.
        results: of that analysis.
        progress: called with the name of each part before it is made.
        logo: content of the PNG or SVG file that ``[report] logo`` names, for the title
            page.

    Raises:
        ReportError: EQ501, the results belong to another protocol or other data; EQ502,
            the logo is neither PNG nor SVG.
    """
    _refuse_strangers(protocol, data, results)
    tell = progress or (lambda _: None)
    dummy = results.provenance.allocation == "dummy"
    trial_data = unblinded(
        protocol,
        data,
        blind="dummy" if dummy else "refuse",
        seed=results.provenance.seed or 0,
    )
    tell("tables and figures")
    whole = document(protocol, trial_data, results, logo=logo)
    files: dict[str, bytes] = {}
    for form, write in FORMS.items():
        tell(f"report.{form}")
        files[f"report.{form}"] = write(whole)
    files["results.json"] = _json(results.to_dict())
    files["results.schema.json"] = _json(SCHEMA)
    png = pixels(whole)
    for block in front_matter.blocks(whole.sections):
        if isinstance(block, Table):
            files[f"tables/{block.name}.csv"] = audit_csv(block, results)
            files[f"tables/{block.name}.wide.csv"] = wide_csv(block)
        elif isinstance(block, Figure):
            files[f"figures/{block.name}.svg"] = block.svg
            files[f"figures/{block.name}.png"] = png[block.name]
            files[f"figures/{block.name}.csv"] = drawn_csv(block)
        elif isinstance(block, TextTable) and block.kind == "Listing":
            files[f"listings/{block.name}.csv"] = listing_csv(block)
    files["tables/estimates.csv"] = results.to_frame().to_csv(index=False).encode()
    tell("analysis data sets and programs")
    files |= reproduction_files(protocol, trial_data, results)
    return Report(files, headline(protocol, results))


def document(
    protocol: Protocol,
    data: UnblindedTrialData,
    results: Results,
    *,
    logo: bytes | None = None,
) -> Document:
    """The content of the report, in the order of ICH E3 and of ``[report]``."""
    known, options = results.provenance, protocol.report
    date = data_date(data)
    everything = with_numbers(_sections(protocol, data, results))
    printed = chosen(everything, options.sections, options.omit)
    if "checklist" not in options.omit and (
        not options.sections or "checklist" in options.sections
    ):
        printed = (*printed, checklist(protocol, data, printed))
    trial = protocol.trial
    registry = f" · {trial.registry}" if trial.registry else ""
    subtitle = f"{trial.label}{registry} · protocol {trial.version}"
    made = Document(
        title=trial.title,
        subtitle=subtitle,
        about=f"{sentence_case(trial.design)}. {sentence_case(trial.condition)}.",
        banners=front_matter.banners(known),
        watermark="DRAFT · DUMMY ALLOCATION" if known.allocation == "dummy" else "",
        sections=front_matter.captioned(printed, protocol, results, date),
        facts=front_matter.facts(known, data),
        title_page=front_matter.title_page(protocol, results, data),
        running=front_matter.running(known),
        header=options.header or subtitle,
        footer=options.footer or "",
        paper=options.paper,
        logo=_logo(logo),
        lang="en-GB" if options.spelling == "UK" else "en-US",
        date=date,
    )
    return spelled(made, protocol, data, results)


def _sections(
    protocol: Protocol, data: UnblindedTrialData, results: Results
) -> tuple[Section, ...]:
    provenance = results.provenance
    dummy = provenance.allocation == "dummy"
    chapters: dict[str, Chapter] = {
        "participants": population(protocol, results),
        "efficacy": efficacy(protocol, data, results, dummy),
        "blinding": blinding(protocol, results, dummy),
        "responders": responders(protocol, results),
        "safety": safety(protocol, results, dummy),
    }
    found = every_section(chapters, _absent(protocol, data))
    found = without_empty(with_statements(found, protocol, data, results))
    dates = front_matter.trial_dates(data)
    if dates is not None:
        found = tuple(
            replace(part, blocks=(dates, *part.blocks))
            if part.id == "participant-disposition"
            else part
            for part in found
        )
    plan = (
        *plan_sections(protocol, events=collected(data, "events")),
        *plan_statements(protocol, data, provenance),
        *statistics_sections(protocol, provenance),
    )
    return (
        synopsis(protocol, data, results),
        *sorted(plan, key=lambda part: numbers(part.place)),
        *found,
        Section("appendices", "16", "Appendices", "", ()),
        assumptions(protocol, events=collected(data, "events")),
        documentation(protocol, provenance),
        with_laboratory(listings(protocol, results), protocol, data),
    )


def _absent(protocol: Protocol, data: TrialData) -> dict[str, str]:
    """Place of a section -> why nothing is in it: that its data were not collected."""
    wanted = {
        "11.3": "exposures",
        "12.1": "exposures",
        "12.2": "events",
        "12.3": "events",
        "12.5": "measurements",
    }
    return {
        place: f"{sentence_case(NOT_COLLECTED[table])}."
        for place, table in wanted.items()
        if not collected(data, table)
    }


def _logo(content: bytes | None) -> bytes | None:
    if content is None or content.startswith(b"\x89PNG\r\n\x1a\n"):
        return content
    if b"<svg" in content[:1000]:
        return content
    raise ReportError.single(
        "EQ502",
        "the logo is neither a PNG nor an SVG file",
        where="report.logo",
        fix="give the path of a PNG or SVG file",
    )


def _refuse_strangers(protocol: Protocol, data: TrialData, results: Results) -> None:
    provenance = results.provenance
    for what, ours, theirs in (
        ("protocol", content_hash(protocol), provenance.protocol_hash),
        ("data", data.content_hash, provenance.data_hash),
    ):
        if ours != theirs:
            raise ReportError.single(
                "EQ501",
                f"the results were calculated from another {what}",
                where=f"results.provenance.{what}_hash",
                fix="run the analysis again and report its results",
            )


def _json(value: Mapping[str, object]) -> bytes:
    """JSON with one line for each estimate and each listing."""
    entries = (f" {_text(key)}: {_lines(item)}" for key, item in value.items())
    return ("{\n" + ",\n".join(entries) + "\n}\n").encode()


def _lines(item: object) -> str:
    if isinstance(item, list) and item:
        return "[\n  " + ",\n  ".join(map(_text, item)) + "\n ]"
    return _text(item)


def _text(item: object) -> str:
    return ENCODER.encode(item)
