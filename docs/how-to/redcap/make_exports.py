"""Writes the example exports of the page "Read REDCap data": one trial in four shapes.

Run ``python docs/how-to/redcap/make_exports.py FOLDER``. The participants are invented;
they are those of the tutorial "Your own trial". The tests of the page use these files.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

TRIAL = Path(__file__).parents[2] / "tutorials" / "your-trial"
ITEMS = [f"madrs_{item:02d}" for item in range(1, 11)]
FREQUENCY = " | ".join(f"{code}, {code}" for code in range(7)) + " | -99, not done"
HEAD = [
    *("Variable / Field Name", "Form Name", "Field Type", "Field Label"),
    "Choices, Calculations, OR Slider Labels",
    *("Text Validation Type OR Show Slider Number", "Identifier?"),
]
DICTIONARY = [
    ("record_id", "enrolment", "text", "Participant", "", "", ""),
    ("initials", "enrolment", "text", "Initials", "", "", "y"),
    ("age", "enrolment", "text", "Age (years)", "", "integer", ""),
    ("gender", "enrolment", "radio", "Sex", "1, Female | 2, Male", "", ""),
    ("rand_group", "enrolment", "radio", "Arm", "1, Ketamine | 2, Midazolam", "", ""),
    ("infusion_date", "enrolment", "text", "Date of infusion", "", "date_dmy", ""),
    ("comorbid", "enrolment", "checkbox", "Comorbidity", "1, Pain | 2, PTSD", "", ""),
    ("visit_date", "madrs", "text", "Date of the rating", "", "date_dmy", ""),
    *((n, "madrs", "radio", f"MADRS {n[-2:]}", FREQUENCY, "", "") for n in ITEMS),
    (
        *("madrs_sum", "madrs", "calc", "MADRS total"),
        *("sum(" + ", ".join(f"[{n}]" for n in ITEMS) + ")", "", ""),
    ),
]
EVENTS = {"baseline_arm_1": "Baseline", "24h_arm_1": "24h", "day_7_arm_1": "Day 7"}
STATUS = {"": "", "0": "Incomplete", "1": "Unverified", "2": "Complete"}
Row = dict[str, str]


def exports() -> dict[str, str]:
    """Text of each file by its name."""
    return {
        "raw.csv": _csv(raw()),
        "labelled.csv": labelled(raw()),
        "repeating.csv": _csv(repeating(raw())),
        "entries.csv": _csv(entries(raw())),
        "dictionary.csv": _lines(HEAD, [list(row) for row in DICTIONARY]),
        "dictionary_api.csv": _lines(API_HEAD, [list(row) for row in DICTIONARY]),
    }


API_HEAD = [
    *("field_name", "form_name", "field_type", "field_label"),
    "select_choices_or_calculations",
    *("text_validation_type_or_show_slider_number", "identifier"),
]


def raw() -> list[Row]:
    """The raw export: two forms, data access groups, and a box that is never blank."""
    rows = []
    for line in csv.DictReader(io.StringIO((TRIAL / "export.csv").read_text("utf-8"))):
        first = line["redcap_event_name"] == "baseline_arm_1"
        rows.append(
            {
                "record_id": line["record_id"],
                "redcap_event_name": line["redcap_event_name"],
                "redcap_data_access_group": "north" if first else "",
                "initials": "A.B." if first else "",
                **{n: line[n] for n in ("age", "gender", "rand_group")},
                "infusion_date": line["infusion_date"],
                # REDCap writes 0 also where the form was never opened.
                **{n: line[n] or "0" for n in ("comorbid___1", "comorbid___2")},
                "enrolment_complete": "2" if first else "",
                "visit_date": line["visit_date"],
                **{n: line[n] for n in (*ITEMS, "madrs_sum", "madrs_complete")},
            }
        )
    return rows


def labelled(rows: list[Row]) -> str:
    """The same as labels: both forms end with a column "Complete?"."""
    labels = {row[0]: row[3] for row in DICTIONARY}
    choices = {
        row[0]: dict(part.strip().split(", ") for part in row[4].split("|"))
        for row in DICTIONARY
        if row[2] == "radio"
    }
    names = {
        "redcap_event_name": "Event Name",
        "redcap_data_access_group": "Data Access Group",
        "comorbid___1": "Comorbidity (choice=Pain)",
        "comorbid___2": "Comorbidity (choice=PTSD)",
    }
    head = [
        "Complete?" if name.endswith("_complete") else (names | labels)[name]
        for name in rows[0]
    ]

    def text(name: str, cell: str) -> str:
        if name == "redcap_event_name":
            return EVENTS[cell]
        if name.endswith("_complete"):
            return STATUS[cell]
        if "___" in name:
            return "Checked" if cell == "1" else "Unchecked"
        return choices.get(name, {}).get(cell, cell)

    return _lines(head, [[text(n, row[n]) for n in row] for row in rows])


def repeating(rows: list[Row]) -> list[Row]:
    """The same without events: the form of the rating repeats, once for each visit."""
    enrolment = [n for n in rows[0] if n not in RATING and n != "redcap_event_name"]
    made = []
    for row in rows:
        number = list(EVENTS).index(row["redcap_event_name"]) + 1
        start = {"record_id": row["record_id"]}
        if number == 1:
            blank = {"redcap_repeat_instrument": "", "redcap_repeat_instance": ""}
            own = {n: row[n] for n in enrolment}
            made.append(start | blank | own | dict.fromkeys(RATING, ""))
        place = {
            "redcap_repeat_instrument": "madrs",
            "redcap_repeat_instance": f"{number}",
        }
        empty = dict.fromkeys(enrolment[1:], "") | dict.fromkeys(BOXES, "0")
        made.append(start | place | empty | {n: row[n] for n in RATING})
    return made


def entries(rows: list[Row]) -> list[Row]:
    """The same with one row for each value (EAV): blank fields have no row."""
    made = []
    for row in rows:
        place = {
            "record": row["record_id"],
            "redcap_event_name": row["redcap_event_name"],
        }
        for name, value in row.items():
            field, _, code = name.partition("___")
            if code:  # the row of a ticked box has its code
                value = code if value == "1" else ""
            if value and name != "redcap_event_name":
                made.append(place | {"field_name": field, "value": value})
    return made


RATING = ["visit_date", *ITEMS, "madrs_sum", "madrs_complete"]
BOXES = ["comorbid___1", "comorbid___2"]


def _csv(rows: list[Row]) -> str:
    return _lines(list(rows[0]), [list(row.values()) for row in rows])


def _lines(head: list[str], rows: list[list[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in exports().items():
        (folder / name).write_text(content, encoding="utf-8")
