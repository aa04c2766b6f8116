"""The report of an analysis: one content, written as page, PDF, Word and RTF."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from equipoise.analyze.result import Provenance, Results
from equipoise.analyze.run import unblinded
from equipoise.dataset.trialdata import TrialData, UnblindedTrialData
from equipoise.errors import ReportError
from equipoise.protocol.amend import content_hash
from equipoise.protocol.model import Protocol
from equipoise.report.chapters.appendix import assumptions, listings, methods
from equipoise.report.chapters.blinding import blinding
from equipoise.report.chapters.efficacy import efficacy
from equipoise.report.chapters.population import population
from equipoise.report.chapters.safety import safety
from equipoise.report.checklist import checklist
from equipoise.report.content import (
    Document,
    Figure,
    Lookup,
    Paragraph,
    Section,
    Table,
    TextTable,
    with_numbers,
)
from equipoise.report.forms.page import page
from equipoise.report.forms.rtf import rtf
from equipoise.report.forms.typeset import pdf
from equipoise.report.forms.word import docx
from equipoise.report.programmes.files import reproduction_files
from equipoise.report.schema import SCHEMA
from equipoise.report.sentence import headline

FORMS: dict[str, Callable[[Document], bytes]] = {
    "html": page,
    "pdf": pdf,
    "docx": docx,
    "rtf": rtf,
}
VIRTUAL = (
    "Virtual participants: nobody in this report is real. Nothing in it is evidence."
)
DUMMY = (
    "Dummy allocation: arms were shuffled to rehearse the analysis while the trial is "
    "blind. No number compares treatments."
)


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report.

    Attributes:
        files: content by path: ``report.html``, ``.pdf``, ``.docx`` and ``.rtf``,
            ``results.json`` with its ``results.schema.json``, ``tables/*.csv``,
            ``figures/*.svg`` and ``*.png``; analysis data sets in ``adam/*`` and
            programs that repeat the models in ``programs/*``.
        headline: the primary result in one sentence.
    """

    files: Mapping[str, bytes]
    headline: str


def report(
    protocol: Protocol,
    data: TrialData,
    results: Results,
    *,
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Renders results; the same input gives the same bytes.

    Args:
        protocol: that was analyzed.
        data: that were analyzed; figures of individuals are drawn from them.
        results: of that analysis.
        progress: told what is being made.

    Raises:
        ReportError: EQ501, the results belong to another protocol or other data.
    """
    _refuse_strangers(protocol, data, results)
    tell = progress or (lambda _: None)
    dummy = results.provenance.allocation == "dummy"
    known = unblinded(
        protocol,
        data,
        blind="dummy" if dummy else "refuse",
        seed=results.provenance.seed or 0,
    )
    tell("tables and figures")
    whole = document(protocol, known, results)
    files: dict[str, bytes] = {}
    for form, write in FORMS.items():
        tell(f"report.{form}")
        files[f"report.{form}"] = write(whole)
    files["results.json"] = _json(results.to_dict())
    files["results.schema.json"] = _json(SCHEMA)
    for _, block in whole.numbered():
        if isinstance(block, Table):
            files[f"tables/{block.name}.csv"] = _csv(block, results)
        elif isinstance(block, Figure):
            files[f"figures/{block.name}.svg"] = block.svg
            files[f"figures/{block.name}.png"] = block.png
        elif isinstance(block, TextTable) and block.kind == "Listing":
            files[f"listings/{block.name}.csv"] = _listing(block)
    files["tables/estimates.csv"] = results.to_frame().to_csv(index=False).encode()
    tell("analysis data sets and programs")
    files |= reproduction_files(protocol, known, results)
    return Report(files, headline(protocol, results))


def document(
    protocol: Protocol, data: UnblindedTrialData, results: Results
) -> Document:
    """The content of the report, in the order of ICH E3."""
    known = results.provenance
    dummy = known.allocation == "dummy"
    primary = next(e.id for e in protocol.endpoints if e.level == "primary")
    summary = Paragraph(headline(protocol, results), results[primary].id, "headline")
    parts: list[Section | None] = [
        Section("synopsis", "2", "Synopsis", "", (summary,)),
        methods(protocol),
        population(protocol, results),
        efficacy(protocol, data, results, dummy),
        blinding(protocol, results, dummy),
        safety(protocol, results, dummy),
        listings(results),
        assumptions(protocol),
    ]
    sections = with_numbers([part for part in parts if part is not None])
    trial = protocol.trial
    banners = [DUMMY] if dummy else []
    banners += [VIRTUAL] if known.virtual else []
    banners += [f"Accepted knowingly: {text}" for text in known.accepted]
    registry = f" · {trial.registry}" if trial.registry else ""
    return Document(
        title=trial.title,
        subtitle=f"{trial.label}{registry} · protocol {trial.version}",
        about=f"{trial.design}. {trial.condition}. Protocol after {trial.reference}.",
        banners=tuple(banners),
        watermark="DRAFT · DUMMY ALLOCATION" if dummy else "",
        sections=(*sections, checklist(protocol, sections)),
        facts=_facts(known),
    )


def _facts(known: Provenance) -> tuple[tuple[str, str], ...]:
    version = f"{known.protocol} {known.protocol_version}"
    return (
        ("Protocol", f"{version}, sha256 {known.protocol_hash}"),
        ("Data", f"sha256 {known.data_hash}"),
        ("Software", known.software),
        ("Seed", "none" if known.seed is None else str(known.seed)),
        ("Allocation", known.allocation),
    )


def _refuse_strangers(protocol: Protocol, data: TrialData, results: Results) -> None:
    known = results.provenance
    for what, ours, theirs in (
        ("protocol", content_hash(protocol), known.protocol_hash),
        ("data", data.content_hash, known.data_hash),
    ):
        if ours != theirs:
            raise ReportError.single(
                "EQ501",
                f"the results were worked out from another {what}",
                where=f"results.provenance.{what}_hash",
                mend="analyze again, and report these results",
            )


def _json(value: Mapping[str, object]) -> bytes:
    text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False, default=str)
    return (text + "\n").encode()


def _csv(table: Table, results: Results) -> bytes:
    """One row for each number of a table: unrounded, with its id."""
    find = Lookup(results)
    rows: list[tuple[object, ...]] = [
        ("row", "column", "id", "field", "value", "printed")
    ]
    for name, cells in table.rows:
        for head, parts in zip(table.head[1:], cells, strict=True):
            for part in parts:
                row = find(part.id) if part.id is not None else None
                if row is not None and part.field is not None:
                    value = getattr(row, part.field)
                    own = (name.strip(), head, row.id, part.field, value, part.text)
                    rows.append(own)
    return _written(rows)


def _listing(table: TextTable) -> bytes:
    return _written([table.head, *table.rows])


def _written(rows: Sequence[Sequence[object]]) -> bytes:
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()
