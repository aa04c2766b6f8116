"""Reads a REDCap data dictionary: the fields of a database, in their order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from equipoise.errors import DataError
from equipoise.exchange.files import read_source
from equipoise.exchange.mapping import File
from equipoise.exchange.redcap_project import (
    DESCRIPTION,
    described_missing_codes,
    project_fields,
    project_missing_codes,
)

# Name of each column of a downloaded dictionary, and of one that the API exports.
NAME = ("Variable / Field Name", "field_name")
FORM = ("Form Name", "form_name")
TYPE = ("Field Type", "field_type")
LABEL = ("Field Label", "field_label")
CHOICES = ("Choices, Calculations, OR Slider Labels", "select_choices_or_calculations")
VALIDATION = (
    "Text Validation Type OR Show Slider Number",
    "text_validation_type_or_show_slider_number",
)
IDENTIFIER = ("Identifier?", "identifier")
BRANCHING = ("Branching Logic (Show field only if...)", "branching_logic")
YES_NO = {"yesno": {"1": "Yes", "0": "No"}, "truefalse": {"1": "True", "0": "False"}}
YES = ("y", "yes", "1", "true")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a database.

    Attributes:
        form: instrument of REDCap, a form, to which it belongs.
        type: such as ``text``, ``radio``, ``checkbox``, ``calc``.
        label: its question, without markup.
        choices: label of each code.
        validation: such as ``date_dmy``; empty for none.
        identifier: whether it is marked as identifying a participant.
        calculation: formula of a calculated field, such as ``sum([a], [b])``.
        branching: condition under which the field is shown; empty if it always is.
    """

    name: str
    form: str = ""
    type: str = "text"
    label: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    validation: str = ""
    identifier: bool = False
    calculation: str = ""
    branching: str = ""


def read_dictionary(path: Path) -> dict[str, Field]:
    """Fields by name, in the order of the database.

    Args:
        path: the CSV file of a data dictionary, downloaded from REDCap or exported by
            its API (with the column ``field_name``); or the XML file of a project, with
            or without data.

    Raises:
        LibraryError: EQ002, the file is absent.
        DataError: EQ333, it is not a data dictionary; EQ340 to EQ342, it cannot be read.
    """
    if path.suffix.lower() == ".xml":
        return {one["field_name"]: _field(one) for one in project_fields(path)}
    cells = read_source(path, File()).cells
    if not any(name in cells for name in NAME):
        raise DataError.single(
            "EQ333",
            f"{path.name} has neither a column {NAME[0]!r} nor {NAME[1]!r}",
            where=path.name,
            fix="give the CSV file of the data dictionary, downloaded from REDCap or "
            "exported by its API",
        )
    fields = (
        _field({str(key): text for key, text in row.items()})
        for row in cells.to_dict("records")
    )
    return {one.name: one for one in fields if one.name}


def missing_codes(path: Path | None) -> dict[str, str]:
    """Label of each missing data code of a project.

    Args:
        path: of the XML file of the project, or of the data dictionary. A dictionary in
            CSV states none; then the file ``project.json`` next to it does, if the API
            gave one (content ``project``).
    """
    if path is None:
        return {}
    if path.suffix.lower() == ".xml":
        return read_choices(project_missing_codes(path))
    return read_choices(described_missing_codes(path.with_name(DESCRIPTION)))


def _field(row: Mapping[str, str]) -> Field:
    def value(names: tuple[str, str]) -> str:
        return next((row[name] for name in names if name in row), "")

    kind = value(TYPE) or "text"
    listed = value(CHOICES)
    choices = {} if kind in ("calc", "slider") else read_choices(listed)
    return Field(
        name=value(NAME),
        form=value(FORM),
        type=kind,
        label=plain(value(LABEL)),
        choices=choices or YES_NO.get(kind, {}),
        validation=value(VALIDATION),
        identifier=value(IDENTIFIER).lower() in YES,
        calculation=listed if kind == "calc" else "",
        branching=value(BRANCHING),
    )


def read_choices(text: str) -> dict[str, str]:
    """``1, Female | 2, Male`` as codes and labels.

    Args:
        text: choices, or missing data codes, as REDCap writes them.
    """
    parts = [part.partition(",") for part in text.split("|") if "," in part]
    return {code.strip(): plain(label) for code, _, label in parts}


def plain(text: str) -> str:
    """A label without markup and with single spaces.

    Args:
        text: of a label, possibly with HTML.
    """
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())
