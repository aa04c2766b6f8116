"""Cells of files as tables: one row for each thing, nothing lost, nothing twice."""

from pathlib import Path

import pytest

import equipoise as eq
from equipoise.errors import DataError
from tests.exchange.small import (
    LONG,
    MAPPING,
    START,
    feder,
    protocol,
    read,
    refused,
    rows,
)


def entry(column: str, to: str, more: str = "") -> str:
    return f'[[columns]]\ncolumn = "{column}"\nto = "{to}"\n{more}\n'


VISIT = 'visit = { column = "v" }\n'


def test_checkboxes_make_one_category(tmp_path: Path) -> None:
    rule = START + entry("x___1", "participants.sex", 'values = { 1 = "F", 0 = "" }')
    rule += entry("x___2", "participants.sex", 'values = { 1 = "M", 0 = "" }')
    data = read(tmp_path, "id,x___1,x___2\nA,1,0\nB,0,1\nC,0,0\n", rule)
    assert data.participants["sex"].fillna("-").tolist() == ["F", "M", "-"]
    found = refused(tmp_path, "id,x___1,x___2\nA,1,1\n", rule)
    assert rows(found["EQ339"], "column") == ["x___1", "x___2"]


def test_infusions_are_numbered_by_their_visit(tmp_path: Path) -> None:
    rule = START + VISIT + entry("w", "exposures.weight_kg")
    text = "id,v,w\nA,infusion-2,70\nA,infusion-1,71\n"
    data = read(tmp_path, text, rule, trial=feder())
    assert data.exposures["infusion"].tolist() == [1, 2]
    assert data.exposures["weight_kg"].tolist() == [71, 70]


def test_a_stated_number_of_an_infusion_is_kept(tmp_path: Path) -> None:
    rule = (
        START
        + VISIT
        + entry("n", "exposures.infusion")
        + entry("w", "exposures.weight_kg")
    )
    data = read(tmp_path, "id,v,n,w\nA,infusion-2,1,70\n", rule, trial=feder())
    assert data.exposures["infusion"].tolist() == [1]


def test_an_infusion_at_a_visit_without_one_is_refused(tmp_path: Path) -> None:
    rule = START + VISIT + entry("w", "exposures.weight_kg")
    found = refused(tmp_path, "id,v,w\nA,week-2,70\n", rule, trial=feder())
    assert "EQ303" in found


def test_one_row_may_hold_several_events(tmp_path: Path) -> None:
    rule = START
    for n in (1, 2):
        rule += entry(f"t{n}", "events.term", f"event = {n}")
        rule += entry(f"s{n}", "events.severity", f"event = {n}")
    rule += entry(
        "ache", "events.term", 'event = 3\nvalues = { 1 = "headache", 0 = "" }'
    )
    text = "id,t1,s1,t2,s2,ache\nA,nausea,mild,fall,severe,1\nB,,,,,0\n"
    events = read(tmp_path, text, rule).events
    assert events[["term", "severity"]].fillna("-").to_numpy().tolist() == [
        ["fall", "severe"],
        ["headache", "-"],
        ["nausea", "mild"],
    ]


def test_the_same_event_twice_is_two_events(tmp_path: Path) -> None:
    rule = START + entry("t", "events.term")
    assert len(read(tmp_path, "id,t\nA,nausea\nA,nausea\nA,\n", rule).events) == 2


def test_an_event_may_be_rated_at_another_visit(tmp_path: Path) -> None:
    rule = START + 'visit = { column = "v", values = { e = "day-1", f = "day-7" } }\n'
    rule += entry("a", "score.madrs.total", 'visits = { e = "baseline" }')
    data = read(tmp_path, "id,v,a\nA,e,20\nA,f,10\n", rule)
    assert data.recorded_scores["visit"].tolist() == ["baseline", "day-7"]


def test_a_baseline_repeated_in_every_row_is_one_value(tmp_path: Path) -> None:
    rule = START + VISIT + entry("b", "score.madrs.total", 'visit = "baseline"')
    rule += entry("a", "score.madrs.total")
    data = read(tmp_path, "id,v,b,a\nA,day-1,30,20\nA,day-7,30,10\n", rule)
    assert data.recorded_scores["value"].tolist() == [30, 20, 10]
    found = refused(tmp_path, "id,v,b,a\nA,day-1,30,20\nA,day-7,31,10\n", rule)
    assert rows(found["EQ339"], "value") == ["30.0", "31.0"]


def test_a_stated_baseline_and_a_row_of_it_may_not_both_count(tmp_path: Path) -> None:
    rule = START + VISIT + entry("b", "score.madrs.total", 'visit = "baseline"')
    rule += entry("a", "score.madrs.total")
    found = refused(tmp_path, "id,v,b,a\nA,baseline,30,30\n", rule)
    assert rows(found["EQ348"], "column") == ["a", "b"]


