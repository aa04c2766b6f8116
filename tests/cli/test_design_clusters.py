"""``equipoise design clusters``: its plan, what is calculated, and what is refused."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app

WORDS = "--difference 5 --sd 10 --cluster-size 6 --icc 0.05 --cv 0.4"


def run(words: str) -> Result:
    return CliRunner().invoke(app, ["design", "clusters", *words.split(" ")])


def numbers(words: str) -> dict:  # type: ignore[type-arg]
    made: dict = json.loads(run(f"{words} --json").stdout)  # type: ignore[type-arg]
    return made


def test_a_plan_has_its_texts_and_files(tmp_path: Path) -> None:
    made = numbers(f"{WORDS} --clustered first --dropout 0.1 --out {tmp_path}")
    assert json.loads((tmp_path / "plan.json").read_text()) == made
    assert made["first_arm"] + made["second_arm"] == made["participants"]
    assert made["clusters_first_arm"] * 6 == made["first_arm"]
    assert made["clusters_second_arm"] is None
    assert "intracluster correlation of 0.05" in made["protocol_text"]
    assert "10% are expected to have no outcome" in made["protocol_text"]
    both = numbers(WORDS)
    assert both["participants"] > numbers(f"{WORDS} --clustered first")["participants"]
    assert both["degrees_of_freedom"] == pytest.approx(both["participants"] / 6 - 2)


def test_what_is_omitted_is_calculated() -> None:
    size = numbers(WORDS)
    power = numbers(f"{WORDS} --n {size['participants']}")
    assert power["power"] == pytest.approx(size["power"])
    words = WORDS.removeprefix("--difference 5 ")
    found = numbers(f"{words} --n {size['participants']} --power {size['power']!r}")
    assert found["difference"] == pytest.approx(5, abs=1e-6)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (f"{WORDS} --icc 1", "EQ801 --icc is 1"),
        (f"{WORDS} --cluster-size 0.5", "EQ801 --cluster-size is 0.5"),
        (f"{WORDS} --cv=-1", "EQ801 --cv is -1"),
        (f"{WORDS} --cluster-size 1", "EQ801 clusters of 1 on average"),
        (f"{WORDS} --n 23", "EQ801 --n is 23"),
        (f"{WORDS} --n 200 --power 0.9", "EQ809"),
        ("--sd 10 --cluster-size 6 --icc 0.05", "EQ809 neither --difference nor --n"),
        (f"{WORDS} --difference 0", "EQ801 difference is 0"),
    ],
)
def test_impossible_input_is_refused(words: str, text: str) -> None:
    said = run(words)
    assert said.exit_code == 1, said.stdout
    assert text in said.stderr
