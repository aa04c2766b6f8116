"""The section of the page with every problem, and what ``--accept`` would accept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from equipoise.errors import CODES
from equipoise.report.blocks import Paragraph
from equipoise.report.inspection.findings import STAGES, Findings, FoundProblem
from equipoise.report.inspection.page_blocks import (
    PageBlock,
    ShownProblem,
    frame_table,
    text_table,
)
from equipoise.report.inspection.problems import acceptable, affected
from equipoise.report.table_cells import plural, sentence_case


def problem_blocks(findings: Findings) -> Iterator[PageBlock]:
    """Every problem with its rows."""
    if not findings.problems:
        yield Paragraph("No problems.")
        return
    stages = [
        name for name in STAGES if any(p.stage == name for p in findings.problems)
    ]
    if len(stages) > 1:
        yield Paragraph(
            f"An analysis reports those of {STAGES[stages[0]]} first. The others were "
            "found in what could be read nonetheless; some may follow from the first.",
            kind="note",
        )
    for number, found in enumerate(findings.problems):
        yield _shown(found, number)
    rows = [
        (
            f"--accept {code}",
            CODES[code].title,
            str(problems),
            str(n) if n else "–",
            meaning,
            "yes" if taken else "no",
        )
        for code, problems, n, meaning, taken in acceptable(findings)
    ]
    if rows:
        heads: Sequence[str] = (
            "Option",
            "Accepts",
            "Problems",
            "Rows",
            "Consequence",
            "Accepted",
        )
        yield text_table("acceptable", "What --accept would accept", heads, rows)
    else:
        yield Paragraph("None of these problems can be accepted.", kind="note")


def _shown(found: FoundProblem, number: int) -> ShownProblem:
    rows = found.rows
    table = None
    if len(rows):
        shown = rows.dropna(axis=1, how="all")
        count = affected(found) or 0
        table = frame_table(f"problem-{number}", plural(count, "row"), shown, most=50)
    state = (
        "accepted" if found.accepted else "can be accepted" if found.acceptable else ""
    )
    code = found.problem.code
    return ShownProblem(
        code,
        CODES[code].title,
        sentence_case(found.what),
        found.problem.where,
        found.fix,
        state,
        table,
    )
