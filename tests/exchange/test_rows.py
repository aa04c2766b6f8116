"""Whose each row is, at which visit and minute."""

from pathlib import Path

from equipoise.exchange.rows import Rows, about
from tests.exchange.small import START, feder, one_file, protocol, source


def rows(folder: Path, text: str, rule: str) -> Rows:
    return about(source(folder, text), one_file(START + rule), protocol())


def codes(found: Rows) -> list[str]:
    return [p.code for p in found.problems]


def test_events_are_visits_by_text_number_and_pattern(tmp_path: Path) -> None:
    known = '{ 1 = "baseline", "d1*" = "day-1", x = "" }'
    rule = f'visit = {{ column = "v", values = {known} }}\n'
    found = rows(tmp_path, "id,v\nA,1\nA,1.0\nA,d1_late\nA,x\n", rule)
    assert found.problems == ()
    assert found.frame["visit"].astype("string").fillna("-").tolist() == [
        "baseline",
        "baseline",
        "day-1",
        "-",
    ]


def test_without_values_a_column_holds_visit_ids(tmp_path: Path) -> None:
    found = rows(tmp_path, "id,v\nA,day-1\nA,day-2\n", 'visit = { column = "v" }\n')
    assert found.frame["visit"].astype("string").fillna("-").tolist() == ["day-1", "-"]
    assert codes(found) == ["EQ343"]


def test_an_empty_event_is_unknown_unless_it_is_listed(tmp_path: Path) -> None:
    text, rule = (
        "id,v,a\nA,,1\n",
        'visit = { column = "v", values = { 1 = "day-1" } }\n',
    )
    assert codes(rows(tmp_path, text, rule)) == ["EQ343"]
    assert codes(rows(tmp_path, text, rule.replace("1 =", '"" = "", 1 ='))) == []


def test_repeated_events_are_told_by_two_columns(tmp_path: Path) -> None:
    rule = """visit = { column = ["e", "n"], values = {
        "inf / 1" = "infusion-1", "inf / 2" = "infusion-2", "* / " = "" } }\n"""
    text = "id,e,n\nA,inf,1\nA,inf,2\nA,enrolment,\n"
    found = about(
        source(tmp_path, text),
        one_file(START + rule.replace("\n        ", " ")),
        feder(),
    )
    assert found.frame["visit"].astype("string").fillna("-").tolist() == [
        "infusion-1",
        "infusion-2",
        "-",
    ]
    assert found.frame["event"].tolist() == ["inf / 1", "inf / 2", "enrolment / "]


def test_minutes_are_read_or_looked_up(tmp_path: Path) -> None:
    text = "id,m\nA,-30\nA,\nA,40\n"
    found = rows(tmp_path, text, 'minute = { column = "m" }\n')
    assert found.frame["minute"].fillna(999).tolist() == [-30, 999, 40]
    found = rows(
        tmp_path,
        "id,m\nA,1\nA,2\n",
        'minute = { column = "m", values = { 1 = -30 } }\n',
    )
    assert found.frame["minute"].fillna(999).tolist() == [-30, 999]
    assert codes(found) == ["EQ336"]


def test_a_fraction_of_a_minute_is_refused(tmp_path: Path) -> None:
    assert codes(rows(tmp_path, "id,m\nA,1.5\n", 'minute = { column = "m" }\n')) == [
        "EQ336"
    ]


def test_day_0_is_one_date_of_each_participant(tmp_path: Path) -> None:
    rule = 'day0 = { column = "d", format = "%d/%m/%Y" }\n'
    text = "id,d\nA,01/02/2026\nA,\nB,2026-02-01\nC,01/02/2026\nC,02/02/2026\n"
    found = rows(tmp_path, text, rule)
    assert codes(found) == ["EQ338", "EQ339"]
    assert [
        list(p.records["row"]) for p in found.problems if p.records is not None
    ] == [[4], [5, 6]]
    assert str(found.day0["A"].date()) == "2026-02-01"
    assert "B" not in found.day0


def test_nobody_is_refused_also_by_a_code_for_missing(tmp_path: Path) -> None:
    found = rows(tmp_path, "id,a\nNA,1\n,2\nA,3\n", 'file = { missing = ["NA"] }\n')
    (problem,) = found.problems
    assert problem.code == "EQ344"
    assert problem.records is not None
    assert problem.records["row"].tolist() == [2, 3]
