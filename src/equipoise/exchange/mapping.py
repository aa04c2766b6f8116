"""The mapping file: the meaning of each column of a data file."""

from __future__ import annotations

from collections.abc import Mapping as Mapped
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    FiniteFloat,
    ValidationError,
)

from equipoise.errors import DataError, Problem
from equipoise.errors.toml import read_toml
from equipoise.exchange.correction import Correction
from equipoise.exchange.identifiers import Difference
from equipoise.exchange.mapping_rows import Cell, DateFormat, Pivot, Where
from equipoise.instruments.provenance import Part
from equipoise.protocol.toml_structure import each_problem, near

Value = str | int | float
Entry = Annotated[
    str,
    BeforeValidator(lambda cell: str(cell) if isinstance(cell, int | float) else cell),
]
EmptyTable = Literal[
    "visits",
    "answers",
    "exposures",
    "measurements",
    "events",
    "dispositions",
    "guesses",
]
RowNumber = Annotated[int, Field(ge=1)]
ColumnNumber = Annotated[
    int,
    BeforeValidator(lambda key: int(key) if str(key).isdecimal() else key),
    Field(ge=1),
]
NAMED = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
Delimiter = Annotated[
    str,
    BeforeValidator(
        lambda text: NAMED.get(text, text) if isinstance(text, str) else text
    ),
    Field(min_length=1, max_length=1, pattern=r'[^"\r\n]'),
]


class File(Part):
    """Format of the file, and where its table is.

    What is not stated is decided from the file, and every decision is reported: in the
    comments of a drafted mapping and in the report of an analysis.

    Attributes:
        encoding: such as ``cp1252`` or ``utf-16``; by default UTF-8, or UTF-16 if the
            file starts with its byte order mark or has the bytes of UTF-16.
        delimiter: one character, or ``tab``; by default tab in a ``.tsv`` file, and else
            the one of ``, ; tab |`` that divides the rows most evenly.
        decimal: decimal mark of numbers.
        sheet: of a workbook; needed if more than one sheet has content.
        header_row: number of the row with the column names, as a spreadsheet shows it;
            several rows if the names are spread over them, such as ``[3, 4]``: an empty
            cell of the upper row then has the name to its left. The rows above it are
            not read. By default the first row that is about as wide as the table.
        skip_rows: rows that are not data, such as ``[2, 3]`` for the units, or for the
            question texts of a survey.
        last_row: last row of the table. The rows below it are not read. By default
            everything but totals and notes at the end.
        names: names of columns by their number, such as ``{ 1 = "id" }``, for a column
            without a name or with the name of another.
        missing: values of missing data, in every column; an empty cell is always missing.
        hidden_rows: of a workbook: ``read`` or ``omit`` the rows that a filter or the
            sheet hides; by default hidden rows are rejected.
        merged_cells: of a workbook: ``fill`` each cell of a merged range with its value,
            or leave the others ``blank``; by default merged cells are rejected.
    """

    encoding: str | None = None
    delimiter: Delimiter | None = None
    decimal: Literal[".", ","] = "."
    sheet: str | None = None
    header_row: RowNumber | tuple[RowNumber, ...] | None = None
    skip_rows: tuple[RowNumber, ...] = ()
    last_row: RowNumber | None = None
    names: dict[ColumnNumber, str] = Field(default_factory=dict)
    missing: tuple[Cell, ...] = ()
    hidden_rows: Literal["read", "omit"] | None = None
    merged_cells: Literal["fill", "blank"] | None = None

    @property
    def header_rows(self) -> tuple[int, ...]:
        """The stated rows of the header, also if there is only one."""
        rows = self.header_row
        return (rows,) if isinstance(rows, int) else tuple(sorted(rows or ()))


