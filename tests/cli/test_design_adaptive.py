"""``equipoise design adaptive``, and what it and ``doses`` reject."""

import json

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app


def run(words: str) -> Result:
    return CliRunner().invoke(app, ["design", *words.split(" ")])


def test_both_columns_and_the_price() -> None:
    words = "adaptive 0.67 0.2 --n 40 --rule play-the-winner --trials 300 --delay 2"
    table = run(words).stdout
    assert table.splitlines()[0].split() == ["equal", "play-the-winner"]
    assert "Against equal allocation, play-the-winner spares" in table
    said = json.loads(run(f"{words} --json").stdout)
    assert said["equal"]["worse"] == 20
    assert said["adaptive"]["worse"] < 20
    assert f"Test: {said['test']}." in table


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("doses 5 11 --sd 10 --power 1", "EQ801"),
        ("doses 5 11 --sd -1 --first 5 --second 5", "EQ801"),
        ("doses 5 11 --sd 10 --first -5 --second 5", "EQ801"),
        ("doses 5 11 --sd 10 --first 5", "EQ805"),
        ("doses 5 11 --sd 10 --keep 2", "EQ805"),
        ("doses 0.2 0.4 --binary", "EQ805"),
        ("doses 0.2 1.4 --binary --first 5 --second 5", "EQ801"),
        ("doses 5 11 --sd 10 --test pooled --binding", "EQ805"),
        ("adaptive 0.6 0.6 --n 40", "EQ801"),
        ("adaptive 0.6 0.2 --n 40 --drift 0.9", "EQ806"),
        ("adaptive 0.6 0.2 --n 8 --burn-in 5", "EQ806"),
    ],
)
def test_impossible_input_is_refused_with_a_code(words: str, code: str) -> None:
    said = run(words)
    assert said.exit_code == 1
    assert code in said.stderr
