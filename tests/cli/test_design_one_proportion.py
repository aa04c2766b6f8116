"""``equipoise design one-proportion``."""

import json

from typer.testing import CliRunner, Result

from equipoise.cli import app


def run(words: str) -> Result:
    arguments = ["design", "one-proportion", *words.split(" ")]
    return CliRunner().invoke(app, arguments)


def test_a_single_arm() -> None:
    """A'Hern 2001: 27 participants, 4 responders; from 33 the power is retained."""
    text = run("0.05 0.20 --alpha 0.05 --sides 1").stdout
    assert "participants:  33" in text
    assert "first reached: 27 with 4 or more responders" in text
    made = json.loads(run("0.05 0.20 --alpha 0.05 --sides 1 --json").stdout)
    assert made["first_reached"]["rejects_from"] == 4
    assert made["needed"]["rejects_up_to"] is None
    more = json.loads(
        run("0.05 0.20 --alpha 0.05 --sides 1 --dropout 0.1 --json").stdout
    )
    assert more["participants"] == 37


def test_two_sides_reject_at_both_ends() -> None:
    assert "18 or more and 5 or fewer responders" in run("0.2 0.4 --power 0.9").stdout
    assert "EQ801" in run("0.2 0.2").stderr
