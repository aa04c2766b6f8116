"""Writes the example study of the page "Read SDTM and ADaM": DM, EX and QS in SDTM.

Run ``python docs/how-to/cdisc/make_study.py FOLDER``. The participants are invented; they
are those of the tutorial "Your own trial". The test of the page uses these files.
"""

from __future__ import annotations

import csv
import sys
from datetime import date, datetime
from pathlib import Path

TRIAL = Path(__file__).parents[2] / "tutorials" / "your-trial"
VISITS = {
    "baseline_arm_1": (1, "BASELINE"),
    "24h_arm_1": (3, "DAY 1"),
    "day_7_arm_1": (4, "DAY 7"),
}
ARMS = {"1": "Ketamine", "2": "Midazolam"}
SEXES = {"1": "F", "2": "M"}
Row = dict[str, str]


def study() -> dict[str, list[Row]]:
    """Rows of each dataset by the name of its file."""
    with (TRIAL / "export.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    people = {x["record_id"]: x for x in lines if x["rand_group"]}
    starts = {name: _date(x["infusion_date"]) for name, x in people.items()}
    ratings = [row for line in lines for row in _rating(line, starts)]
    for number, row in enumerate(ratings, start=1):
        row["QSSEQ"] = str(number)
    treated = [name for name in people if starts[name]]
    return {
        "dm.csv": [_person(line, starts[name]) for name, line in people.items()],
        "ex.csv": [_dose(people[name], starts[name]) for name in treated],
        "qs.csv": ratings,
    }


def _person(line: Row, start: date | None) -> Row:
    first = start.isoformat() if start else ""
    return _keys("DM", line["record_id"]) | {
        "SUBJID": line["record_id"].removeprefix("P-"),
        "RFSTDTC": first,
        "SITEID": line["site"],
        "AGE": line["age"],
        "AGEU": "YEARS",
        "SEX": SEXES[line["gender"]],
        "ARMCD": ARMS[line["rand_group"]][:3].upper(),
        "ARM": ARMS[line["rand_group"]],
    }


def _dose(line: Row, start: date | None) -> Row:
    first = start.isoformat() if start else ""
    return _keys("EX", line["record_id"]) | {
        "EXSEQ": "1",
        "EXTRT": ARMS[line["rand_group"]].upper(),
        "VISITNUM": "2",
        "VISIT": "INFUSION",
        "EXSTDTC": first,
        "EXSTDY": "1",
    }


def _rating(line: Row, starts: dict[str, date | None]) -> list[Row]:
    """One row for each item that was rated, and one for the total."""
    number, visit = VISITS[line["redcap_event_name"]]
    start, day = starts[line["record_id"]], _date(line["visit_date"])
    study_day = (day - start).days if day and start else None
    if study_day is not None and study_day >= 0:
        study_day += 1  # there is no day 0 in CDISC
    rows = []
    codes = {f"MADR01{n:02}": line[f"madrs_{n:02}"] for n in range(1, 11)}
    for code, answer in (codes | {"MADR0111": line["madrs_sum"]}).items():
        if answer in ("", "-99"):
            continue
        item = "Total Score" if code.endswith("11") else f"Item {int(code[-2:])}"
        rows.append(
            _keys("QS", line["record_id"])
            | {"QSSEQ": "", "QSTESTCD": code, "QSTEST": f"MADRS-{item}"}
            | {"QSCAT": "MADRS", "QSORRES": answer, "QSSTRESC": answer}
            | {"QSSTRESN": answer, "VISITNUM": str(number), "VISIT": visit}
            | {"QSDY": "" if study_day is None else str(study_day)}
        )
    return rows


def _keys(domain: str, who: str) -> Row:
    return {"STUDYID": "ONE-INFUSION", "DOMAIN": domain, "USUBJID": f"ONE-{who}"}


def _date(text: str) -> date | None:
    return datetime.strptime(text, "%d-%m-%Y").date() if text else None  # noqa: DTZ007


def write_study(folder: Path) -> None:
    """Writes the datasets as CSV files.

    Args:
        folder: is made if it is absent.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in study().items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    write_study(Path(sys.argv[1]))
