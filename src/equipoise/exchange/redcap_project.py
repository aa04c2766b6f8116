"""Reads the fields of a REDCap project from its XML file (ODM with REDCap's names).

Its missing data codes are also in the description of the project that the API gives.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from equipoise.errors import DataError, LibraryError

ODM = "{http://www.cdisc.org/ns/odm/v1.3}"
REDCAP = "{https://projectredcap.org}"
LARGEST = 50_000_000  # bytes
DESCRIPTION = "project.json"  # of a project, next to the data dictionary
CODES = "missing_data_codes"
MOST_DESCRIBED = 1_000_000  # bytes
# Names of types and validations, where a data dictionary has other ones.
TYPES = {"select": "dropdown", "textarea": "notes"}
VALIDATIONS = {"float": "number", "int": "integer"}


def project_fields(path: Path) -> list[dict[str, str]]:
    """Rows of the data dictionary of a project, in the order of the database.

    Args:
        path: XML file of a project, which REDCap exports with or without data.

    Returns:
        A row for each field, by the column names of a dictionary of the API.

    Raises:
        LibraryError: EQ002, the file is absent.
        DataError: EQ333, it is not a project of REDCap; EQ340, it is not XML.
    """
    version = _root(path).find(f"{ODM}Study/{ODM}MetaDataVersion")
    rows = [] if version is None else [r for r in _rows(version) if r["field_name"]]
    if not rows:
        raise DataError.single(
            "EQ333",
            f"{path.name} has no fields of a REDCap project",
            where=path.name,
            fix="give the project XML file, or the CSV file of the data dictionary",
        )
    return rows


def project_missing_codes(path: Path) -> str:
    """Missing data codes of a project, such as ``NI, No information | -99, Unknown``.

    REDCap accepts them in every field, whatever its validation.

    Args:
        path: XML file of a project.

    Raises:
        LibraryError: EQ002, the file is absent.
        DataError: EQ340, it is not XML.
    """
    return _root(path).findtext(f".//{REDCAP}MissingDataCodes", "").strip()


def described_missing_codes(path: Path) -> str:
    """Missing data codes of a project as its API describes it.

    Args:
        path: JSON file with the key ``missing_data_codes``.

    Returns:
        As ``project_missing_codes``; empty if there is no such file.
    """
    if not path.is_file() or path.stat().st_size > MOST_DESCRIBED:
        return ""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError):
        return ""
    codes = found.get(CODES) if isinstance(found, dict) else None
    return codes.strip() if isinstance(codes, str) else ""


def _root(path: Path) -> Element:
    if not path.is_file():
        raise LibraryError.single(
            "EQ002",
            f"there is no file {path}",
            where=str(path),
            fix="give the path of the project XML file",
        )
    problem = "more than 50 MB" if path.stat().st_size > LARGEST else ""
    raw = b"" if problem else path.read_bytes()
    # Entities could make a small file large, or read other files: REDCap writes none.
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw or b"\0" in raw:
        problem = "document type declarations or another encoding than UTF-8"
    if problem:
        raise DataError.single(
            "EQ340",
            f"{path.name} has {problem}",
            where=path.name,
            fix="export the project again from REDCap, without data",
        )
    try:
        return ElementTree.fromstring(raw)  # noqa: S314  no entities, see above
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise DataError.single(
            "EQ340",
            f"{path.name} is not XML: {error}",
            where=path.name,
            fix="export the project again from REDCap",
        ) from error


def _rows(version: Element) -> Iterator[dict[str, str]]:
    forms = _forms(version)
    codes = {one.get("OID", ""): one for one in version.iter(f"{ODM}CodeList")}
    for item in version.iter(f"{ODM}ItemDef"):
        kind = item.get(f"{REDCAP}FieldType")
        if kind is None:
            continue  # REDCap's own columns, such as the status of a form
        reference = item.find(f"{ODM}CodeListRef")
        listed = "" if reference is None else reference.get("CodeListOID", "")
        validation = item.get(f"{REDCAP}TextValidationType", "")
        yield {
            "field_name": item.get(f"{REDCAP}Variable", ""),
            "form_name": forms.get(item.get("OID", ""), ""),
            "field_type": TYPES.get(kind, kind),
            "field_label": item.findtext(f"{ODM}Question/{ODM}TranslatedText", ""),
            "select_choices_or_calculations": _choices(codes.get(listed))
            or item.get(f"{REDCAP}Calculation", ""),
            "text_validation_type_or_show_slider_number": VALIDATIONS.get(
                validation, validation
            ),
            "identifier": item.get(f"{REDCAP}Identifier", ""),
            "branching_logic": item.get(f"{REDCAP}BranchingLogic", ""),
        }


def _forms(version: Element) -> dict[str, str]:
    """Form of each item: forms refer to groups, and groups to items."""
    form_of_group = {
        group.get("ItemGroupOID", ""): form.get(f"{REDCAP}FormName", "")
        for form in version.iter(f"{ODM}FormDef")
        for group in form.iter(f"{ODM}ItemGroupRef")
    }
    return {
        item.get("ItemOID", ""): form_of_group.get(group.get("OID", ""), "")
        for group in version.iter(f"{ODM}ItemGroupDef")
        for item in group.iter(f"{ODM}ItemRef")
    }


def _choices(codes: Element | None) -> str:
    if codes is None:
        return ""
    boxes = codes.get(f"{REDCAP}CheckboxChoices")
    text = f"{ODM}Decode/{ODM}TranslatedText"
    return boxes or " | ".join(
        f"{item.get('CodedValue', '')}, {item.findtext(text, '')}"
        for item in codes.iter(f"{ODM}CodeListItem")
    )
