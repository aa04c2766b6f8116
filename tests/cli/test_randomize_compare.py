"""``equipoise randomize compare`` as a trial statistician runs it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app


def run(*arguments: object) -> Result:
    return CliRunner().invoke(
        app,
        ["randomize", "compare", "feder2021", "--trials", "50", *map(str, arguments)],
    )


def test_the_headline_repeats_the_table(tmp_path: Path) -> None:
    result = run("--n", 48, "--sites", 6, "--out", tmp_path)
    assert result.exit_code == 0
    content = json.loads((tmp_path / "comparison.json").read_text("utf-8"))
    assert content["strata"] == 6
    assert content["headline"] in result.stdout
    own = [one for one in content["methods"] if one["name"].endswith("(protocol)")]
    assert len(own) == 1
    assert f"guessed {100 * own[0]['guessed']['value']:.1f}%" in content["headline"]
    least = min(content["methods"], key=lambda one: one["loss"]["value"])
    assert f"Least information lost: {least['name']}" in content["headline"]
    assert "Assumed levels of site: site 1 16.7%" in result.stdout


def test_the_same_seed_gives_the_same_numbers() -> None:
    first, again = (run("--sites", 3, "--json").stdout for _ in range(2))
    assert first == again
    assert json.loads(first)["participants"] == 30


def test_stated_proportions_are_used() -> None:
    result = run("--n", 20, "--proportion", "site=A:2,B:1,C:1", "--json")
    levels = json.loads(result.stdout)["proportions"]
    assert levels == {"site": {"A": 0.5, "B": 0.25, "C": 0.25}}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--proportion", "sex=F:70,M:30"),
        ("--proportion", "site=A:1,B"),
        ("--proportion", "site=A:1,A:2"),
        ("--proportion", "site=A:0,B:1"),
        ("--proportion", "site=A:inf,B:1"),
        ("--proportion", "site"),
        ("--proportion", "site=A:1", "--sites", 2),
        ("--proportion", "site=A:1", "--proportion", "site=B:1"),
        ("--power", 0.01),
        ("--n", 10**9),
    ],
)
def test_what_does_not_fit_is_rejected(arguments: tuple[object, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert "EQ843" in result.output
