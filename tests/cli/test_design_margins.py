"""``equipoise design noninferiority`` and ``equivalence``: one plan by both ways."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app
from equipoise.cli.design_margins import EXAMPLES


def run(words: str) -> Result:
    return CliRunner().invoke(app, ["design", *words.split(" ")])


@pytest.mark.parametrize(("outcome", "hypothesis"), EXAMPLES)
def test_both_ways_are_the_same_plan(outcome: str, hypothesis: str) -> None:
    words = EXAMPLES[outcome, hypothesis]
    one = run(f"{hypothesis} {outcome} {words} --source x --json")
    assert one.exit_code == 0, one.output
    assert one.stdout == run(
        f"{outcome} {words} --source x --hypothesis {hypothesis} --json"
    ).stdout  # fmt: skip
    assert words in " ".join(
        run(f"{hypothesis} {outcome} --help").stdout.replace("\\\n", " ").split()
    )


def test_a_plan_of_hazards_has_its_texts(tmp_path: Path) -> None:
    words = EXAMPLES["events", "noninferiority"]
    made = json.loads(
        run(f"noninferiority events {words} --out {tmp_path} --json").stdout
    )
    assert json.loads((tmp_path / "plan.json").read_text()) == made
    assert "for non-inferiority with a margin of 1.5" in made["protocol_text"]
    assert "then shows non-inferiority" in made["protocol_text"]
    assert 'name = "margin of the hazard ratio"' in made["size_block"]
    assert made["sides"] == 1
    found = json.loads(
        run(
            "noninferiority events --margin 1.5 --median 28 --accrual 365 --follow-up "
            f"182 --n {made['participants']} --power {made['power']!r} --json"
        ).stdout
    )
    assert found["hazard_ratio"] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("noninferiority means --difference 0 --sd 10", "EQ811"),
        ("noninferiority events --hazard-ratio 1 --median 9 --accrual 9 --follow-up 9",
         "EQ811 noninferiority needs a margin"),
        ("events --hazard-ratio 0.5 --median 9 --accrual 9 --follow-up 9 --margin 1.3",
         "EQ809 --margin has no effect for superiority"),
        ("events --hazard-ratio 1 --median 9 --accrual 9 --follow-up 9",
         "EQ801 --hazard-ratio is 1"),
        ("events --hazard-ratio 1 --median 9 --accrual 9 --follow-up 9 --margin 1.3 "
         "--hypothesis equivalence --looks 0.5,1", "EQ809 --looks"),
        ("events --hazard-ratio 1 --median 9 --accrual 9 --follow-up 9 --margin 1.3 "
         "--hypothesis equivalence --variance freedman", "EQ809 --variance"),
        ("equivalence events --n 90 --median 9 --accrual 9 --follow-up 9 --margin 1.3",
         "EQ809 --n alone has no effect for equivalence"),
    ],
)  # fmt: skip
def test_impossible_input_is_refused(words: str, text: str) -> None:
    said = run(words)
    assert said.exit_code == 1, said.stdout
    assert text in said.stderr
