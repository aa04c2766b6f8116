"""``equipoise design factorial``: its plan, what is calculated, and what is refused."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app

WORDS = "--first 6 --second 5 --sd 11"


def run(words: str) -> Result:
    return CliRunner().invoke(app, ["design", "factorial", *words.split()])


def numbers(words: str) -> dict:  # type: ignore[type-arg]
    made: dict = json.loads(run(f"{words} --json").stdout)  # type: ignore[type-arg]
    return made


def test_a_plan_has_its_texts_and_files(tmp_path: Path) -> None:
    made = numbers(f"{WORDS} --dropout 0.1 --ratio 2 --rate 3 --out {tmp_path}")
    assert json.loads((tmp_path / "plan.json").read_text()) == made
    assert sum(made["cells"].values()) == made["participants"]
    assert set(made["powers"]) == {"first", "second"}
    assert made["power"] == min(made["powers"].values())
    assert "second alone" in (tmp_path / "plan.html").read_text()
    assert "interaction" in run(WORDS).stdout


def test_what_is_omitted_is_calculated() -> None:
    size = numbers(WORDS)
    n, power = size["participants"], size["power"]
    assert numbers(f"{WORDS} --n {n}")["power"] == pytest.approx(power)
    found = numbers(f"--first 6 --sd 11 --n {n} --power {power!r}")
    assert found["effects"]["second"] == pytest.approx(5, abs=1e-6)
    assert found["solved_for"] == "difference"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("--first 6 --sd 11", "EQ809 neither --second nor --n"),
        (f"{WORDS} --n 100 --power 0.9", "EQ809"),
        (f"{WORDS} --n 7", "EQ801 --n is 7"),
        (f"{WORDS} --primary third", "EQ801 --primary is third"),
        (f"{WORDS} --primary first --primary first", "EQ801 --primary is first and"),
        (f"{WORDS} --primary first --success any", "EQ809 --success"),
        (f"{WORDS} --primary first --multiplicity holm", "EQ809 --multiplicity"),
        (f"{WORDS} --success all --multiplicity holm", "EQ809 --multiplicity"),
        (f"{WORDS} --second-ratio 0", "EQ801 --second-ratio is 0"),
        ("--first 0 --second 5 --sd 11", "EQ801 first is 0"),
        (f"{WORDS} --dropout 1", "EQ801 --dropout is 1"),
    ],
)
def test_impossible_input_is_refused(words: str, text: str) -> None:
    said = run(words)
    assert said.exit_code == 1, said.stdout
    assert text in said.stderr