class Participant(Part):
    """The column with the participant identifier.

    Attributes:
        column: name of the column.
        ignore: differences of spelling that do not make another participant: ``case``,
            ``blanks``, ``punctuation``, ``leading zeros``, ``decimal zeros`` (``1.0`` for
            ``1``). Without it, identifiers that differ only in their spelling are
            rejected, and none is joined with another.
        add_prefix: is put before every identifier of this file, if those of the
            participants' file have it: ``P-`` reads ``001`` as ``P-001``.
        drop_prefix: is removed from the identifiers that start with it, before
            ``add_prefix`` is added. Rejected if two identifiers of the file become one.
        distinct: identifiers that look alike and belong to different participants.
    """

    column: str
    ignore: tuple[Difference, ...] = ()
    add_prefix: str = ""
    drop_prefix: str = ""
    distinct: tuple[Cell, ...] = ()

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What is done to the identifiers of the file, for messages."""
        dropped = f"the prefix {self.drop_prefix!r} dropped"
        added = f"the prefix {self.add_prefix!r} added"
        stated = ((self.drop_prefix, dropped), (self.add_prefix, added))
        return tuple(text for prefix, text in stated if prefix)


class Visit(Part):
    """The column with the visit of each row.

    Attributes:
        column: such as ``redcap_event_name``; several columns are read as one text,
            joined by ``" / "``, for example if an event repeats: ``["redcap_event_name",
            "redcap_repeat_instance"]`` gives ``"infusion_arm_1 / 2"``.
        values: visit id for each value, ``*`` matches any text; an empty text for
            rows without a visit, such as enrolment. Without ``values`` the column
            contains visit ids.
    """

    column: str | tuple[str, ...]
    values: dict[str, str] = Field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns, also if there is only one."""
        return (self.column,) if isinstance(self.column, str) else self.column


class Minute(Part):
    """The column with the minute of an infusion at which a row was recorded.

    Attributes:
        column: such as ``redcap_repeat_instance``; an empty cell means no minute.
        values: minutes from the start of the infusion for each value; without it the
            column contains minutes.
    """

    column: str
    values: dict[str, int] = Field(default_factory=dict)


class Day0(Part):
    """Date of day 0 of each participant, to convert dates to study days.

    Attributes:
        format: such as ``%d-%m-%Y``, in the notation of ``strftime``; or
            ``spreadsheet-1900``, ``spreadsheet-1904`` for dates that a spreadsheet stored
            as numbers of days, such as 36951 for 2001-03-01, counted from that year.
    """

    column: str
    format: DateFormat


class Column(Part):
    """Meaning of a column, or of a family of columns.

    Attributes:
        column: name; ``{item}`` stands for each item of the instrument,
            ``{item:02}`` for its number with two digits, and ``*`` for any text, as in
            ``bdi_{item}_*`` for ``bdi_1_sadness``. Exactly one column must match. An
            entry of one item, ``item.bdi2.16``, comes before the template of all items.
        to: target of the column, from the list of targets.
        visit: visit id, if the row does not state it (wide files) or states another. The
            value must then be the same in every row of a participant.
        visits: visit id for values of the visit column, if one event contains several
            visits of the protocol.
        minute: minutes from the start of the infusion.
        event: number of the adverse event in its row, if one row contains several.
        values: meaning of each value; an empty text means missing. List every value;
            numbers may be omitted only if no listed value is a number, as in
            ``{ "not at all" = 0 }``.
        missing: further values of missing data, such as ``-99``.
        format: of a date, as for day 0. In a column of study days, a date is counted
            from day 0.
        decimal: decimal mark of the numbers of this column, if it differs from the one
            of the file.
        factor: multiplies a number, such as 0.45359237 from pounds to kilograms.
        offset: is added to a number, after ``factor``, such as -1 if the codes of a form
            start at 1 and its answers at 0. Values of missing data are not changed.
        unit: of a measurement.
        where: values of other columns in the rows that this entry reads, as for the file:
            ``{ VSPOS = "SITTING" }``.
        first_day: number of the first day in a column of study days: 1 in SDTM and ADaM,
            where day 1 is day 0 of the protocol, the day before it is -1, and no day has
            the number 0.
        calculation: formula of a calculated field of REDCap with columns of this file in
            brackets, such as ``sum([madrs_01], [madrs_02])``. Each value is compared
            with it.
        why: reason, for the reader of the mapping.
    """

    column: str
    to: str
    visit: str | None = None
    visits: dict[str, str] = Field(default_factory=dict)
    minute: int | None = None
    event: int = Field(default=1, ge=1)
    values: dict[str, Value] = Field(default_factory=dict)
    missing: tuple[Cell, ...] = ()
    format: DateFormat | None = None
    decimal: Literal[".", ","] | None = None
    factor: FiniteFloat | None = None
    offset: FiniteFloat | None = None
    unit: str | None = None
    where: Where = Field(default_factory=dict)
    first_day: Literal[0, 1] = 0
    calculation: str | None = None
    why: str | None = None


