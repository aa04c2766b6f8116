"""Makes the REDCap export and data dictionary of the tutorial: invented people.

Run from the project: ``python docs/tutorials/your-trial/make_export.py``. The files are
committed; a test checks that this script still makes them.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from equipoise.numerics.rng import stream

HERE = Path(__file__).parent
ITEMS = tuple(f"madrs_{item:02d}" for item in range(1, 11))
EVENTS = {"baseline_arm_1": -1, "24h_arm_1": 1, "day_7_arm_1": 7}
FIELDS = (
    "record_id",
    "redcap_event_name",
    "site",
    "age",
    "gender",
    "rand_group",
    "infusion_date",
    "comorbid___1",
    "comorbid___2",
    "visit_date",
    *ITEMS,
    "madrs_sum",
    "madrs_complete",
)


def export() -> str:
    """The flat export: one row for each person and event, REDCap's own codes."""
    rows = [row for person in range(1, 25) for row in _person(person)]
    return _csv(FIELDS, rows)


def dictionary() -> str:
    """The data dictionary, with the columns that REDCap writes."""
    head = (
        "Variable / Field Name",
        "Form Name",
        "Field Type",
        "Field Label",
        "Choices, Calculations, OR Slider Labels",
        "Text Validation Type OR Show Slider Number",
    )
    frequency = " | ".join(f"{code}, {code}" for code in range(7)) + " | -99, not done"
    rows = [
        ("record_id", "enrolment", "text", "Participant", "", ""),
        ("site", "enrolment", "radio", "Site", "1, North | 2, South", ""),
        ("age", "enrolment", "text", "Age (years)", "", "integer"),
        ("gender", "enrolment", "radio", "Sex", "1, Female | 2, Male", ""),
        ("rand_group", "enrolment", "radio", "Arm", "1, Ketamine | 2, Midazolam", ""),
        ("infusion_date", "enrolment", "text", "Date of infusion", "", "date_dmy"),
        ("comorbid", "enrolment", "checkbox", "Comorbidity", "1, Pain | 2, PTSD", ""),
        ("visit_date", "madrs", "text", "Date of the rating", "", "date_dmy"),
        *((n, "madrs", "radio", f"MADRS {n[-2:]}", frequency, "") for n in ITEMS),
        ("madrs_sum", "madrs", "calc", "MADRS total", "sum([madrs_01],...)", ""),
    ]
    return _csv(head, [dict(zip(head, row, strict=True)) for row in rows])


def _person(number: int) -> list[dict[str, object]]:
    """Rows of one person; every fifth leaves before day 7, one form has a gap."""
    draw = stream(7, "tutorial", str(number))
    arm = 1 + (number * 7 % 12) % 2
    level = draw.normal(3.2, 0.4)
    rows: list[dict[str, object]] = []
    for event, day in EVENTS.items():
        if day == 7 and number % 5 == 0:
            continue
        drop = 0.0 if day < 0 else draw.normal(1.6 if arm == 1 else 0.8, 0.6)
        items = [int(x) for x in draw.normal(level - drop, 0.8, 10).round().clip(0, 6)]
        row: dict[str, object] = dict(zip(ITEMS, items, strict=True))
        row |= {"record_id": f"P-{number:03d}", "redcap_event_name": event}
        row |= {"visit_date": f"{10 + number % 9 + day:02d}-03-2026"}
        row |= {"madrs_sum": sum(items), "madrs_complete": 2}
        if number == 8 and day == 7:
            row |= {"madrs_05": -99, "madrs_sum": "", "madrs_complete": 1}
        if day < 0:
            row |= {"site": 1 + number % 2, "age": int(draw.integers(21, 66))}
            row |= {"gender": 1 + int(draw.random() < 0.4), "rand_group": arm}
            row |= {"infusion_date": f"{10 + number % 9:02d}-03-2026"}
            row |= {"comorbid___1": int(draw.random() < 0.3)}
            row |= {"comorbid___2": int(draw.random() < 0.3)}
        rows.append(row)
    return rows


def _csv(head: tuple[str, ...], rows: list[dict[str, object]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, head, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


if __name__ == "__main__":
    (HERE / "export.csv").write_text(export(), encoding="utf-8")
    (HERE / "dictionary.csv").write_text(dictionary(), encoding="utf-8")
