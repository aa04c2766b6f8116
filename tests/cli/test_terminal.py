"""What commands print."""

import json

import pandas as pd
import pytest

from equipoise.cli import terminal
from equipoise.errors import Problem

ROWS = pd.DataFrame({"line": [2, 7], "age": ["old", "?"]})
PROBLEM = Problem(code="EQ002", what="what", where="where", fix="fix", records=ROWS)


def test_problems_for_people_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show_problems((PROBLEM, PROBLEM), as_json=False)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("EQ002 what") == 2
    assert err.endswith("Error: 2 problems\n")


def test_problems_as_json_hold_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.show_problems((PROBLEM,), as_json=True)
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["fix"] == problem["mend"] == "fix"
    assert problem["records"] == [
        {"line": 2, "age": "old"},
        {"line": 7, "age": "?"},
    ]


def test_facts_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say({"a": 1, "long": "x", "many": ["p", "q"]}, as_json=False)
    assert capsys.readouterr().out == "a:    1\nlong: x\nmany:\n  p\n  q\n"


def test_a_table_is_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say_table([{"visit": "week-2", "day": "14"}], as_json=False)
    assert capsys.readouterr().out == "visit   day\n------  ---\nweek-2  14\n"


def test_progress_is_one_line_a_step_without_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with terminal.progress() as tell:
        tell("reading")
    with terminal.progress(as_json=True) as tell:
        tell("silent")
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "… reading\n"
