"""The files that come with Equipoise: listed, printed, copied; a trial to start from."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from equipoise import library
from equipoise.cli import app
from equipoise.library.examples import EXAMPLES


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_a_new_trial_works_as_it_was_copied(tmp_path: Path) -> None:
    folder = tmp_path / "my trial"
    result = run("new", folder)
    assert result.exit_code == 0, result.output
    assert {f.name for f in folder.iterdir()} == {
        "README.md", "protocol.toml", "mapping.toml", "export.csv", "dictionary.csv",
    }  # fmt: skip
    assert f"equipoise check '{folder}'/protocol.toml" in result.output
    assert run("check", folder / "protocol.toml").exit_code == 0
    report = tmp_path / "report"
    protocol, data = folder / "protocol.toml", folder / "export.csv"
    analyzed = run("analyze", protocol, data, "--out", report)
    assert analyzed.exit_code == 0, analyzed.output
    assert "24 participants analyzed" in analyzed.output
    assert (report / "report.html").exists()


def test_the_readme_of_a_new_trial_names_commands_and_files_that_exist(
    tmp_path: Path,
) -> None:
    run("new", tmp_path)
    text = (tmp_path / "README.md").read_text("utf-8")
    named = {info.name or info.callback.__name__ for info in app.registered_commands}
    commands = re.findall(r"`equipoise (\w+)", text)
    assert len(commands) == 3
    assert set(commands) <= named
    for file in re.findall(r"^\| `([\w.]+)`", text, re.M):
        assert (tmp_path / file).exists()


def test_a_new_trial_is_copied_into_an_empty_folder(tmp_path: Path) -> None:
    assert run("new", tmp_path).exit_code == 0


def test_a_new_trial_replaces_nothing(tmp_path: Path) -> None:
    (tmp_path / "protocol.toml").write_text("mine", encoding="utf-8")
    for target in (tmp_path, tmp_path / "protocol.toml"):
        result = run("new", target)
        assert result.exit_code == 1
        assert "EQ003" in result.output
        assert "is not an empty folder" in result.output
    assert (tmp_path / "protocol.toml").read_text("utf-8") == "mine"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_library_is_listed_with_a_line_for_each_file() -> None:
    rows = json.loads(run("library", "--json").output)
    names = {(row["kind"], row["name"]): row["content"] for row in rows}
    assert names["instruments", "caps5"].endswith("(CAPS-5)")
    assert names["protocols", "feder2021"]
    assert {name for kind, name in names if kind == "examples"} == set(EXAMPLES)
    assert {n for kind, n in names if kind == "forms"} == set(library.names("forms"))
    assert all("\n" not in text and len(text) > 3 for text in names.values())


def test_one_kind_is_listed() -> None:
    lines = run("library", "drugs").output.splitlines()
    assert [line.split()[:2] for line in lines[2:]] == [
        ["drugs", "esketamine"],
        ["drugs", "ketamine"],
        ["drugs", "midazolam"],
    ]


def test_a_file_is_printed_or_copied(tmp_path: Path) -> None:
    assert run("library", "instruments", "caps5").output == library.text(
        "instruments", "caps5"
    )
    copy = tmp_path / "caps5.toml"
    assert run("library", "instruments", "caps5", "--out", copy).exit_code == 0
    assert copy.read_text("utf-8") == library.text("instruments", "caps5")
    again = run("library", "instruments", "caps5", "--out", copy)
    assert again.exit_code == 1
    assert "already exists" in again.output


def test_an_example_is_copied(tmp_path: Path) -> None:
    copy = tmp_path / "trial.csv"
    run("library", "examples", "antidepressant", "--out", copy)
    assert copy.read_text("utf-8").count("\n") == 609


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["scales"], "instruments"),
        (["instruments", "caps"], "caps5"),
        (["examples", "mine"], "antidepressant"),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(
    arguments: list[str], named: str
) -> None:
    result = run("library", *arguments)
    assert result.exit_code == 1
    assert "EQ001" in result.output
    assert named in result.output


def test_a_copy_needs_the_name_of_a_file(tmp_path: Path) -> None:
    assert run("library", "instruments", "--out", tmp_path / "a").exit_code == 2