def test_a_row_that_stands_twice_is_one_problem_of_all_its_tables(
    tmp_path: Path,
) -> None:
    rule = START + VISIT + entry("a", "score.madrs.total")
    rule += entry("p", "measurements.pulse") + entry("m", "item.madrs.1")
    text = "id,v,a,p,m\nA,day-1,30,70,2\nB,day-1,30,70,2\nA,day-1,30,71,2\n"
    found = refused(tmp_path, text, rule)
    assert list(found) == ["EQ348"]
    problem = found["EQ348"]
    assert problem.what.startswith("6 values of ")
    assert problem.where == "tables answers, recorded_scores, measurements"
    assert set(rows(problem, "row")) == {"2", "4"}
    assert sorted(rows(problem, "column")) == ["a", "a", "m", "m", "p", "p"]


def test_duplicates_of_other_rows_are_another_problem(tmp_path: Path) -> None:
    rule = START + VISIT + entry("a", "score.madrs.total")
    rule += entry("p", "measurements.pulse")
    text = "id,v,a,p\nA,day-1,30,\nA,day-1,30,\nB,day-1,,70\nB,day-1,,71\n"
    with pytest.raises(DataError) as refusal:
        read(tmp_path, text, rule)
    places = {p.where: rows(p, "row") for p in refusal.value.problems}
    assert places == {
        "table recorded_scores": ["2", "3"],
        "table measurements": ["4", "5"],
    }


def test_minutes_keep_ratings_apart(tmp_path: Path) -> None:
    rule = START + VISIT + 'minute = { column = "m" }\n' + entry("a", "item.cadss.1")
    text = "id,v,m,a\nA,infusion-1,-30,0\nA,infusion-1,40,3\n"
    data = read(tmp_path, text, rule, trial=feder())
    assert data.answers["timepoint_min"].tolist() == [-30, 40]
    found = refused(tmp_path, text.replace("-30", "40"), rule, trial=feder())
    assert rows(found["EQ348"], "timepoint_min") == ["40", "40"]


def test_guesses_with_their_certainty(tmp_path: Path) -> None:
    rule = START + VISIT + entry("g", "guesses.rater") + entry("c", "certainty.rater")
    data = read(tmp_path, "id,v,g,c\nA,day-7,ketamine,80\n", rule)
    assert data.guesses[["by", "guess", "certainty"]].to_numpy().tolist() == [
        ["rater", "ketamine", 80]
    ]


@pytest.mark.parametrize(
    ("row", "status"),
    [("20,,", "done"), (",sick,", "missed"), (",,7", "planned"), ("20,late,7", "done")],
)
def test_what_became_of_a_visit(tmp_path: Path, row: str, status: str) -> None:
    rule = START + VISIT + entry("a", "score.madrs.total")
    rule += entry("why", "visits.reason") + entry("day", "visits.planned_day")
    data = read(tmp_path, f"id,v,a,why,day\nA,day-7,{row}\n", rule)
    assert data.visits["status"].tolist() == [status]


def test_a_stated_status_counts(tmp_path: Path) -> None:
    rule = (
        START
        + VISIT
        + entry("s", "visits.status", 'values = { 0 = "missed", 1 = "done" }')
    )
    data = read(tmp_path, "id,v,s\nA,day-1,1\nA,day-7,0\n", rule)
    assert data.visits["status"].tolist() == ["done", "missed"]


def test_a_visit_of_which_nothing_is_known_has_no_row(tmp_path: Path) -> None:
    rule = START + VISIT + entry("a", "score.madrs.total")
    data = read(tmp_path, "id,v,a\nA,day-1,\nB,day-1,3\n", rule)
    assert data.participants["participant"].tolist() == ["A", "B"]
    assert data.visits["participant"].tolist() == ["B"]


def test_the_order_of_rows_does_not_count(tmp_path: Path) -> None:
    head, *lines = LONG.splitlines()
    turned = "\n".join([head, *reversed(lines)])
    first, second = read(tmp_path), read(tmp_path, turned)
    assert first.content_hash == second.content_hash


def test_long_and_wide_files_of_one_trial_are_the_same_data(tmp_path: Path) -> None:
    long = "id,v,arm,a\nA,baseline,ketamine,30\nA,day-1,ketamine,20\n"
    long += "B,baseline,midazolam,28\n"
    arm = entry("arm", "participants.arm")
    first = read(tmp_path, long, START + VISIT + arm + entry("a", "score.madrs.total"))
    wide = "id,arm,a0,a1\nA,ketamine,30,20\nB,midazolam,28,\n"
    rule = START + arm + entry("a0", "score.madrs.total", 'visit = "baseline"')
    second = read(
        tmp_path, wide, rule + entry("a1", "score.madrs.total", 'visit = "day-1"')
    )
    assert first.content_hash == second.content_hash


def test_a_mapping_is_needed_only_once(tmp_path: Path) -> None:
    data = read(tmp_path, LONG, MAPPING)
    eq.write_data(data, tmp_path / "own")
    assert eq.read_data(tmp_path / "own", protocol()).content_hash == data.content_hash
