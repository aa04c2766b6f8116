"""The files of a plan: every form has the same number, and the block can be pasted."""

import html
import json
import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipoise.cli import app
from equipoise.protocol.governance import Size

ASKED = "--difference 5 --sd 10 --ratio 2 --dropout 0.15 --power 0.9"


def run(words: str):
    return CliRunner().invoke(app, ["design", "means", *words.split(" ")])


def test_every_form_states_one_power_and_one_size(tmp_path: Path) -> None:
    printed = json.loads(run(f"{ASKED} --out {tmp_path} --json").stdout)
    filed = json.loads((tmp_path / "plan.json").read_text())
    assert printed == filed
    assert filed["sensitivity"][0]["power"] == filed["power"] >= 0.9
    assert filed["sensitivity"][0]["participants"] == filed["participants"]
    at = {row["participants"]: row["power"] for row in filed["curve"]}
    assert at[filed["participants"]] == pytest.approx(filed["power"])
    page = (tmp_path / "plan.html").read_text()
    assert f"With {filed['participants']} participants randomized" in page
    shown = re.search(r'<p class="code">(.*?)</p>', page, re.DOTALL)
    assert shown is not None
    pasted = html.unescape(re.sub("<[^>]+>", "", shown[1]))
    assert tomllib.loads(pasted) == tomllib.loads(filed["size_block"])
    assert (tmp_path / "plan.docx").read_bytes().startswith(b"PK")
    block = tomllib.loads((tmp_path / "size.toml").read_text())
    assert block == tomllib.loads(filed["size_block"])
    assert Size.model_validate(block["size"]).participants == filed["participants"]


@pytest.mark.parametrize(
    "words", ["--sd 10 --n 4", "--difference 90 --sd 8 --layout paired",
              "--sd 10 --layout paired --n 3", "--difference 99 --sd 1"],
)  # fmt: skip
def test_the_smallest_trials_are_planned(words: str) -> None:
    made = run(f"{words} --json")
    assert made.exit_code == 0, made.output
    assert 0 < json.loads(made.stdout)["power"] <= 1


@pytest.mark.parametrize(
    ("words", "named"),
    [("--sd nan --n 100", "sd is nan"), ("--sd 10", "--n"),
     ("--difference inf --sd 10", "difference is inf"),
     ("--difference 5 --sd 10 --n 100 --power 0.9", "--power"),
     ("--sd 10 --n 3 --dropout 0.5", "--n")],
)  # fmt: skip
def test_what_is_refused_is_named(words: str, named: str) -> None:
    made = run(words)
    assert made.exit_code == 1
    assert named in made.stderr
