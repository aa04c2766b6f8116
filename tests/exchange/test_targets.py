"""What each column becomes, and what is wrong with a mapping before a cell is read."""

from pathlib import Path

import pytest

from equipoise.errors import Problem
from equipoise.exchange.targets import Resolved, resolve
from tests.exchange.small import START, feder, one_file, protocol, source


def resolved(folder: Path, head: str, rule: str) -> Resolved:
    text = f"{head}\n{','.join('1' for _ in head.split(','))}\n"
    return resolve(one_file(START + rule), source(folder, text), protocol())


def entry(column: str, to: str, more: str = "") -> str:
    return f'[[columns]]\ncolumn = "{column}"\nto = "{to}"\n{more}\n'


def only(found: Resolved) -> Problem:
    assert len(found.problems) == 1, found.problems
    return found.problems[0]


def test_a_family_of_items_is_one_entry(tmp_path: Path) -> None:
    head = "id," + ",".join(f"m_{i:02}_x" for i in range(1, 11))
    rule = entry("m_{item:02}_x", "items.madrs", 'visit = "day-1"')
    found = resolved(tmp_path, head, rule)
    assert found.problems == ()
    assert [a.source for a in found.assignments] == head.split(",")[1:]
    assert dict(found.assignments[9].fixed) == {"instrument": "madrs", "item": "10"}


@pytest.mark.parametrize(
    ("to", "table", "field", "kind"),
    [
        ("participants.age", "participants", "age", "number"),
        ("participants.randomized_at", "participants", "randomized_at", "datetime"),
        ("visits.actual_day", "visits", "actual_day", "day"),
        ("visits.in_window", "visits", "in_window", "flag"),
        ("exposures.dose_mg", "exposures", "dose_mg", "number"),
        ("events.started_day", "events", "started_day", "day"),
        ("events.serious", "events", "serious", "flag"),
        ("item.madrs.3", "answers", "value", "number"),
        ("score.madrs.total", "recorded_scores", "value", "number"),
        ("measurements.SYSBP", "measurements", "value", "number"),
        ("dispositions.death", "dispositions", "day", "day"),
        ("reasons.excluded", "dispositions", "reason", "text"),
        ("guesses.rater", "guesses", "guess", "text"),
        ("certainty.participant", "guesses", "certainty", "number"),
    ],
)
def test_targets(tmp_path: Path, to: str, table: str, field: str, kind: str) -> None:
    found = resolved(tmp_path, "id,a", entry("a", to, 'visit = "day-1"'))
    assert found.problems == ()
    (item,) = found.assignments
    assert (item.table, item.field, item.kind) == (table, field, kind)


@pytest.mark.parametrize(
    ("to", "hint"),
    [
        ("participants.aeg", "did you mean 'participants.age'"),
        ("visits.visit", "possible: "),
        ("score.madrs.totl", "did you mean 'score.madrs.total'"),
        ("items.mdrs", "did you mean 'items.madrs'"),
        ("item.madrs.11", "possible: item.madrs.1"),
        ("dispositions.left", "dispositions.<milestone>"),
        ("guesses.mother", "guesses.<by>"),
        ("nothing", "possible: "),
        ("measurements", "possible: "),
    ],
)
def test_an_unknown_target_is_refused(tmp_path: Path, to: str, hint: str) -> None:
    found = resolved(tmp_path, "id,a", entry("a", to, 'visit = "day-1"'))
    problem = next(p for p in found.problems if p.code == "EQ335")
    assert hint in problem.fix


def test_an_unknown_visit_is_refused_wherever_it_stands(tmp_path: Path) -> None:
    rule = (
        'visit = { column = "v", values = { 1 = "day-11" } }\n'
        + entry("a", "score.madrs.total", 'visit = "base"')
        + entry("b", "item.madrs.1", 'visits = { 1 = "day-77" }')
    )
    found = resolved(tmp_path, "id,v,a,b", rule)
    said = " ".join(p.what for p in found.problems)
    assert [p.code for p in found.problems] == ["EQ335"] * 3
    assert all(name in said for name in ("day-11", "base", "day-77"))


def test_a_column_that_needs_a_visit_and_has_none_is_refused(tmp_path: Path) -> None:
    problem = only(resolved(tmp_path, "id,a", entry("a", "score.madrs.total")))
    assert problem.code == "EQ335"
    assert "`visit` for each" in problem.fix


def test_two_columns_for_one_cell_are_refused(tmp_path: Path) -> None:
    rule = entry("a", "score.madrs.total", 'visit = "day-1"')
    found = resolved(tmp_path, "id,a,b", rule + rule.replace('"a"', '"b"'))
    assert "'a' and 'b'" in only(found).what


def test_several_columns_for_one_characteristic_or_event_are_not(
    tmp_path: Path,
) -> None:
    rule = entry("a", "participants.sex") + entry("b", "participants.sex")
    rule += entry("c", "events.term") + entry("d", "events.term", "event = 2")
    assert resolved(tmp_path, "id,a,b,c,d", rule).problems == ()


def test_ignored_columns_need_to_be_there(tmp_path: Path) -> None:
    rule = '[ignore]\n"x___*" = "checkbox"\ny = "gone"\n'
    problem = only(resolved(tmp_path, "id,x___1,x___2", rule))
    assert problem.code == "EQ333"
    assert "'y'" in problem.what


