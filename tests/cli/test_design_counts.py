"""``equipoise design counts``: its plan, what is calculated, and what is refused."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app

WORDS = "0.5 0.8 --exposure 12 --dispersion 0.7 --time-unit weeks"


def run(words: str) -> Result:
    return CliRunner().invoke(app, ["design", "counts", *words.split(" ")])


def numbers(words: str) -> dict:  # type: ignore[type-arg]
    made: dict = json.loads(run(f"{words} --json").stdout)  # type: ignore[type-arg]
    return made


def test_a_plan_has_its_texts_and_files(tmp_path: Path) -> None:
    made = numbers(f"{WORDS} --dropout 0.1 --ratio 2 --rate 3 --out {tmp_path}")
    assert json.loads((tmp_path / "plan.json").read_text()) == made
    assert made["first_arm"] + made["second_arm"] == made["participants"]
    text = made["protocol_text"]
    assert "rate ratio 0.625" in text
    assert "10% are expected to have no outcome" in text
    assert "participants per week" in text
    assert "Zhu H, Lakkis H" in text
    assert "Poisson" in run("0.5 0.8").stdout


def test_what_is_omitted_is_calculated() -> None:
    size = numbers(WORDS)
    power = numbers(f"{WORDS} --n {size['participants']}")
    assert power["power"] == pytest.approx(size["power"])
    words = WORDS.removeprefix("0.5 ")
    found = numbers(f"{words} --n {size['participants']} --power {size['power']!r}")
    assert found["rates"] == pytest.approx([0.5, 0.8], abs=1e-6)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("0.8 0.8", "EQ801 both rates are 0.8"),
        ("0 0.8", "EQ801 first is 0"),
        ("0.5 0.8 --dispersion -1", "EQ801 --dispersion is -1"),
        ("0.5 0.8 --exposure 0", "EQ801 --exposure is 0"),
        ("0.5 0.8 --n 100 --power 0.9", "EQ809"),
        ("0.8", "EQ809 neither the second RATE nor --n"),
        ("0.5 0.8 --n 1", "EQ801 --n is 1"),
        ("0.5 0.8 --dropout 1", "EQ801 --dropout is 1"),
        ("0.7999999 0.8", "EQ802"),
    ],
)
def test_impossible_input_is_refused(words: str, text: str) -> None:
    said = run(words.replace(" -1", "=-1"))
    assert said.exit_code == 1, said.stdout
    assert text in said.stderr


def test_few_events_are_warned_of() -> None:
    assert "confirm the power by simulation" in run("0.1 0.9").stdout
    assert "confirm the power by simulation" not in run(WORDS).stdout
