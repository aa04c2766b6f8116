"""No cell of an export is computed by a spreadsheet, and each text comes back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.escape import unescape

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.locking import set_aside
from equipoise.conduct.export.rows import blinded_contract
from equipoise.conduct.export.services import Format, export
from equipoise.conduct.export.writers import DANGEROUS
from equipoise.conduct.study.protocols import in_force
from tests.conduct.abuse.world import World
from tests.conduct.conftest import NOW
from tests.conduct.exported import restored, trial_data
from tests.conduct.walking import measured_by, release

STARTS = (
    "=",
    "+",
    "-",
    "@",
    "＝",
    "＋",
    "－",
    "＠",
    "'",
    '"',
    ";",
    "|",
    "%",
    "=\t",
    "''",
)
TEXTS = [f"{start}cmd|' /C calc'!A0" for start in STARTS] + [
    '=HYPERLINK("http://elsewhere.example","a")', "-2+3", "a\n=1+1", "a\r\n=1", "a\t=1",
    "_x003D_1+1", "<b>&amp;</b>", "\u202e=1+1", "\ufeff=1+1", "-5",
]  # fmt: skip
# Free texts of the tables, and the form and the field that each comes from.
FREE = {
    ("events", "term"), ("visits", "reason"), ("exposures", "reason"),
    ("dispositions", "reason"),
}  # fmt: skip
# Forms of the protocol are written by one function: two texts of one of them.
MEDICATION = "form_concomitant-medication"
FURTHER = {(MEDICATION, "CMTRT"), (MEDICATION, "CMINDC"), ("not_done", "reason")}
TAKEN = {
    "CMYN": "yes", "CMDOSE": "1", "CMDOSU": "mg", "CMDOSFRQ": "QD", "CMROUTE": "ORAL",
    "CMSTDAT": "2027-01-04", "CMONGO": "yes",
}  # fmt: skip


def written(world: World, *texts: str) -> dict[tuple[str, str], str]:
    """A text in every free field that an export holds; which stands where."""
    person = world.persons["north"]
    nurse, doctor = (
        world.actor("north", role) for role in ("infusion team", "investigator")
    )
    held = {
        place: texts[number % len(texts)]
        for number, place in enumerate(sorted(FREE | FURTHER))
    }

    def fill(form: str, visit: str, actor: Actor, values: dict[str, str]) -> None:
        made = save(place_of(person, form, visit), values, actor=actor, at=NOW,
                    seen=10**6, complete=True, reason=texts[0])  # fmt: skip
        assert not made.errors, made.errors

    fill("event#1", "", doctor, {"term": held["events", "term"]})
    taken = {n: held[MEDICATION, n] for n in ("CMTRT", "CMINDC")}
    fill("concomitant-medication#1", "", doctor, TAKEN | taken)
    ecg = place_of(person, "ecg", "screening")
    for deed in ("reopen", "not done"):
        if deed == "not done" or current(str(person)).not_done:
            set_aside(
                ecg, deed, actor=doctor, at=NOW, reason=held["not_done", "reason"]
            )
    missed = {"status": "missed", "reason": held["visits", "reason"]}
    fill("visit", "baseline", doctor, missed)
    number = release(person, "infusion-1")
    ran = {"weight_kg": "82", "syringe": number, "interrupted": "yes",
           "started_at": "2027-01-04T08:00", "stopped_early": "no",
           "stopped_at": "2027-01-04T08:40",
           "reason": held["exposures", "reason"]}  # fmt: skip
    measured_by(person, "infusion-1", "2027-01-04T07:40")
    fill("infusion", "infusion-1", nurse, ran)
    ended = {"milestone": "new-treatment", "date": "2027-01-04",
             "reason": held["dispositions", "reason"]}  # fmt: skip
    fill("milestone#1", "", doctor, ended)
    return held


def csv_cells(content: bytes) -> dict[str, list[dict[str, str]]]:
    with ZipFile(io.BytesIO(content)) as archive:
        return {
            name.removesuffix(".csv"): list(
                csv.DictReader(io.StringIO(archive.read(name).decode(), newline=""))
            )
            for name in archive.namelist() if name.endswith(".csv")
        }  # fmt: skip


def xlsx_cells(content: bytes) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        head, *rows = sheet.iter_rows()
        assert not any(cell.data_type == "f" for row in rows for cell in row)
        names = [cell.value for cell in head]
        found[sheet.title] = [
            dict(zip(names, [cell.value for cell in row], strict=True)) for row in rows
        ]
    return found


def parquet_cells(content: bytes) -> dict[str, list[dict[str, Any]]]:
    with ZipFile(io.BytesIO(content)) as archive:
        return {
            name.removesuffix(".parquet"):
            pd.read_parquet(io.BytesIO(archive.read(name))).to_dict("records")
            for name in archive.namelist() if name.endswith(".parquet")
        }  # fmt: skip


READ: dict[Format, Callable[[bytes], dict[str, list[dict[str, Any]]]]] = {
    "csv": csv_cells, "xlsx": xlsx_cells, "parquet": parquet_cells,
}  # fmt: skip


def test_free_texts_of_the_tables_are_those_that_are_tried(world: World) -> None:
    """A new free text in a table is tried too, or this fails."""
    coded = {"participant", "site", "visit", "instrument", "item", "score", "name", "unit",
             "status", "milestone", "severity", "guess", "by", "rater", "arm", "drug",
             "infusion", "sex", "psychotropics", "reason_missing", "action", "outcome",
             "started_time", "stopped_time", "related_infusion",
             "paper_date"}  # fmt: skip
    tables = blinded_contract(in_force())
    texts = {
        (name, column.name)
        for name, table in tables.items() for column in table.columns
        if column.type == "text" and column.name not in coded
    }  # fmt: skip
    assert texts == FREE


def came_back(form: Format, values: list[str], text: str) -> bool:
    """Whether a text stands in a column as it was written."""
    if form == "csv":
        assert not any(value.startswith(DANGEROUS) for value in values)
        values = [restored(value) for value in values]
    if form == "xlsx":  # as Excel reads it; XML knows one kind of line break
        values = [unescape(value).replace("\r\n", "\n") for value in values]
        text = text.replace("\r\n", "\n")
    return text in values


def test_every_text_is_a_text_and_comes_back(world: World) -> None:
    by, wrong = world.actor("north", "investigator"), []
    for first in range(0, len(TEXTS), len(FREE | FURTHER)):
        held = written(world, *TEXTS[first : first + len(FREE | FURTHER)])
        for form, read in READ.items():
            tables = read(export(by, form, at=NOW).content())
            for (table, column), text in held.items():
                cells = [row[column] for row in tables[table]]
                values = [cell for cell in cells if isinstance(cell, str)]
                if not came_back(form, values, text):
                    wrong.append(f"{form} {table}.{column}: {text!r} as {values!r}")
        data = trial_data(by, at=NOW)
        for table, column in FREE:
            text = held[table, column]
            if not (getattr(data, table)[column] == text).any():
                wrong.append(f"TrialData {table}.{column}: {text!r} is lost")
    assert not wrong, "\n".join(wrong)


def test_negative_numbers_stay_numbers(world: World) -> None:
    by = world.actor("north", "investigator")
    lines = csv_cells(export(by, "csv", at=NOW).content())["visits"]
    early = next(row for row in lines if row["visit"] == "screening")
    assert early["planned_day"] == "-14"
    sheet = xlsx_cells(export(by, "xlsx", at=NOW).content())["visits"]
    assert next(r for r in sheet if r["visit"] == "screening")["planned_day"] == -14
    minutes = {row["timepoint_min"] for row in csv_cells(
        export(by, "csv", at=NOW).content())["measurements"]}  # fmt: skip
    assert minutes == {"-30"}


@pytest.mark.parametrize("text", ["\t=1+1", "\r=1+1", "\n=1+1", " =1+1"])
def test_blanks_before_a_text_are_not_kept(world: World, text: str) -> None:
    """A text is kept without the blanks around it; what is left is made harmless."""
    written(world, text)
    made = export(world.actor("north", "investigator"), "csv", at=NOW).content()
    assert {row["term"] for row in csv_cells(made)["events"]} == {"'=1+1"}
