"""Files as a nurse, a survey or a statistician sends them, drafted."""

import re
from pathlib import Path

import pytest

from equipoise.exchange.mapping_proposal import propose_mapping
from tests.exchange.small import protocol

PEOPLE = [(n, 22 + 2 * n, 12 + n, 9 + n) for n in range(1, 13)]
ARMS = ("Ketamine", "Midazolam")


def drafted(folder: Path, name: str, *rows: str) -> str:
    path = folder / name
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return propose_mapping(path, protocol()).text


def rule(text: str, column: str) -> str:
    """The entry of a column of a mapping; empty if it has none."""
    found = re.search(
        rf'\[\[columns\]\]\ncolumn = "{re.escape(column)}"\n(.*?)\n\n', text, re.S
    )
    return found[1] if found else ""


def test_a_german_sheet_with_personal_data(tmp_path: Path) -> None:
    rows = [
        f"P-{n:03};Huber{n};Eva;1{n}.03.1980;{'wm'[n % 2]};{20 + n};{60 + n},5;"
        f"{ARMS[n % 2]};{n:02}.03.2027;{a};{b};{'n/a' if n == 4 else c};sagt, er bekam K."
        for n, a, b, c in PEOPLE
    ]
    head = "Pat.-Nr.;Nachname;Vorname;Geb.-Datum;Geschlecht;Alter;Gewicht (kg);Gruppe;"
    head += "Infusion am;MADRS Summe vor Infusion;MADRS Summe Tag 1;MADRS Summe Tag 7;"
    text = drafted(tmp_path, "klinik.csv", f"{head}Bemerkung", *rows)
    assert 'column = "Pat.-Nr."' in text
    assert 'visit = "baseline"' in rule(text, "MADRS Summe vor Infusion")
    assert 'visit = "day-1"' in rule(text, "MADRS Summe Tag 1")
    assert 'missing = ["n/a"]' in rule(text, "MADRS Summe Tag 7")
    assert 'values = { m = "M", w = "F" }' in rule(text, "Geschlecht")
    assert rule(text, "Alter") == 'to = "participants.age"'
    assert not re.search(r"Huber|Eva|1980|bekam", text)
    assert text.count("personal data or free text") == 4


def test_the_range_in_a_name_excludes_a_band(tmp_path: Path) -> None:
    rows = [
        f"P-{n},{visit},{score // 15},{score}"
        for n, a, b, c in PEOPLE
        for visit, score in (("Baseline", a), ("Day 1", b), ("Day 7", c))
    ]
    head = "Participant,Visit,MADRS total (0-3),MADRS total (0-60)"
    text = drafted(tmp_path, "x.csv", head, *rows)
    assert 'to = "score.madrs.total"' in rule(text, "MADRS total (0-60)")
    assert '"MADRS total (0-3)" = "NOT RECOGNIZED' in text


def test_the_questions_of_a_survey_name_its_columns(tmp_path: Path) -> None:
    head = ["StartDate", "IPAddress", "ExternalReference"]
    head += [f"Q1_{n}" for n in range(1, 11)]
    asked = ["Start Date", "IP Address", "External Data Reference"]
    asked += [f"MADRS - item {n}: how was it?" for n in range(1, 11)]
    codes = [f'"{{""ImportId"":""q{n}""}}"' for n in range(13)]
    rows = [
        f"2027-03-{n:02} 10:00:0{n % 10},10.0.0.{n},P-{n}," + ",".join("0123456543")
        for n, *_ in PEOPLE
    ]
    head.append("Q2")
    asked.append("Which visit is this?")
    codes.append(codes[0])
    lines = [f"{row},{('Baseline', 'Day 1')[k]}" for row in rows for k in (0, 1)]
    text = drafted(
        tmp_path, "survey.csv", ",".join(head), ",".join(asked), ",".join(codes), *lines
    )
    assert 'column = "ExternalReference"' in text
    assert rule(text, "Q1_{item}") == 'to = "items.madrs"'
    assert 'IPAddress = "NOT RECOGNIZED (values not shown' in text


@pytest.mark.parametrize("shift", [0, 1])
def test_items_coded_from_one_are_known_by_their_total(
    tmp_path: Path, shift: int
) -> None:
    """Codes 1 to 6 could be answers: only the recorded total tells that they are not."""
    lines = []
    for n, *_ in PEOPLE:
        for visit in ("Baseline", "Day 1"):
            items = [1 + (n + k) % 6 for k in range(10)]
            answers = ",".join(map(str, items))
            lines.append(f"P-{n},{visit},{answers},{sum(items) - 10 * shift}")
    head = ",".join(["id", "visit", *(f"madrs_{k}" for k in range(1, 11)), "madrs_sum"])
    text = drafted(tmp_path, "items.csv", head, *lines)
    entry = rule(text, "madrs_{item}")
    assert 'to = "items.madrs"' in entry
    assert ("offset = -1" in entry) == bool(shift)
    assert ("# CHECK: named like the items" in text) == bool(shift)


def test_items_that_are_not_their_total_are_marked(tmp_path: Path) -> None:
    lines = []
    for n, *_ in PEOPLE:
        for visit in ("Baseline", "Day 1"):
            answers = ",".join(str((n + k) % 6) for k in range(10))
            lines.append(f"P-{n},{visit},{answers},{10 + n}")
    head = ",".join(["id", "visit", *(f"madrs_{k}" for k in range(1, 11)), "madrs_sum"])
    text = drafted(tmp_path, "items.csv", head, *lines)
    assert "# CHECK: named like the items" in text
    assert "offset" not in text


def test_the_start_of_an_adverse_event_is_not_day_0(tmp_path: Path) -> None:
    rows = [f"P-{n},Headache,{n:02}.03.2027,{n:02}.03.2027,mild" for n, *_ in PEOPLE]
    text = drafted(tmp_path, "ae.csv", "Subject,Event,Start,End,Severity", *rows)
    assert "[day0]" not in text
    assert 'Start = "NOT RECOGNIZED' in text
