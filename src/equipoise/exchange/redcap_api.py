"""Saves the data of a REDCap project as files, through its API."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from equipoise.errors import DataError, LibraryError
from equipoise.errors.counted import agreeing, counted
from equipoise.exchange.dictionary import read_choices
from equipoise.exchange.output_files import writing
from equipoise.exchange.redcap_connection import Connection, Token, checked_url
from equipoise.exchange.redcap_project import CODES, DESCRIPTION

BATCH = 200  # participants in one request
RECORDS, DICTIONARY = "records.csv", "dictionary.csv"
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Download:
    """What was saved.

    Attributes:
        files: paths of the files.
        participants: number of records in REDCap's sense.
        rows: of the export.
        left_out: fields that are marked as identifiers and were not exported.
        missing_codes: missing data codes of the project, with their labels.
        version: of REDCap.
    """

    files: tuple[Path, ...]
    participants: int
    rows: int
    left_out: tuple[str, ...]
    missing_codes: Mapping[str, str]
    version: str


def read_redcap(
    url: str,
    folder: str | Path,
    *,
    token: Token | None = None,
    identifiers: bool = False,
    batch: int = BATCH,
    progress: Callable[[str], None] = lambda step: None,
) -> Download:
    """Saves the raw export of a project and its data dictionary as files.

    Args:
        url: address of the API, such as ``https://redcap.example.org/api/``.
        folder: a new or empty folder.
        token: by default that of the environment variable ``REDCAP_API_TOKEN``.
        identifiers: also export fields that are marked as identifiers.
        batch: participants in one request.
        progress: is called before each step.

    Returns:
        What was saved: ``records.csv`` and ``dictionary.csv``, for a longitudinal project
        the events and the forms of each event, and ``project.json`` with the missing data
        codes if there are any. Nothing is saved on an error.

    Raises:
        DataError: EQ359, REDCap cannot be read; EQ341, the project has no records.
        LibraryError: EQ003, the folder is not empty or cannot be written to.

    Example:
        >>> read_redcap("https://redcap.example.org/api/", "export")  # doctest: +SKIP
    """
    target = Path(folder)
    _refuse_full(target)
    connection = Connection(checked_url(url), token or Token.from_environment())
    progress("asking REDCap for the project")
    version = connection.text("version").strip()
    project = _project(connection)
    progress("reading the data dictionary")
    dictionary = connection.text("metadata")
    fields = _rows(dictionary, "metadata", connection)
    names, left_out = _fields(fields, identifiers=identifiers)
    texts = {DICTIONARY: dictionary, **_structure(connection, project, progress)}
    if project.get(CODES):  # nothing else: the rest may name people
        kept = {CODES: str(project[CODES])}
        texts[DESCRIPTION] = json.dumps(kept, ensure_ascii=False) + "\n"
    head, rows, people = _records(connection, names, batch, progress)
    texts[RECORDS] = _written(head, rows)
    files = _saved(target, texts)
    return Download(
        files=files,
        participants=people,
        rows=len(rows),
        left_out=left_out,
        missing_codes=_codes(project),
        version=version,
    )


def _project(connection: Connection) -> Mapping[str, object]:
    try:
        found = json.loads(connection.text("project", format="json"))
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def _codes(project: Mapping[str, object]) -> dict[str, str]:
    return read_choices(str(project.get(CODES) or ""))


def _fields(
    fields: Sequence[Row], *, identifiers: bool
) -> tuple[list[str], tuple[str, ...]]:
    """Names to export, and those that are not: the first identifies the record."""
    forms = dict.fromkeys(row["form_name"] for row in fields)
    marked = [r["field_name"] for r in fields[1:] if r.get("identifier") == "y"]
    left_out = () if identifiers else tuple(marked)
    names = [
        row["field_name"]
        for row in fields
        if row["field_name"] not in left_out and row.get("field_type") != "descriptive"
    ]
    return [*names, *(f"{form}_complete" for form in forms)], left_out


def _structure(
    connection: Connection,
    project: Mapping[str, object],
    progress: Callable[[str], None],
) -> dict[str, str]:
    """Events of a longitudinal project, and forms that repeat."""
    texts = {}
    if str(project.get("is_longitudinal", 0)) == "1":
        progress("reading the events")
        texts["events.csv"] = connection.text("event")
        texts["forms_of_events.csv"] = connection.text("formEventMapping")
    if str(project.get("has_repeating_instruments_or_events", 0)) == "1":
        texts["repeating_forms.csv"] = connection.text("repeatingFormsEvents")
    return {name: text for name, text in texts.items() if text.strip()}


def _records(
    connection: Connection,
    names: Sequence[str],
    batch: int,
    progress: Callable[[str], None],
) -> tuple[list[str], list[Row], int]:
    """Columns and rows of the export, by parts of the participants."""
    asked = {
        "type": "flat",
        "rawOrLabel": "raw",
        "rawOrLabelHeaders": "raw",
        "exportCheckboxLabel": "false",
        "exportDataAccessGroups": "true",
        "exportSurveyFields": "false",
    }
    key = names[0]
    progress("reading the list of participants")
    listed = connection.text("record", **asked, **{"fields[0]": key})
    ids = list(dict.fromkeys(r[key] for r in _rows(listed, "record", connection, key)))
    if not ids:
        raise DataError.single(
            "EQ341",
            "the project has no records that this token may export",
            where=connection.url,
            fix="check the project, and the rights of the token",
        )
    chosen = {f"fields[{n}]": name for n, name in enumerate(names)}
    head: list[str] = []
    rows: list[Row] = []
    for start in range(0, len(ids), batch):
        part = ids[start : start + batch]
        progress(
            f"reading participants {start + 1} to {start + len(part)} of {len(ids)}"
        )
        wanted = {f"records[{n}]": one for n, one in enumerate(part)}
        text = connection.text("record", **asked, **chosen, **wanted)
        found = _rows(text, "record", connection, key)
        _complete(connection, part, {row[key] for row in found})
        head = head or list(found[0])
        if list(found[0]) != head:
            _strange(connection, "the columns differ between parts of the export")
        rows += found
    return head, rows, len(ids)


def _complete(connection: Connection, wanted: Sequence[str], found: set[str]) -> None:
    """Refuses an answer without some of the participants, or with others."""
    if found != set(wanted):
        odd = len(set(wanted) ^ found)
        _strange(
            connection,
            f"{odd} of {counted(len(wanted), 'participant')} {agreeing(odd, 'is')} missing "
            f"or {agreeing(odd, 'was')} not requested",
        )


def _rows(
    text: str, content: str, connection: Connection, key: str = "field_name"
) -> list[Row]:
    """Rows of a CSV answer, each with all columns."""
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        head, *lines = [line for line in reader if line]
    except (csv.Error, ValueError):
        head, lines = [], []
    whole = all(len(line) == len(head) for line in lines)
    if not whole or (text.strip() and (key not in head or len(set(head)) < len(head))):
        _strange(
            connection, f"the answer to content {content} is not the expected table"
        )
    return [dict(zip(head, line, strict=True)) for line in lines]


def _strange(connection: Connection, what: str) -> None:
    raise DataError.single(
        "EQ359",
        what,
        where=connection.url,
        fix="try again; if it persists, export the data on the web page of REDCap",
    )


def _written(head: Sequence[str], rows: Sequence[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([row[name] for name in head] for row in rows)
    return out.getvalue()


def _refuse_full(folder: Path) -> None:
    problem = ""
    if folder.is_file():
        problem = f"{folder} is a file"
    elif folder.is_dir() and any(folder.iterdir()):
        problem = f"the folder {folder} is not empty"
    if problem:
        raise LibraryError.single(
            "EQ003",
            problem,
            where=str(folder),
            fix="give a new folder: nothing is overwritten",
        )


def _saved(folder: Path, texts: Mapping[str, str]) -> tuple[Path, ...]:
    """The files, written after everything was read, readable by their owner only."""
    paths = [folder / name for name in sorted(texts)]
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in paths:
            path.touch(mode=0o600)
            path.write_text(texts[path.name], "utf-8")
    return tuple(paths)
