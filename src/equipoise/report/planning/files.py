"""The plan of a trial, in the forms in which it is filed."""

from __future__ import annotations

import json
from dataclasses import replace

from equipoise.design.planning.plan import (
    NO_SOURCE,
    SOFTWARE,
    Plan,
    PlanFigure,
    power_text,
)
from equipoise.report.blocks import (
    Document,
    Figure,
    Paragraph,
    Section,
    Series,
    TextTable,
)
from equipoise.report.figures.style import GREY, arm_look, drawn, figure, legend
from equipoise.report.formats.html_page import page
from equipoise.report.formats.word import docx
from equipoise.report.table_cells import plural


def files(plan: Plan) -> dict[str, bytes]:
    """Page, text document, numbers and the block for the protocol file.

    Args:
        plan: of one question.

    Returns:
        File name -> content; the same bytes for the same plan.
    """
    made = document(plan)
    numbers = json.dumps(plan.to_json(), indent=2, ensure_ascii=False, default=str)
    return {
        "plan.html": page(made),
        "plan.docx": docx(made),
        "plan.json": f"{numbers}\n".encode(),
        "size.toml": plan.size_block().encode(),
    }


def document(plan: Plan) -> Document:
    """The plan as a document."""
    said = tuple(
        (a.name, f"{a.value:g} {a.unit}".strip(), a.source or NO_SOURCE)
        for a in plan.assumptions
    )
    rows = tuple(
        (s.changed, power_text(s.power), s.size_text) for s in plan.sensitivity
    )
    wanted = f"Size for {plan.quantity} {power_text(plan.target_power)}"
    head = (
        "Assumption",
        f"{plan.quantity.capitalize()} with {plural(plan.participants, 'participant')}",
        wanted,
    )
    parts = [
        ("protocol", "Text for the protocol (ICH M11, 10.11)", [plan.protocol]),
        ("sap", "Text for the statistical analysis plan", [plan.sap]),
    ]
    sections = [
        Section(name, "", title, "", tuple(Paragraph(text) for text in texts))
        for name, title, texts in parts
    ]
    tables = (
        TextTable("assumptions", "Assumptions", ("Name", "Value", "Source"), said,
                  kind="Table", number="1"),
        TextTable("sensitivity", "Sensitivity", head, rows, kind="Table", number="2"),
        power_figure(plan),
    )  # fmt: skip
    sections.append(Section("numbers", "", "Assumptions and sensitivity", "", tables))
    if further := _further(plan):
        sections.append(Section("results", "", "Further results", "", further))
    block = Paragraph(plan.size_block().rstrip("\n"), kind="code")
    sections.append(Section("block", "", "Block for the protocol file", "", (block,)))
    cited = tuple(Paragraph(text) for text in plan.references)
    sections.append(Section("references", "", "References", "", cited))
    seed = "nothing was simulated" if plan.seed is None else str(plan.seed)
    return Document(
        title="Plan of the sample size",
        subtitle=plan.question,
        about=f"Calculated: {plan.solved_for}.",
        banners=(),
        watermark="",
        sections=tuple(sections),
        facts=(("Software", SOFTWARE), ("Seed", seed)),
        title_page=(("Software", SOFTWARE), ("Seed", seed)),
    )


def _further(plan: Plan) -> tuple[TextTable | Figure, ...]:
    """Tables and figures that only some questions have, numbered after the others."""
    tables = [
        TextTable(t.name, t.title, t.head, t.rows, t.note, kind="Table", number=f"{k}")
        for k, t in enumerate(plan.tables, start=3)
    ]
    figures = [further_figure(f, k) for k, f in enumerate(plan.figures, start=2)]
    return (*tables, *figures)


def further_figure(figure_: PlanFigure, number: int) -> Figure:
    """A plot of lines with marks."""
    made, axes = figure()
    series = []
    for k, (label, x, y) in enumerate(figure_.lines):
        axes.plot(x, y, label=label, **arm_look(k))
        none = (None,) * len(x)
        series.append(Series(label, "", x, y, none, none, none, ("",) * len(x)))
    if figure_.zero:
        axes.axhline(0, color=GREY, linewidth=0.8)
    axes.set_xlabel(figure_.x_label)
    axes.set_ylabel(figure_.y_label)
    if len(figure_.lines) > 1:
        legend(made, axes)
    said = "; ".join(
        f"{label}: " + ", ".join(f"{a:.4g}: {b:.4g}" for a, b in zip(x, y, strict=True))
        for label, x, y in figure_.lines
    )
    alt = f"{figure_.y_label} by {figure_.x_label}. {said}."
    drawing = drawn(made, figure_.name, figure_.title, alt, series, dummy=False)
    return replace(drawing, number=f"{number}")


def power_figure(plan: Plan) -> Figure:
    """Power by number of participants."""
    made, axes = figure()
    x = tuple(float(n) for n, _ in plan.curve)
    y = tuple(100 * power for _, power in plan.curve)
    axes.plot(x, y, **arm_look(0))
    axes.axvline(plan.participants, color=GREY, linestyle=":")
    axes.set_xlabel("Participants randomized")
    axes.set_ylabel(f"{plan.quantity.capitalize()} (%)")
    axes.set_ylim(0, 102)
    none = (None,) * len(x)
    series = Series(
        "power", "", x, y, none, none, tuple(n for n, _ in plan.curve), ("",) * len(x)
    )
    points = "; ".join(f"{n:g}: {p:.1f}%" for n, p in zip(x, y, strict=True))
    alt = (
        f"Curve of {plan.quantity} by participants randomized: {points}. The dotted "
        f"line is the planned size, {plan.participants}."
    )
    title = f"{plan.quantity.capitalize()} by size (dotted line: planned size)"
    drawing = drawn(
        made,
        "power",
        title,
        alt,
        [series],
        dummy=False,
    )
    return replace(drawing, number="1")
