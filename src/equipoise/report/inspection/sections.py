"""The sections of the page of an inspection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from equipoise.dataset.collected import NOT_COLLECTED
from equipoise.report.blocks import Paragraph, TextTable
from equipoise.report.inspection import days, identifiers
from equipoise.report.inspection.arm_counts import arm_counts
from equipoise.report.inspection.completeness import (
    STATE_LABELS,
    STATES,
    aggregated,
    completeness,
    subject_label,
)
from equipoise.report.inspection.distribution_section import distribution_blocks
from equipoise.report.inspection.drawings import heat_map
from equipoise.report.inspection.file_section import column_blocks, file_blocks
from equipoise.report.inspection.findings import Findings
from equipoise.report.inspection.map_rows import (
    MOST_ROWS,
    SIGNS,
    column_labels,
    map_columns,
    map_rows,
)
from equipoise.report.inspection.page_blocks import (
    Map,
    PageBlock,
    Part,
    frame_table,
    text_table,
)
from equipoise.report.inspection.problem_section import problem_blocks
from equipoise.report.inspection.problems import TABLE_NAMES
from equipoise.report.table_cells import plural, sentence_case

NO_FREE_TEXT = (
    "This page shows no free text, and no cell of a column that is not read. Texts of "
    "cells appear only as codes that several participants share, short numbers or dates."
)


def parts(findings: Findings) -> tuple[Part, ...]:
    """Every section, in the order of reading."""
    table = completeness(findings)
    made = (
        Part("problems", "Problems", tuple(problem_blocks(findings))),
        Part("files", "Files", tuple(file_blocks(findings))),
        Part("tables", "Tables", tuple(_tables(findings))),
        Part("completeness", "Completeness", tuple(_completeness(findings, table))),
        Part("distributions", "Distributions", tuple(distribution_blocks(findings))),
        Part("identifiers", "Identifiers", tuple(_identifiers(findings))),
        Part("days", "Dates and study days", tuple(_days(findings))),
        Part(
            "columns", "Columns, and what is not read", tuple(column_blocks(findings))
        ),
    )
    return tuple(part for part in made if part.blocks)


def _tables(findings: Findings) -> Iterator[PageBlock]:
    rows = []
    for name, label in TABLE_NAMES.items():
        frame, coded = findings.tables[name], findings.coded.get(name, ())
        if not findings.collected(name):
            state = sentence_case(NOT_COLLECTED.get(name, "nothing was read"))
            if name == "recorded_scores" and findings.collected("answers"):
                state = "Scores are calculated from the item responses"
            absence = findings.absence(name)
            if absence == "none read":
                state = (
                    "Columns are mapped for it, but no row of a participant was read"
                )
            rows.append((sentence_case(label), absence, "–", "–", state))
            continue
        if frame.empty and not len(coded):
            confirmed = name in findings.origin.confirmed_empty
            state = "The mapping states that it was collected and is empty."
            rows.append(
                (sentence_case(label), "none", "none", "–", state if confirmed else "")
            )
            continue
        people = frame["participant"].nunique()
        reasons = str(len(coded)) if len(coded) else "none"
        rows.append((sentence_case(label), str(len(frame)), str(people), reasons, ""))
    heads: Sequence[str] = (
        "Table",
        "Rows",
        "Participants",
        "Rows with a reason instead",
        "Remark",
    )
    yield text_table("table-rows", "Rows of each table", heads, rows, NO_FREE_TEXT)
    if findings.unblinded:
        yield arm_counts(findings)


def _completeness(findings: Findings, table: pd.DataFrame) -> Iterator[PageBlock]:
    if table.empty:
        yield Paragraph("No participant could be read.")
        return
    columns = map_columns(table, findings)
    labels = column_labels(columns, findings)
    names, boxes = map_rows(table, columns, labels)
    people = table["participant"].nunique()
    note = "Empty space: not planned. A planned visit may not have been due."
    if people > MOST_ROWS:
        note += (
            " Participants with the same pattern share a row. In the row of other "
            "patterns, a stronger color means that more of them have a value."
        )
    present = [state for state in STATES if (table["state"] == state).any()]
    alt = f"Completeness of {plural(people, 'participant')}; the table below has the counts"
    yield Map(
        f"Completeness map of {plural(people, 'participant')}",
        heat_map(names, labels, boxes, alt),
        tuple((SIGNS[state], sentence_case(STATE_LABELS[state])) for state in present),
        note,
    )
    yield _states(findings, table)


def _states(findings: Findings, table: pd.DataFrame) -> TextTable:
    visits = {visit.id: visit.label for visit in findings.protocol.schedule.visits}
    order = {key: n for n, key in enumerate(map_columns(table, findings))}
    found = aggregated(table)
    pairs = list(zip(found["visit"], found["subject"], strict=True))
    found = found.iloc[sorted(range(len(found)), key=lambda n: order[pairs[n]])]
    rows = []
    for _, row in found.iterrows():
        numbers = [str(int(row[s])) if row[s] else "none" for s in STATES[:4]]
        if row["not looked at"]:
            numbers = ["not looked at"] * 4
        label = subject_label(findings.protocol, str(row["subject"]))
        visit = visits.get(str(row["visit"]), str(row["visit"]))
        rows.append((visit, label, *numbers, "yes" if row["planned"] else "no"))
    heads: Sequence[str] = (
        "Visit",
        "Instrument or table",
        "Complete",
        "Partial",
        "Reason",
    )
    heads = (*heads, "Nothing in the data", "Planned")
    return text_table("states", "Participants by visit and instrument", heads, rows)


def _identifiers(findings: Findings) -> Iterator[PageBlock]:
    names = identifiers.everybody(findings)
    if not names:
        yield Paragraph("No identifier could be read.")
        return
    rows = [(form, str(n), first) for form, n, first in identifiers.shapes(names)]
    heads = ["Shape (A letter, 9 digit)", "Identifiers", "First"]
    title = f"Spelling of {plural(len(names), 'identifier')}"
    yield text_table("shapes", title, heads, rows)
    alike = [(", ".join(group),) for group in identifiers.look_alikes(names)]
    if alike:
        title = "Identifiers that differ only in case, punctuation or leading zeros"
        yield text_table("look-alikes", title, ("Identifiers",), alike)
    else:
        yield Paragraph(
            "No two identifiers differ only in case, punctuation, blanks or leading zeros.",
            kind="note",
        )
    rows = [
        (sentence_case(what), _number(who, absence), _listed(who))
        for what, who, absence in identifiers.without_data(findings)
    ]
    heads = ["Participants with", "Number", "Identifiers"]
    yield text_table("without-data", "Participants without data", heads, rows)


def _number(who: list[str] | None, absence: str) -> str:
    if who is None:
        return absence
    return str(len(who)) if who else "none"


def _listed(who: list[str] | None) -> str:
    return identifiers.listed(who) if who else "–"


def _days(findings: Findings) -> Iterator[PageBlock]:
    heads: Sequence[str] = (
        "Visit",
        "Planned day",
        "Window",
        "Days recorded",
        "Earliest",
        "Median",
    )
    heads = (*heads, "Latest", "Outside of the window")
    rows = [tuple(c.replace("-", "−") for c in r) for r in days.visit_days(findings)]
    yield text_table("visit-days", "Study days of the visits", heads, rows)
    dates = days.date_ranges(findings)
    if dates:
        heads = ["Date", "Recorded", "First", "Last"]
        yield text_table("date-ranges", "Dates", heads, dates)
    found = days.remarks(findings)
    if len(found):
        found = found.dropna(axis=1, how="all")
        yield frame_table("day-remarks", "Days to check", found)
    elif dates or findings.tables["visits"]["actual_day"].notna().any():
        yield Paragraph(
            "No recorded day is outside of its window, out of order or of a negative "
            "duration."
        )
    else:
        yield Paragraph("No date and no study day was read: none was checked.")
