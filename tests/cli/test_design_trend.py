"""``equipoise design trend``."""

import json

from typer.testing import CliRunner, Result

from equipoise.cli import app


def run(words: str) -> Result:
    return CliRunner().invoke(app, ["design", "trend", *words.split(" ")])


def test_five_doses() -> None:
    """R multiCA power.CA.test: 527 in all; each of five groups is rounded up: 530."""
    scores = " ".join(f"--score {s}" for s in (0, 1, 2, 4, 8))
    made = json.loads(
        run(f"0.10 0.13 0.16 0.19 0.22 {scores} --alpha 0.05 --sides 1 --json").stdout
    )
    assert 526 < made["before_rounding"] <= 527
    assert made["groups"] == [106] * 5
    assert made["exact_power"] is None


def test_a_small_trial_shows_its_exact_power() -> None:
    text = run("0.1 0.3 0.6 --weight 2 --weight 1 --weight 1 --dropout 0.1").stdout
    assert "exact power:" in text
    assert "not enumerated" not in text
    assert "EQ802" in run("0.3 0.3").stderr
    assert "EQ801" in run("0.3 0.4 --score 1").stderr
