"""Writes the example workbook of the page "Read a spreadsheet".

Run ``python docs/how-to/spreadsheets/make_workbook.py FOLDER``. The participants are
invented; they are those of the tutorial "Your own trial". The test of the page uses it.
"""

from __future__ import annotations

import csv
import datetime as dt
import sys
from pathlib import Path

import openpyxl

TRIAL = Path(__file__).parents[2] / "tutorials" / "your-trial"
EVENTS = ("baseline_arm_1", "24h_arm_1", "day_7_arm_1")
HEAD = ("Patient", "Group", "Age", "Sex", "Infusion", "Baseline", "24 h", "Day 7")
GROUPS = {"1": "KET", "2": "MDZ"}
SEXES = {"1": "F", "2": "M"}


def workbook(path: Path) -> None:
    """Two sheets; titles above the table, a total below it, and four doubtful cells.

    Args:
        path: of the workbook.
    """
    with (TRIAL / "export.csv").open(encoding="utf-8") as file:
        rows = {
            (r["record_id"], r["redcap_event_name"]): r for r in csv.DictReader(file)
        }
    people = dict.fromkeys(person for person, _ in rows)
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    book.active.append(["Ratings of the trial, entered from the paper forms"])
    sheet = book.create_sheet("Ratings")
    sheet.append(["One infusion: MADRS totals"])
    sheet.append(["Entered by the study nurse"])
    sheet.merge_cells("A1:H1")
    sheet.append([])
    sheet.append([*HEAD[:5], *(f"MADRS {name}" for name in HEAD[5:])])
    for person in people:
        first = rows[person, EVENTS[0]]
        day, month, year = map(int, first["infusion_date"].split("-"))
        totals = [rows.get((person, event), {}).get("madrs_sum") for event in EVENTS]
        numbers = [int(total) if total else None for total in totals]
        known = [GROUPS[first["rand_group"]], int(first["age"]), SEXES[first["gender"]]]
        sheet.append([person, *known, dt.date(year, month, day), *numbers])
    last = sheet.max_row
    for (cell,) in sheet[f"E5:E{last}"]:
        cell.number_format = "dd.mm.yyyy"
    sheet[f"A{last + 2}"] = "Mean"
    sheet[f"F{last + 2}"] = f"=AVERAGE(F5:F{last})"
    _doubtful(sheet)
    book.save(path)


def _doubtful(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
    """What happens to workbooks: a formula, a text, a hidden row, a number for a date."""
    sheet["G5"] = "=SUM(5,20)"  # no program has calculated it
    sheet["F6"] = str(sheet["F6"].value)
    sheet.row_dimensions[8].hidden = True
    day_0 = dt.date(1899, 12, 30)  # of the numbers that a spreadsheet shows as dates
    sheet["E9"] = sheet["E9"].value.toordinal() - day_0.toordinal()
    sheet["E9"].number_format = "General"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    workbook(folder / "ratings.xlsx")
