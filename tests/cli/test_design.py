"""``equipoise design``: what cannot be planned is refused with a code."""

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app


def run(words: str) -> Result:
    arguments = words.split(" ")
    return CliRunner().invoke(app, ["design", *arguments])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("means --difference 0 --sd 10", "EQ801"),
        ("means --difference 5 --sd 10 --power 1", "EQ801"),
        ("means --difference inf --sd 10", "EQ801"),
        ("means --difference 5 --sd 10 --correlation 1", "EQ801"),
        ("means --difference 5 --sd 10 --margin 3", "EQ809"),
        ("means --difference 5 --sd 10 --layout paired --ratio 2", "EQ809"),
        ("means --difference 5 --sd 10 --hypothesis equivalence", "EQ811"),
        ("means --difference 5 --sd 10 --hypothesis equivalence --margin 5", "EQ811"),
        ("means --difference 1e-9 --sd 10", "EQ802"),
        ("group-sequential 0.5 0.4 1", "EQ804"),
        ("group-sequential 0.5 1 --alpha 1.2", "EQ801"),
        ("group-sequential 0.5 1 --power 0.02", "EQ801"),
        ("group-sequential 0.5 1 --spending wang-tsiatis --parameter nan", "EQ801"),
        ("group-sequential 0.5 1 --spending wang-tsiatis --parameter 5", "EQ804"),
        ("group-sequential 0.5 1 --spending kim-demets", "EQ804"),
        ("group-sequential 0.5 1 --spending kim-demets --parameter -1", "EQ804"),
        ("group-sequential 0.5 1 --spending kim-demets --parameter 0", "EQ804"),
        (
            "group-sequential 0.5 1 --spending hwang-shih-decani --parameter -800",
            "EQ804",
        ),
        ("group-sequential 0.5 1 --spending haybittle-peto --parameter 1.5", "EQ808"),
        ("group-sequential 0.5 1 --spending haybittle-peto --parameter -3", "EQ804"),
        ("group-sequential 0.5 1 --spending obrien-fleming --parameter 3", "EQ809"),
        ("group-sequential 0.5 1 --futility-parameter -2", "EQ809"),
        ("group-sequential 0.5 1 --binding", "EQ809"),
    ],
)
def test_impossible_input_is_refused_with_a_code(words: str, code: str) -> None:
    said = run(words)
    assert said.exit_code == 1
    assert code in said.stderr