def test_every_absent_column_is_named(tmp_path: Path) -> None:
    rule = (
        'visit = { column = ["v", "w"] }\nminute = { column = "m" }\n'
        'day0 = { column = "d", format = "%Y-%m-%d" }\n'
        + entry("a", "participants.age")
    )
    found = resolved(tmp_path, "id", rule)
    said = [p.what for p in found.problems if p.code == "EQ333"]
    assert len(said) == 5


def test_minutes_make_different_cells(tmp_path: Path) -> None:
    text = "id,a,b\n1,2,3\n"
    rule = "".join(
        entry(c, "measurements.SYSBP", f'visit = "infusion-1"\nminute = {m}')
        for c, m in (("a", -30), ("b", 40))
    )
    found = resolve(one_file(START + rule), source(tmp_path, text), feder())
    assert found.problems == ()


WORDS = ["sad", "said", "tense", "sleep", "eat", "mind", "slow", "feel", "bad", "end"]
NAMED = ",".join(f"m_{n}_{word}" for n, word in enumerate(WORDS, 1))
DAY_1 = 'visit = "day-1"'


def test_words_after_the_number_of_an_item(tmp_path: Path) -> None:
    rule = entry("m_{item}_*", "items.madrs", DAY_1)
    found = resolved(tmp_path, f"id,{NAMED}", rule)
    assert found.problems == ()
    assert [a.source for a in found.assignments] == NAMED.split(",")


def test_two_columns_for_one_item_are_refused_with_their_names(tmp_path: Path) -> None:
    rule = entry("m_{item}_*", "items.madrs", DAY_1)
    problem = only(resolved(tmp_path, f"id,{NAMED},m_3_date", rule))
    assert problem.code == "EQ335"
    assert "for item 3: m_3_tense, m_3_date" in problem.what
    for way in ('[ignore]\n"m_3_date" = "a date"\n', entry("m_3_date", "events.term")):
        assert resolved(tmp_path, f"id,{NAMED},m_3_date", rule + way).problems == ()


def test_one_cause_is_one_message_in_few_names(tmp_path: Path) -> None:
    rest = ",".join(f"other_{n}" for n in range(200))
    rule = entry("m_{item}", "items.madrs", DAY_1)
    found = resolved(tmp_path, f"id,{NAMED},{rest}", rule)
    assert [p.code for p in found.problems] == ["EQ333", "EQ334"]
    absent, unmapped = found.problems
    assert "'m_{item}' for 10 of 10 items" in absent.what
    assert "did you mean 'm_{item}_*'?" in absent.fix
    assert "200 columns are not mapped" in unmapped.what  # not also those of MADRS
    assert unmapped.records is not None
    assert len(unmapped.records) == 200
    assert sum(len(p.what + p.fix) for p in found.problems) < 900


def test_one_column_is_never_read_for_all_items(tmp_path: Path) -> None:
    for column in ("m_*", "m_1_sad"):
        found = resolved(tmp_path, f"id,{NAMED}", entry(column, "items.madrs", DAY_1))
        assert "one column for all items" in found.problems[0].what


def test_an_entry_of_one_item_comes_before_the_template(tmp_path: Path) -> None:
    rule = entry("m_{item}_*", "items.madrs", DAY_1 + "\noffset = -1")
    own = entry("m_4_sleep", "item.madrs.4", DAY_1 + "\nvalues = { 1 = 0, 2 = 2 }")
    for text in (rule + own, own + rule):
        found = resolved(tmp_path, f"id,{NAMED}", text)
        assert found.problems == ()
        by_item = {dict(a.fixed)["item"]: a.rule for a in found.assignments}
        assert len(by_item) == len(found.assignments) == 10
        assert by_item["4"].values
        assert by_item["4"].offset is None


def test_an_entry_of_one_item_for_another_column_is_a_duplicate(tmp_path: Path) -> None:
    rule = entry("m_{item}_*", "items.madrs", DAY_1)
    own = entry("sleep", "item.madrs.4", DAY_1)
    problem = only(resolved(tmp_path, f"id,{NAMED},sleep", rule + own))
    assert "mapped to the same field" in problem.what


@pytest.mark.parametrize("key", ["offset = 1", 'decimal = ","', "factor = 2"])
def test_a_key_for_numbers_is_refused_for_a_text(tmp_path: Path, key: str) -> None:
    problem = only(resolved(tmp_path, "id,a", entry("a", "participants.site", key)))
    assert problem.code == "EQ332"


def test_offset_and_values_are_not_combined(tmp_path: Path) -> None:
    more = DAY_1 + "\noffset = -1\nvalues = { 1 = 0 }"
    problem = only(resolved(tmp_path, "id,a", entry("a", "item.madrs.1", more)))
    assert problem.code == "EQ332"


def test_columns_without_a_visit_are_one_problem(tmp_path: Path) -> None:
    """However many items a template has: the cause is one."""
    rule = START + '[[columns]]\ncolumn = "m{item}"\nto = "items.madrs"\n'
    names = ",".join(f"m{n}" for n in range(1, 11))
    made = source(tmp_path, f"id,{names}\nP1{',1' * 10}\n")
    (problem,) = resolve(one_file(rule), made, protocol()).problems
    assert problem.code == "EQ335"
    assert problem.what.startswith(
        "10 columns need a visit, and no column states it: m1"
    )
