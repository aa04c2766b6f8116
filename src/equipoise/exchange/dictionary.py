"""Reads a REDCap data dictionary: the fields of a database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from equipoise.errors import DataError
from equipoise.exchange.files import read_source
from equipoise.exchange.mapping import File

NAME = "Variable / Field Name"
FORM = "Form Name"
TYPE = "Field Type"
LABEL = "Field Label"
CHOICES = "Choices, Calculations, OR Slider Labels"
VALIDATION = "Text Validation Type OR Show Slider Number"
IDENTIFIER = "Identifier?"
YES_NO = {"yesno": {"1": "Yes", "0": "No"}, "truefalse": {"1": "True", "0": "False"}}


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
    """

    name: str
    form: str = ""
    type: str = "text"
    label: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    validation: str = ""
    identifier: bool = False


def read_dictionary(path: Path) -> dict[str, Field]:
    """Fields by name.

    Args:
        path: the CSV file that REDCap calls a data dictionary.

    Raises:
        LibraryError: EQ002, the file is absent.
        DataError: EQ333, it is not a data dictionary; EQ340 to EQ342, it cannot be read.
    """
    cells = read_source(path, File()).cells
    if NAME not in cells:
        raise DataError.single(
            "EQ333",
            f"{path.name} has no column {NAME!r}",
            where=path.name,
            fix="give the CSV file of the data dictionary, downloaded from REDCap",
        )
    fields = (_field(dict(row)) for row in cells.to_dict("records"))
    return {one.name: one for one in fields}


def _field(row: Mapping[object, str]) -> Field:
    kind = row.get(TYPE, "text")
    choices = {} if kind in ("calc", "slider") else _choices(row.get(CHOICES, ""))
    return Field(
        name=row[NAME],
        form=row.get(FORM, ""),
        type=kind,
        label=_plain(row.get(LABEL, "")),
        choices=choices or YES_NO.get(kind, {}),
        validation=row.get(VALIDATION, ""),
        identifier=row.get(IDENTIFIER, "").lower() in ("y", "yes", "1", "true"),
    )


def _choices(text: str) -> dict[str, str]:
    """``1, Female | 2, Male`` as codes and labels."""
    parts = [part.partition(",") for part in text.split("|") if "," in part]
    return {code.strip(): _plain(label) for code, _, label in parts}


def _plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())
