"""``equipoise design assurance``: every endpoint, and its options."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipoise.cli import app


def run(words: str):
    return CliRunner().invoke(app, ["design", *words.split(" ")])


def test_power_and_assurance_are_in_one_paragraph() -> None:
    """The meta-analysis with g = 0.27 (0.03 to 0.51) and 308 participants.

    R 4.2.2: power.t.test(n = 154, delta = 0.27, sd = 1)$power is 0.6561.
    """
    words = "assurance --estimate 0.27 --se 0.122451229662 --sd 1 --n 308"
    text = json.loads(run(f"{words} --json").stdout)["protocol_text"]
    assert "With 308 participants" in text
    assert "assurance of 60.8%" in text
    assert "the power is 65.6%" in text


ASSURED = {
    "proportions": "--estimate 0.693 --se 0.4 --second 0.3",
    "events": "--estimate -0.511 --se 0.25 --median 6 --accrual 24 --follow-up 6",
    "mmrm": "--estimate 5 --se 2 --sd 10.5 --correlation 0.6 --visits 4",
}


@pytest.mark.parametrize(("endpoint", "words"), ASSURED.items())
def test_every_endpoint_has_an_assurance(
    endpoint: str, words: str, tmp_path: Path
) -> None:
    line = f"assurance --endpoint {endpoint} {words} --power 0.6"
    size = json.loads(run(f"{line} --out {tmp_path} --json").stdout)
    assert size["power"] >= 0.6
    assert size["quantity"] == "assurance"
    estimate = float(words.split()[1])
    assert size["assumptions"][0]["value"] == estimate
    assert json.loads((tmp_path / "plan.json").read_text()) == size
    fewer = line.replace("--power 0.6", f"--n {size['participants'] // 2}")
    assert json.loads(run(f"{fewer} --json").stdout)["power"] < 0.6


@pytest.mark.parametrize(
    ("words", "code", "option"),
    [
        ("--endpoint means --sd 1 --second 0.3", "EQ809", "--second"),
        ("--endpoint events --median 6 --accrual 24", "EQ832", "--follow-up"),
        (
            "--endpoint events --median 6 --accrual 24 --follow-up 6 --dropout 0.2",
            "EQ832",
            "--dropout-time",
        ),
        (
            "--endpoint events --median 6 --accrual 24 --follow-up 6 --rate 4",
            "EQ809",
            "--rate",
        ),
    ],
)
def test_an_option_of_another_endpoint_is_refused(
    words: str, code: str, option: str
) -> None:
    made = run(f"assurance --estimate 0.5 --se 0.2 {words}")
    assert made.exit_code == 1
    assert code in made.stderr
    assert option in made.stderr
