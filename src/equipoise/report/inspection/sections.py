"""The sections of the page of an inspection."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from equipoise.dataset.collected import NOT_COLLECTED
from equipoise.errors import CODES
from equipoise.protocol.labels import instrument_label
from equipoise.report.blocks import Paragraph, TextTable
from equipoise.report.inspection import days, identifiers
from equipoise.report.inspection.completeness import (
    STATE_LABELS,
    STATES,
    aggregated,
    completeness,
    subject_label,
)
from equipoise.report.inspection.distributions import (
    Counts,
    Distribution,
    counts,
    distributions,
    limits,
    marked_values,
)
from equipoise.report.inspection.drawings import heat_map, histogram
from equipoise.report.inspection.findings import (
    STAGES,
    FileRead,
    Findings,
    FoundProblem,
)
from equipoise.report.inspection.map_rows import (
    MOST_ROWS,
    SIGNS,
    column_labels,
    map_columns,
    map_rows,
)
from equipoise.report.inspection.page import (
    Card,
    Cards,
    Map,
    PageBlock,
    Part,
    ShownProblem,
    cell_text,
    frame_table,
    text_table,
)
from equipoise.report.inspection.problems import TABLE_NAMES, acceptable, affected
from equipoise.report.table_cells import plural, sentence_case

NO_FREE_TEXT = (
    "Free text is not shown on this page, nor any column that is not read. Texts of cells "
    "appear only as codes that several participants share, short numbers or dates of visits."
)


def parts(findings: Findings) -> tuple[Part, ...]:
    """Every section, in the order of reading."""
    table = completeness(findings)
    made = (
        Part("problems", "Problems", tuple(_problems(findings))),
        Part("files", "Files", tuple(_files(findings))),
        Part("tables", "Tables", tuple(_tables(findings))),
        Part("completeness", "Completeness", tuple(_completeness(findings, table))),
        Part("distributions", "Distributions", tuple(_distributions(findings))),
        Part("identifiers", "Identifiers", tuple(_identifiers(findings))),
        Part("days", "Dates and study days", tuple(_days(findings))),
        Part("columns", "Columns, and what is not read", tuple(_columns(findings))),
    )
    return tuple(part for part in made if part.blocks)


def _problems(findings: Findings) -> Iterator[PageBlock]:
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
        heads = ("Option", "Accepts", "Problems", "Rows", "Consequence", "Accepted")
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
        found.problem.fix,
        state,
        table,
    )


def _files(findings: Findings) -> Iterator[PageBlock]:
    rows = []
    for part in findings.files:
        if part.rows is None:
            rows.append((part.name, "could not be read", *["–"] * 6))
            continue
        rows.append((part.name, *_file_counts(part, findings)))
    if rows:
        heads = ("File", "Rows", "Columns", "Read", "Ignored", "Not mapped")
        heads = (*heads, "Participants", "Rows without a visit")
        yield text_table("files-read", "Files that were read", heads, rows)
    elif any(len(frame) for frame in findings.tables.values()):
        files = ", ".join(findings.origin.files) or "not stated"
        yield Paragraph(
            f"{findings.source} is a folder that Equipoise wrote: it holds the tables "
            f"themselves, and needs no mapping. Original files: {files}."
        )
    yield from _joins(findings)
    notes = [(part.name, note) for part in findings.files for note in part.notes]
    notes += [("all files", text) for text in findings.origin.reading]
    if notes:
        yield text_table("reading", "How the files were read", ("File", "Note"), notes)
    changed = [(text,) for text in findings.origin.corrections]
    if changed:
        yield text_table("corrections", "Corrections", ("Correction",), changed)
    if findings.ignored_files:
        heads = ("File", "Reason stated in the mapping")
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
    heads = ("File", "States who takes part", "Participants", "Of them matched")
    heads = (*heads, "Not matched", "Rows", "Values or rows brought, by table")
    note = "Matched: the identifier is in a file from which characteristics are read."
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


def _tables(findings: Findings) -> Iterator[PageBlock]:
    rows = []
    for name, label in TABLE_NAMES.items():
        frame, coded = findings.tables[name], findings.coded.get(name, ())
        if not findings.collected(name):
            state = sentence_case(NOT_COLLECTED.get(name, "nothing was read"))
            if name == "recorded_scores" and findings.collected("answers"):
                state = "Scores are calculated from the item responses"
            rows.append((sentence_case(label), "not collected", "–", "–", state))
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
    heads = ("Table", "Rows", "Participants", "Rows with a reason instead", "Remark")
    yield text_table("table-rows", "Rows of each table", heads, rows, NO_FREE_TEXT)
    if findings.unblinded:
        yield _by_arm(findings)


def _by_arm(findings: Findings) -> TextTable:
    """Participants with a rating at each visit, by arm; only for unblinded data."""
    people = findings.tables["participants"].dropna(subset=["participant", "arm"])
    arm_of = people.drop_duplicates("participant").set_index("participant")["arm"]
    rated = findings.scores.dropna(subset=["value"])
    rows = []
    for visit in findings.protocol.schedule.visits:
        for instrument in dict.fromkeys(rated["instrument"]):
            mine = rated[
                (rated["visit"] == visit.id) & (rated["instrument"] == instrument)
            ]
            if mine.empty:
                continue
            arms = mine["participant"].drop_duplicates().map(arm_of)
            numbers = [int((arms == arm.id).sum()) for arm in findings.protocol.arms]
            label = instrument_label(findings.protocol, instrument)
            none = int(arms.isna().sum())
            row = (visit.label, label, *(str(n) if n else "none" for n in numbers))
            rows.append((*row, str(none) if none else "none"))
    sizes = [int((arm_of == arm.id).sum()) for arm in findings.protocol.arms]
    heads = [
        f"{arm.label} (N = {n})"
        for arm, n in zip(findings.protocol.arms, sizes, strict=True)
    ]
    title = "Participants with a score, by visit and arm"
    return text_table(
        "by-arm", title, ("Visit", "Instrument", *heads, "Without an arm"), rows
    )


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
    found = found.iloc[
        sorted(
            range(len(found)),
            key=lambda n: order[found.at[n, "visit"], found.at[n, "subject"]],
        )
    ]
    rows = []
    for _, row in found.iterrows():
        numbers = [str(int(row[s])) if row[s] else "none" for s in STATES[:4]]
        if row["not looked at"]:
            numbers = ["not looked at"] * 4
        label = subject_label(findings.protocol, str(row["subject"]))
        visit = visits.get(str(row["visit"]), str(row["visit"]))
        rows.append((visit, label, *numbers, "yes" if row["planned"] else "no"))
    heads = ("Visit", "Instrument or table", "Complete", "Partial", "Reason")
    heads = (*heads, "Nothing in the data", "Planned")
    return text_table("states", "Participants by visit and instrument", heads, rows)


def _distributions(findings: Findings) -> Iterator[PageBlock]:
    found = distributions(findings)
    marks = marked_values(findings, found)
    if marks.empty and found:
        yield Paragraph(
            "No value is outside of its possible range, and none is far from all others "
            "(three interquartile ranges beyond the quartiles).",
        )
    elif len(marks):
        heads = ("What", "Kind", "Value", "Possible", "Participant", "Visit", "Minute")
        heads = (*heads, "File", "Row", "Column")
        note = "Unlikely: three interquartile ranges beyond the quartiles (Tukey 1977)."
        title = "Impossible and unlikely values"
        yield frame_table("marked", title, marks, heads, note)
    coded = counts(findings)
    if not found and not coded:
        yield Paragraph("No number and no code could be read.")
        return
    groups = dict.fromkeys([*(p.group for p in found), *(p.group for p in coded)])
    for group in groups:
        cards = [_card(part) for part in found if part.group == group]
        cards += [_code_card(part) for part in coded if part.group == group]
        yield Cards(group, tuple(cards))


def _card(part: Distribution) -> Card:
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
    return Card(part.label, line.replace("-", "−"), histogram(part), bool(bad))


def _code_card(part: Counts) -> Card:
    most = max((n for _, n in part.counts), default=1) or 1
    bars = tuple((label, n, 100 * n / most) for label, n in part.counts)
    return Card(part.label, part.note, bars=bars)


def _identifiers(findings: Findings) -> Iterator[PageBlock]:
    names = identifiers.everybody(findings)
    if not names:
        yield Paragraph("No identifier could be read.")
        return
    rows = [(form, str(n), first) for form, n, first in identifiers.shapes(names)]
    heads = ("Shape (A letter, 9 digit)", "Identifiers", "First")
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
        (sentence_case(what), _number(who), _listed(who))
        for what, who in identifiers.without_data(findings)
    ]
    heads = ("Participants with", "Number", "Identifiers")
    yield text_table("without-data", "Participants without data", heads, rows)


def _number(who: list[str] | None) -> str:
    if who is None:
        return "not collected"
    return str(len(who)) if who else "none"


def _listed(who: list[str] | None) -> str:
    return identifiers.listed(who) if who else "–"


def _days(findings: Findings) -> Iterator[PageBlock]:
    heads = ("Visit", "Planned day", "Window", "Days recorded", "Earliest", "Median")
    heads = (*heads, "Latest", "Outside of the window")
    rows = [tuple(c.replace("-", "−") for c in r) for r in days.visit_days(findings)]
    yield text_table("visit-days", "Study days of the visits", heads, rows)
    dates = days.date_ranges(findings)
    if dates:
        heads = ("Date", "Recorded", "First", "Last")
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


def _columns(findings: Findings) -> Iterator[PageBlock]:
    table = findings.columns
    if table.empty:
        return
    used = table[table["reason"] == ""].drop(columns="reason")
    unused = table[table["reason"] != ""]
    if used["target"].any():
        names = ("file", "column", "target", "rows", "read", "empty", "missing")
        shown = used[[*names, "unread", "codes"]]
        heads = (
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
        heads = ("File", "Column", "Reason", "Cells that are filled")
        title = "Columns that are not read"
        yield frame_table("columns-not-read", title, shown, heads, most=2000)
