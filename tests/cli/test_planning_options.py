"""The options of every plan: in all forms, and refused where they have no effect."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipoise.cli import app


def run(words: str):
    return CliRunner().invoke(app, ["design", *words.split(" ")])


def test_time_and_cost_are_in_every_form(tmp_path: Path) -> None:
    words = "proportions 0.5 0.3 --rate 4 --last-visit 3 --infusions 6"
    made = run(f"{words} --cost-infusion 500 --out {tmp_path} --json")
    printed = json.loads(made.stdout)
    assert printed == json.loads((tmp_path / "plan.json").read_text())
    months = printed["participants"] / 4
    assert printed["resources"]["recruitment"] == months
    assert f"{months:.1f} months" in (tmp_path / "plan.html").read_text()
    assert "seed" in printed


def test_one_proportion_and_a_size_give_the_detectable_one() -> None:
    made = json.loads(run("proportions 0.3 --n 200 --test score --json").stdout)
    assert made["solved_for"] == "difference"
    assert made["power"] >= 0.8 - 1e-6
    assert made["proportions"][1] == 0.3
    assert 0.48 < made["proportions"][0] < 0.51


def test_nothing_left_or_too_much_to_calculate() -> None:
    for words in ("proportions 0.3", "proportions 0.5 0.3 --n 100 --power 0.9"):
        made = run(words)
        assert made.exit_code == 1
        assert "--n" in made.stderr
    assert "--n is 1" in run("proportions 0.5 0.3 --n 1").stderr


def test_assurance_is_called_assurance_and_not_power() -> None:
    words = "assurance --estimate 0.27 --se 0.122451229662 --sd 1"
    made = json.loads(run(f"{words} --n 308 --json").stdout)
    assert made["power"] == pytest.approx(0.6080422877, abs=1e-7)  # R, integrate
    assert made["quantity"] == "assurance"
    assert "has an assurance of 60.8%" in made["protocol_text"]
    assert made["probability_of_benefit"] == pytest.approx(0.98628, abs=1e-4)
    never = run(f"{words} --power 0.99")
    assert never.exit_code == 1
    assert "EQ802" in never.stderr
    assert "--power" in never.stderr


def test_a_mixed_model_with_one_visit_is_an_analysis_of_covariance() -> None:
    words = "--difference 5 --sd 10 --correlation 0.5 --ratio 2"
    one = json.loads(run(f"mmrm {words} --visits 1 --json").stdout)
    ancova = json.loads(run(f"means {words} --json").stdout)
    assert one["participants"] == ancova["participants"]
    found = json.loads(
        run("mmrm --sd 10 --correlation 0.5 --visits 4 --n 120 --json").stdout
    )
    assert found["power"] == pytest.approx(0.8, abs=1e-6)
    assert found["solved_for"] == "difference"
