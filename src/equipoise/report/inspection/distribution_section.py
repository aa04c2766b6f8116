"""The section of the page with the distribution of every number and code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from equipoise.report.blocks import Paragraph
from equipoise.report.inspection.distributions import (
    Counts,
    Distribution,
    counts,
    distributions,
    limits,
    marked_values,
)
from equipoise.report.inspection.drawings import histogram
from equipoise.report.inspection.findings import Findings
from equipoise.report.inspection.page_blocks import Card, Cards, PageBlock, frame_table
from equipoise.report.inspection.visit_boxes import visit_boxes

BY_VISIT = (
    "By visit: line from the lowest to the highest value, box between the quartiles, "
    "mark at the median, and the number of values."
)


def distribution_blocks(findings: Findings) -> Iterator[PageBlock]:
    """Histograms, codes, and values that are impossible or unlikely."""
    found = distributions(findings)
    marks = marked_values(findings, found)
    if marks.empty and found:
        yield Paragraph(
            "No value is outside of its possible range, and none is far from all others "
            "(three interquartile ranges beyond the quartiles).",
        )
    elif len(marks):
        heads: Sequence[str] = (
            "What",
            "Kind",
            "Value",
            "Possible",
            "Participant",
            "Visit",
            "Minute",
        )
        heads = (*heads, "File", "Row", "Column")
        note = "Unlikely: three interquartile ranges beyond the quartiles (Tukey 1977)."
        title = "Impossible and unlikely values"
        yield frame_table("marked", title, marks, heads, note)
    coded = counts(findings)
    if not found and not coded:
        yield Paragraph("No number and no code could be read.")
        return
    groups = dict.fromkeys([*(p.group for p in found), *(p.group for p in coded)])
    visits = {visit.id: visit.label for visit in findings.protocol.schedule.visits}
    for group in groups:
        cards = [_card(part, visits) for part in found if part.group == group]
        cards += [_code_card(part) for part in coded if part.group == group]
        boxed = any(card.by_visit is not None for card in cards)
        yield Cards(group, tuple(cards), BY_VISIT if boxed else "")


def _card(part: Distribution, visits: Mapping[str, str]) -> Card:
    values = part.numbers
    bad, odd = int(part.impossible.sum()), int(part.unlikely.sum())
    middle = pd.Series(values).median()
    line = (
        f"n = {len(values)}; {values.min():g} to {values.max():g}, median {middle:g}. "
    )
    line += f"Possible: {limits(part)}."
    if bad:
        line += f" Impossible: {bad}."
    if odd:
        line += f" Unlikely: {odd}."
    return Card(
        part.label,
        line.replace("-", "−"),
        histogram(part),
        bool(bad),
        by_visit=visit_boxes(part, visits),
    )


def _code_card(part: Counts) -> Card:
    most = max((n for _, n in part.counts), default=1) or 1
    bars = tuple((label, n, 100 * n / most) for label, n in part.counts)
    return Card(part.label, part.note, bars=bars)
