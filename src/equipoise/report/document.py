"""The report of an analysis: one page, its tables and its figures."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import StringIO

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from equipoise.analyze.plan import plan
from equipoise.analyze.result import Results
from equipoise.analyze.run import unblinded
from equipoise.dataset.trialdata import TrialData
from equipoise.errors import ReportError
from equipoise.protocol.amend import content_hash
from equipoise.protocol.check import sourced
from equipoise.protocol.model import Protocol
from equipoise.report import measure_tables, tables
from equipoise.report.figures import figures
from equipoise.report.flowchart import flowchart
from equipoise.report.sentence import headline

TOLD = ("days", "p: Fisher's exact test")  # notes that the tables say themselves


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report.

    Attributes:
        files: content by path: ``report.html``, ``results.json``, ``tables/*.csv`` and
            ``figures/*.svg``.
        headline: the primary result in one sentence.
    """

    files: Mapping[str, bytes]
    headline: str


def report(protocol: Protocol, data: TrialData, results: Results) -> Report:
    """Renders results; the same input gives the same bytes.

    Args:
        protocol: that was analyzed.
        data: that were analyzed; figures of individuals are drawn from them.
        results: of that analysis.

    Raises:
        ReportError: EQ501, the results belong to another protocol or other data.
    """
    _refuse_strangers(protocol, data, results)
    dummy = results.provenance.allocation == "dummy"
    known = unblinded(
        protocol,
        data,
        blind="dummy" if dummy else "refuse",
        seed=results.provenance.seed or 0,
    )
    drawn = figures(protocol, known, results)
    made = [
        table
        for table in (
            tables.baseline_table(protocol, results),
            tables.continuous_table(protocol, results),
            tables.standardized_table(protocol, results),
            tables.sensitivity_table(protocol, results),
            tables.proportion_table(protocol, results),
            measure_tables.measures_table(protocol, results),
            tables.survival_table(protocol, results),
            measure_tables.comparisons_table(protocol, results),
            tables.exposure_table(protocol, results),
            tables.events_table(protocol, results),
        )
        if table is not None
    ]
    sentence = headline(protocol, results)
    page = (
        _templates()
        .get_template("report.html")
        .render(
            protocol=protocol,
            provenance=results.provenance,
            headline=sentence,
            primary=results[
                next(e.id for e in protocol.endpoints if e.level == "primary")
            ],
            flow=Markup(flowchart(protocol, results)),  # noqa: S704 - escapes its own texts
            figures=[
                (caption, Markup(_inline(svg)))  # noqa: S704 - matplotlib's own, escaped
                for caption, svg in drawn.values()
            ],
            tables=made,
            plans=[(e, plan(protocol, e)) for e in protocol.endpoints],
            assumptions=[
                (at, p.note or "") for at, p in sourced(protocol) if p.assumed
            ],
            remarks=_remarks(protocol, results),
        )
    )
    files = {"report.html": page.encode(), "results.json": _json(results)}
    files |= {f"tables/{t.name}.csv": _csv(t, results) for t in made}
    files["tables/estimates.csv"] = results.to_frame().to_csv(index=False).encode()
    files |= {f"figures/{name}.svg": svg for name, (_, svg) in drawn.items()}
    files["figures/participant-flow.svg"] = flowchart(protocol, results).encode()
    return Report(files, sentence)


def _remarks(protocol: Protocol, results: Results) -> list[tuple[str, str]]:
    """What must be known of an answer, by the label of its endpoint."""
    made: list[tuple[str, str]] = []
    for endpoint in protocol.endpoints:
        answer = next(e for e in results if e.id == results.answers[endpoint.id])
        parts = [p for p in (answer.note or "").split("; ") if p and p not in TOLD]
        if parts:
            made.append((endpoint.label, "; ".join(parts)))
    return made


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("equipoise.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
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


def _inline(svg: bytes) -> str:
    """The drawing without the head of an XML file."""
    text = svg.decode()
    return text[text.index("<svg") :]


def _json(results: Results) -> bytes:
    text = json.dumps(
        results.to_dict(), indent=1, ensure_ascii=False, allow_nan=False, default=str
    )
    return (text + "\n").encode()


def _csv(table: tables.Table, results: Results) -> bytes:
    """One row for each number of a table: unrounded, with its id."""
    find = tables.Lookup(results)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["row", "column", "id", "field", "value", "printed"])
    for label, cells in table.rows:
        for head, parts in zip(table.head[1:], cells, strict=True):
            for part in parts:
                if part.id is not None and part.field is not None:
                    value = getattr(find(part.id), part.field)
                    row = [label.strip(), head, part.id, part.field, value, part.text]
                    writer.writerow(row)
    return out.getvalue().encode()
