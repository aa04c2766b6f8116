"""Data after baseline of somebody who perhaps was never in the trial."""

import re
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import equipoise as eq
from equipoise.errors import DataError
from tests.exchange.small import LONG, MAPPING, TUTORIAL, read, refused, rows

EXPORT = (TUTORIAL / "export.csv").read_text("utf-8")
RULE = (TUTORIAL / "mapping.toml").read_text("utf-8")
SCREENED = "P-099,baseline_arm_1,1,30,1,,,0,0,10-03-2026,3,3,3,3,3,3,3,3,3,3,30,2\n"


def renamed(line: int, name: str) -> str:
    """The export of the tutorial with another identifier in one row."""
    lines = EXPORT.splitlines()
    lines[line] = re.sub("^[^,]*", name, lines[line])
    return "\n".join(lines) + "\n"


def tutorial(folder: Path, text: str) -> eq.TrialData:
    return read(folder, text, RULE, accept=("EQ345",))


def test_ratings_after_baseline_without_an_arm_are_rejected(tmp_path: Path) -> None:
    found = refused(tmp_path, renamed(2, "Q-7"), RULE)
    assert rows(found["EQ354"], "participant") == ["Q-7"]
    assert rows(found["EQ354"], "row") == ["3"]


def test_they_can_be_accepted_and_are_then_recorded(tmp_path: Path) -> None:
    data = read(tmp_path, renamed(2, "Q-7"), RULE, accept=("EQ345", "EQ354"))
    assert any(text.startswith("EQ354: ") for text in data.origin.accepted)


def test_a_participant_in_screening_is_no_problem(tmp_path: Path) -> None:
    data = tutorial(tmp_path, EXPORT + SCREENED)
    assert len(data.participants) == 25
    assert "1 of 25 participants has no arm: 'P-099'." in data.origin.reading


@pytest.mark.parametrize("row", [1, 2, 3, 4])
def test_a_wrong_identifier_is_found_where_each_row_has_the_arm(
    tmp_path: Path, row: int
) -> None:
    lines = LONG.splitlines()
    lines[row] = "Q9" + lines[row][2:]
    found = refused(tmp_path, "\n".join(lines) + "\n")
    assert "none at baseline" in found["EQ354"].what


REPEATED = """\
id,visit,arm,sex,base,madrs
P1,day-1,K,1,30,20
P1,day-7,K,1,30,11
P2,day-1,M,2,28,27
P2,day-7,M,2,28,26
P3,day-1,M,1,33,21
P3,day-7,M,1,33,22
"""
REPEATED_RULE = (
    MAPPING.split("day0 =")[0].replace("V0", "baseline").split("visit =")[0]
    + 'visit = { column = "visit" }\n'
    + "\n[[columns]]".join(["", *MAPPING.split("[[columns]]")[1:3]])
    + '\n[[columns]]\ncolumn = "base"\nto = "score.madrs.total"\nvisit = "baseline"\n'
    + '[[columns]]\ncolumn = "madrs"\nto = "score.madrs.total"\n'
)


@pytest.mark.parametrize("row", range(1, 7))
def test_a_wrong_identifier_is_found_where_each_row_has_the_baseline(
    tmp_path: Path, row: int
) -> None:
    assert len(read(tmp_path, REPEATED, REPEATED_RULE).participants) == 3
    lines = REPEATED.splitlines()
    lines[row] = "Q9" + lines[row][2:]
    found = refused(tmp_path, "\n".join(lines) + "\n", REPEATED_RULE)
    assert "they may be one participant" in found["EQ354"].what


def test_events_of_somebody_without_any_other_data_are_rejected(tmp_path: Path) -> None:
    rule = MAPPING.replace('V1 = "day-1"', 'V1 = "day-1", ae = ""')
    rule += '[[columns]]\ncolumn = "term"\nto = "events.term"\n'
    head, *lines = LONG.splitlines()
    text = "\n".join([head + ",term", *(line + "," for line in lines)])
    known = text + "\nP1,ae,,,,,,,Fall\n"
    assert len(read(tmp_path, known, rule).events) == 1
    found = refused(tmp_path, known.replace("P1,ae", "Q9,ae"), rule)
    assert rows(found["EQ354"], "participant") == ["Q9"]


folders = count()


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.integers(1, len(EXPORT.splitlines()) - 1),
    st.sampled_from(["Q-7", "p-002", "P 004", "P-006.", "P-10", "P-0O1"]),
)
def test_another_identifier_in_a_row_is_never_silent(
    tmp_path: Path, row: int, name: str
) -> None:
    """Law: it is rejected, or, where the row had no value, the ratings are the same."""
    folder = tmp_path / str(next(folders))
    folder.mkdir()
    ratings = read(folder, EXPORT, RULE).scores
    codes = set()
    try:
        data = tutorial(folder, renamed(row, name))
    except DataError as error:
        codes = {found.code for found in error.problems}
    assert {"EQ306", "EQ354"} & codes or data.scores.equals(ratings)
