"""The sections of the page on files, and on columns that are read and not read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from equipoise.report.blocks import Paragraph
from equipoise.report.inspection import identifiers
from equipoise.report.inspection.findings import FileRead, Findings
from equipoise.report.inspection.page_blocks import (
    PageBlock,
    cell_text,
    frame_table,
    text_table,
)
from equipoise.report.inspection.problems import TABLE_NAMES


def file_blocks(findings: Findings) -> Iterator[PageBlock]:
    """What was read from which file, and how the files fit together."""
    rows = []
    for part in findings.files:
        if part.rows is None:
            rows.append((part.name, "could not be read", *["–"] * 6))
            continue
        rows.append((part.name, *_file_counts(part, findings)))
    if rows:
        heads: Sequence[str] = (
            "File",
            "Rows",
            "Columns",
            "Read",
            "Ignored",
            "Not mapped",
        )
        heads = (*heads, "Participants", "Rows without a visit")
        yield text_table("files-read", "Files that were read", heads, rows)
    elif any(len(frame) for frame in findings.tables.values()):
        files = ", ".join(findings.origin.files) or "not stated"
        yield Paragraph(
            f"{findings.source} is a folder that Equipoise wrote: it holds the tables "
            f"themselves, and needs no mapping. Original files: {files}."
        )
    yield from _joins(findings)
    notes = [(text,) for text in findings.origin.reading]
    if not notes:
        notes = [(f"{f.name}: {text}",) for f in findings.files for text in f.notes]
    if notes:
        yield text_table("reading", "How the files were read", ("Note",), notes)
    origin = findings.origin if findings.unblinded else findings.origin.blinded()
    changed = [(text,) for text in origin.corrections]
    if changed:
        yield text_table("corrections", "Corrections", ("Correction",), changed)
    if findings.ignored_files:
        heads = ["File", "Reason stated in the mapping"]
        yield text_table(
            "ignored-files", "Files not read", heads, findings.ignored_files.items()
        )


def _file_counts(part: FileRead, findings: Findings) -> tuple[str, ...]:
    mine = findings.columns[findings.columns["file"] == part.name]
    read = mine.loc[mine["reason"] == "", "column"].nunique()
    if part.participants is None:
        people, without = "not known", "not known"
        read_text = "none"
    else:
        people = str(part.participants.nunique())
        without = str(part.without_visit) if part.without_visit else "none"
        read_text = str(read)
    return (
        str(part.rows),
        str(len(part.columns)),
        read_text,
        str(len(part.ignored)) if part.ignored else "none",
        str(len(part.unmapped)) if part.unmapped else "none",
        people,
        without,
    )


def _joins(findings: Findings) -> Iterator[PageBlock]:
    """How many participants, rows and events each file brought, and how many matched."""
    found = identifiers.by_file(findings)
    if len(found) < 2:
        return
    by_name = {part.name: part for part in findings.files}
    rows = []
    for part in found:
        source = by_name[part.name]
        rows.append(
            (
                part.name,
                "yes" if part.reference else "no",
                str(part.participants),
                "not known" if part.matched is None else str(part.matched),
                identifiers.listed(part.others) or "none",
                str(source.rows),
                _brought(findings, part.name),
            )
        )
    heads: Sequence[str] = (
        "File",
        "States who takes part",
        "Participants",
        "Of them matched",
    )
    heads = (*heads, "Not matched", "Rows", "Values or rows brought, by table")
    note = "Matched: the identifier is in the file that states who takes part."
    yield text_table("joins", "Participants across files", heads, rows, note)


def _brought(findings: Findings, file: str) -> str:
    if findings.cells is None or findings.cells.empty:
        return "none"
    mine = findings.cells[findings.cells["file"] == file]
    texts = []
    for name, label in TABLE_NAMES.items():
        rows = mine[mine["table"] == name]
        if name == "events":
            number = (
                rows[["row", "event"]].drop_duplicates().shape[0] if len(rows) else 0
            )
        else:
            number = len(rows)
        if number:
            what = label if name == "events" else f"values of {label}"
            texts.append(f"{number} {what}")
    return ", ".join(texts) or "none"


def column_blocks(findings: Findings) -> Iterator[PageBlock]:
    """How the cells of each column were read."""
    table = findings.columns
    if table.empty:
        return
    used = table[table["reason"] == ""].drop(columns="reason")
    unused = table[table["reason"] != ""]
    if used["target"].any():
        names = ["file", "column", "target", "rows", "read", "empty", "missing"]
        shown = used[[*names, "unread", "codes"]]
        heads: Sequence[str] = (
            "File",
            "Column",
            "Read as",
            "Rows",
            "Values",
            "Empty",
            "Missing by code",
        )
        heads = (*heads, "Not readable", "Codes")
        shown = shown.astype(object).map(lambda n: "none" if n == 0 else n)
        yield frame_table(
            "columns-read", "Columns that are read", shown, heads, most=2000
        )
    elif len(used):
        names = ["file", "column", "rows", "empty"]
        yield frame_table("columns-found", "Columns of the files", used[names])
    if len(unused):
        filled = unused["rows"] - unused["empty"]
        shown = unused[["file", "column", "reason"]].assign(
            filled=filled.astype(object)
        )
        shown["filled"] = shown["filled"].map(
            lambda n: "none" if n == 0 else cell_text(n)
        )
        heads = ["File", "Column", "Reason", "Cells that are filled"]
        title = "Columns that are not read"
        yield frame_table("columns-not-read", title, shown, heads, most=2000)
