"""What the cells of a column say, by the kind of value that is wanted."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from equipoise.exchange.rows import about
from equipoise.exchange.targets import resolve
from equipoise.exchange.values import Values, values
from tests.exchange.small import START, one_file, protocol, source


def read(
    folder: Path, to: str, cells: list[str], more: str = "", file: str = ""
) -> Values:
    rule = one_file(
        f'{START}{file}\nday0 = {{ column = "start", format = "%Y-%m-%d" }}\n'
        f'[[columns]]\ncolumn = "a"\nto = "{to}"\nvisit = "day-1"\n{more}'
    )
    lines = [f"P{n};2026-03-10;{cell}" for n, cell in enumerate(cells)]
    text = "\n".join(["id;start;a", *lines])
    table = source(folder, text)
    found = resolve(rule, table, protocol())
    assert found.problems == ()
    rows = about(table, rule, protocol())
    return values(table, found.assignments[0], rule, rows.frame, rows.day0)


def said(found: Values) -> list[Any]:
    return found.frame["value"].tolist()


def refused(found: Values) -> tuple[str, list[str]]:
    (problem,) = found.problems
    assert problem.records is not None
    return problem.code, problem.records["a"].tolist()


def test_texts_stand_for_themselves_or_are_all_listed(tmp_path: Path) -> None:
    assert said(read(tmp_path, "participants.site", ["x", "", "y"])) == ["x", "y"]
    found = read(tmp_path, "participants.site", ["x", "y"], 'values = { x = "North" }')
    assert said(found) == ["North"]
    assert refused(found) == ("EQ336", ["y"])


def test_a_value_that_means_nothing_leaves_nothing(tmp_path: Path) -> None:
    more = 'values = { x = "North", y = "" }'
    assert said(read(tmp_path, "participants.site", ["x", "y"], more)) == ["North"]


def test_labels_may_stand_beside_numbers(tmp_path: Path) -> None:
    more = 'values = { "not at all" = 0 }'
    found = read(tmp_path, "score.madrs.total", ["12", "not at all", "7.5"], more)
    assert said(found) == [12, 0, 7.5]


def test_a_recoding_must_list_every_code(tmp_path: Path) -> None:
    more = "values = { 1 = 0, 2 = 1, 3 = 2 }"
    found = read(tmp_path, "item.madrs.1", ["1", "2.0", "4"], more)
    assert said(found) == [0, 1]
    assert refused(found) == ("EQ336", ["4"])


def test_an_item_is_reversed_by_its_values(tmp_path: Path) -> None:
    more = "values = { 0 = 3, 1 = 2, 2 = 1, 3 = 0 }"
    assert said(read(tmp_path, "item.madrs.1", list("0123"), more)) == [3, 2, 1, 0]


def test_codes_for_nothing(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "score.madrs.total",
        ["-99", "NA", "3"],
        "missing = [-99]",
        'file = { missing = ["NA"] }',
    )
    assert said(found) == [3]
    assert found.problems == ()


def test_a_decimal_comma_and_a_unit(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "participants.age",
        ["20,5", "40"],
        "factor = 2.0",
        'file = { decimal = "," }',
    )
    assert said(found) == [41, 80]


def test_pounds_become_kilograms(tmp_path: Path) -> None:
    found = read(tmp_path, "participants.age", ["100"], "factor = 0.45359237")
    assert said(found) == pytest.approx([45.359237], rel=1e-15)


def test_text_in_a_number(tmp_path: Path) -> None:
    found = read(tmp_path, "score.madrs.total", ["3", "three", "1,5"])
    assert refused(found) == ("EQ337", ["three", "1,5"])
    assert said(found) == [3]


def test_flags(tmp_path: Path) -> None:
    found = read(tmp_path, "visits.in_window", ["TRUE", "0", "x"])
    assert said(found) == ["true", "false"]
    assert refused(found) == ("EQ336", ["x"])
    assert said(read(tmp_path, "visits.in_window", ["Y"], "values = { Y = 1 }")) == [1]


def test_dates_and_times(tmp_path: Path) -> None:
    found = read(
        tmp_path, "participants.consented_at", ["2026-03-04T09:30", "4.3.2026"]
    )
    assert said(found) == ["2026-03-04T09:30:00.000000"]
    assert refused(found) == ("EQ338", ["4.3.2026"])
    found = read(
        tmp_path, "participants.consented_at", ["4.3.2026"], 'format = "%d.%m.%Y"'
    )
    assert pd.Timestamp(said(found)[0]) == pd.Timestamp(2026, 3, 4)


def test_days_are_numbers_or_dates_counted_from_day_0(tmp_path: Path) -> None:
    assert said(read(tmp_path, "visits.actual_day", ["7", "-3"])) == [7, -3]
    found = read(
        tmp_path,
        "visits.actual_day",
        ["2026-03-17", "2026-03-07"],
        'format = "%Y-%m-%d"',
    )
    assert said(found) == [7, -3]


def test_a_date_without_a_format_is_no_day(tmp_path: Path) -> None:
    found = read(tmp_path, "visits.actual_day", ["2026-03-17"])
    assert refused(found)[0] == "EQ337"


def test_the_hour_of_a_date_does_not_shift_its_day(tmp_path: Path) -> None:
    found = read(
        tmp_path, "visits.actual_day", ["2026-03-11 23:59"], 'format = "%Y-%m-%d %H:%M"'
    )
    assert said(found) == [1]


def test_codes_that_start_at_1_are_moved_and_missing_codes_are_not(
    tmp_path: Path,
) -> None:
    more = "offset = -1\nmissing = [-99, 0]"
    found = read(tmp_path, "item.madrs.1", ["1", "-99", "4", "0", "7.0"], more)
    assert said(found) == [0, 3, 6]
    assert found.problems == ()


def test_the_offset_is_added_after_the_factor(tmp_path: Path) -> None:
    more = f"factor = {5 / 9!r}\noffset = {-160 / 9!r}"
    found = read(tmp_path, "participants.age", ["98.6", "32"], more)
    assert said(found) == pytest.approx([37, 0], abs=1e-12)


def test_a_column_has_its_own_decimal_mark(tmp_path: Path) -> None:
    comma, point = 'decimal = ","', 'decimal = "."'
    age = "participants.age"
    assert said(read(tmp_path, age, ["20,5", "7"], comma)) == [20.5, 7]
    file = 'file = { decimal = "," }'
    assert said(read(tmp_path, age, ["20.5", "7"], point, file)) == [20.5, 7]
    assert said(read(tmp_path, age, ["20,5", "7"], "", file)) == [20.5, 7]


@pytest.mark.parametrize(
    ("cells", "more", "hint"),
    [
        (["20,5"], "", 'state `decimal = ","` for this column'),
        (["20.5"], 'decimal = ","', 'state `decimal = "."` for this column'),
        (["20,5", "1.5"], "", "write them all in one way"),
        (["1,500", "12"], "", "does not separate thousands"),
        (["three"], "", ""),
    ],
)
def test_the_key_that_reads_a_number_is_named(
    tmp_path: Path, cells: list[str], more: str, hint: str
) -> None:
    (problem,) = read(tmp_path, "participants.age", cells, more).problems
    assert problem.code == "EQ337"
    assert hint in problem.fix
    assert ("decimal" in problem.fix) == bool(hint)


def test_codes_that_the_file_itself_states_as_missing(tmp_path: Path) -> None:
    rule = one_file(
        f'{START}[[columns]]\ncolumn = "a"\nto = "score.madrs.total"\nvisit = "day-1"'
    )
    table = replace(source(tmp_path, "id,a\n1,12\n2,998\n"), missing={"a": ("998",)})
    item = resolve(rule, table, protocol()).assignments[0]
    rows = about(table, rule, protocol())
    assert said(values(table, item, rule, rows.frame, rows.day0)) == [12]