class Reading(Part):
    """Mapping of one file of several.

    Attributes:
        people: True if all identifiers of this file are participants of the trial; other
            files may only contain these. By default this is the file with
            ``participants.arm``, otherwise the file with other columns of participants.
        where: values of columns in the rows that are read, such as
            ``{ QSCAT = "PHQ-9" }``; a list for several values, an empty text for an empty
            cell. The other rows are counted in the report and not read.
        columns: meaning of each column.
        ignore: reason for each column that is not read; ``*`` matches any text.
    """

    file: File = Field(default_factory=File)
    people: bool = False
    participant: Participant
    visit: Visit | None = None
    minute: Minute | None = None
    day0: Day0 | None = None
    where: Where = Field(default_factory=dict)
    pivot: Pivot | None = None
    columns: tuple[Column, ...] = ()
    ignore: dict[str, str] = Field(default_factory=dict)


class OneFile(Reading):
    """A mapping of one data file.

    Attributes:
        schema_: version of the file format.
        protocol: id of the trial, so that the mapping is not used for another one.
        collected_and_empty: tables that were collected and have no rows, such as
            ``["events"]`` if every participant was asked and none had an adverse event.
            Without it, a table without rows is reported as not collected.
        all_randomized: True if every randomized participant is in the data. Without it,
            and without dates of randomization, a report counts participants in the data.
        corrections: wrong values of the source, each with its reason.
    """

    schema_: Literal[1] = Field(alias="schema")
    protocol: str | None = None
    collected_and_empty: tuple[EmptyTable, ...] = ()
    all_randomized: bool = False
    corrections: tuple[Correction, ...] = ()


class ManyFiles(Part):
    """A mapping of a folder with several data files.

    Attributes:
        schema_: version of the file format.
        protocol: id of the trial, so that the mapping is not used for another one.
        files: mapping of each file, by file name.
        ignore_files: reason for each data file that is not read; ``*`` matches any
            text.
        collected_and_empty: tables that were collected and have no rows, as in a mapping
            of one file.
        all_randomized: True if every randomized participant is in the data, as in a
            mapping of one file.
        corrections: wrong values of the source, each with its reason.
    """

    schema_: Literal[1] = Field(alias="schema")
    protocol: str | None = None
    collected_and_empty: tuple[EmptyTable, ...] = ()
    all_randomized: bool = False
    files: dict[str, Reading] = Field(min_length=1)
    ignore_files: dict[str, str] = Field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()


Mapping = OneFile | ManyFiles

PARTS: dict[object, type[Part]] = {
    "file": File,
    "participant": Participant,
    "visit": Visit,
    "minute": Minute,
    "day0": Day0,
    "pivot": Pivot,
    "columns": Column,
    "corrections": Correction,
    "files": Reading,
}


def parse_mapping(text: str, *, origin: str) -> Mapping:
    """Reads a mapping from TOML text.

    Args:
        text: content of a mapping file.
        origin: name of the file, for messages.

    Raises:
        DataError: EQ331 or EQ332, all problems together.
    """
    raw = read_toml(text, origin=origin, error=DataError, code="EQ331")
    kind: type[OneFile] | type[ManyFiles] = ManyFiles if "files" in raw else OneFile
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        found = each_problem(error, lambda one: _problem(kind, one, origin))
        raise DataError(*found) from error


def file_format(**keys: object) -> File:
    """The format of a file from options of a command.

    Args:
        keys: of ``[file]``; None or nothing for what is not stated.

    Raises:
        DataError: EQ332, a value is not possible.
    """
    stated = {key: value for key, value in keys.items() if value}
    rows = stated.get("header_row")
    if isinstance(rows, list) and len(rows) == 1:
        stated["header_row"] = rows[0]
    try:
        return File.model_validate(stated)
    except ValidationError as error:
        found = [_problem(File, dict(e), "options") for e in error.errors()]
        raise DataError(*found) from error


def _problem(kind: type[Part], found: Mapped[str, Any], origin: str) -> Problem:
    """What is wrong with one key, and which keys there are."""
    *above, key = found["loc"] or ("top level",)
    place = ".".join(str(step) for step in (*above, key))
    what, fix = f"{found['msg']}: {found['input']!r}", "give a value of the right type"
    if found["type"] == "missing":
        what, fix = f"key {key!r} is absent", f"add {key!r}"
    elif found["type"] == "extra_forbidden":
        part = next((PARTS[name] for name in reversed(above) if name in PARTS), kind)
        known = [field.alias or name for name, field in part.model_fields.items()]
        what = f"key {key!r} is unknown"
        fix = f"{near(str(key), known)}known keys: {', '.join(known)}"
    return Problem(code="EQ332", what=what, where=f"{origin}, {place}", fix=fix)
