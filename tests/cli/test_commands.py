"""Each command is run as a user would run it."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner, Result

from equipoise.cli import app
from tests.rehearsed import SEED, rehearsal

TUTORIAL = Path("docs/tutorials/your-trial")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    out = tmp_path_factory.mktemp("rehearsed")
    return out, run("rehearse", "feder2021", "--seed", SEED, "--out", out)


def commands(group: Any = None, *path: str) -> Iterator[tuple[str, Any]]:
    """Every command and subcommand, with its name as it is typed."""
    for name, command in (group or typer.main.get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *path, name)
        else:
            yield " ".join(("equipoise", *path, name)), command


HELP: dict[str, Any] = dict(commands())


def examples(text: str) -> list[list[str]]:
    """Command lines of a help text, continued lines joined."""
    lines = re.findall(r"^  (equipoise .*)$", text.replace("\\\n", " "), re.M)
    return [shlex.split(line) for line in lines]


def test_every_command_is_in_the_overview() -> None:
    names = set(HELP) - {name for name in HELP if name.count(" ") > 1}
    assert {name.split(" ")[1] for name in names} == {
        "check", "schedule", "amend", "redcap", "map", "inspect", "interim", "analyze",
        "simulate",
        "rehearse", "new", "new-scenario", "leaktest", "serve", "backup", "restore",
        "confirm-reset", "recover", "library",
    }  # fmt: skip
    assert (
        len(HELP) == len(names) + 14 + 6 + 4 + 3 + 1
    )  # design and margins, audit, randomize, learn


@pytest.mark.parametrize("name", HELP)
def test_every_example_is_a_command_with_the_options_that_it_has(name: str) -> None:
    words = name.split(" ")
    found = examples(HELP[name].help)
    assert found
    assert all(example[: len(words)] == words for example in found)
    options = {o for p in HELP[name].params for o in p.opts + p.secondary_opts}
    for example in found:
        used = {word for word in example if word.startswith("--")}
        assert used <= options, example


@pytest.mark.parametrize("name", HELP)
def test_a_help_text_fits_a_terminal_and_describes_every_option(name: str) -> None:
    text = HELP[name].help
    assert max(map(len, text.splitlines())) <= 89
    assert text.split("\n")[0].endswith(".")
    # Without \b click joins the lines of an example into one.
    for block in text.split("\n\n"):
        if "  equipoise " in block:
            assert block.startswith("\b\n"), block
    assert [p.name for p in HELP[name].params if not getattr(p, "help", "")] == []
    result = run(*name.split(" ")[1:], "--help")
    assert result.exit_code == 0
    assert f"  {name} " in result.output.partition("Example")[2]


def test_wrong_usage_ends_with_status_2() -> None:
    assert run("analyze", "feder2021").exit_code == 2
    assert run("no-such-command").exit_code == 2


def test_check_counts_what_the_protocol_assumes() -> None:
    result = run("check", "feder2021", "--json")
    facts = json.loads(result.output)
    assert facts["arms"] == "ketamine, midazolam"
    assert facts["visits"] == 22
    assert re.fullmatch(r"[0-9a-f]{64}", facts["hash"])
    assert result.exit_code == 0


def test_check_prints_every_problem_and_ends_with_status_1(tmp_path: Path) -> None:
    text = (TUTORIAL / "protocol.toml").read_text("utf-8")
    text = text.replace('at = "day-1"', 'at = "day-2"').replace("[4]", "[3]")
    broken = tmp_path / "protocol.toml"
    broken.write_text(text, "utf-8")
    result = run("check", broken)
    assert result.exit_code == 1
    assert "day-2" in result.output
    assert "block" in result.output
    problems = json.loads(run("check", broken, "--json").stdout)["problems"]
    assert len(problems) >= 3
    assert all(p["code"] and p["where"] and p["fix"] for p in problems)


def test_an_unknown_protocol_is_refused_with_the_known_names() -> None:
    result = run("check", "feder2020")
    assert result.exit_code == 1
    assert "EQ001" in result.output
    assert "feder2021" in result.output


def test_schedule_prints_dated_visits() -> None:
    result = run("schedule", "feder2021", "--day0", "2027-01-04", "--responder")
    assert result.exit_code == 0
    line = next(x for x in result.output.splitlines() if x.startswith("week-2 "))
    assert "2027-01-18" in line
    rows = json.loads(
        run("schedule", "feder2021", "--day0", "2027-01-04", "--json").output
    )
    assert len(rows) == 22


def test_amend_names_what_changed(tmp_path: Path) -> None:
    old = TUTORIAL / "protocol.toml"
    new = tmp_path / "protocol.toml"
    text = old.read_text("utf-8").replace("participants = 24", "participants = 48")
    new.write_text(text, "utf-8")
    result = run("amend", old, new)
    assert result.exit_code == 1
    assert "EQ123 the protocols differ, and both are version" in result.output
    assert "size.participants: 24 -> 48" in result.output
    version = next(line for line in text.splitlines() if line.startswith("version"))
    new.write_text(text.replace(version, 'version = "9.0"'), "utf-8")
    result = run("amend", old, new)
    assert result.exit_code == 0
    assert "size.participants: 24 -> 48" in result.output


def test_map_proposes_and_never_overwrites(tmp_path: Path) -> None:
    out = tmp_path / "mapping.toml"
    call = ("map", TUTORIAL / "export.csv", "--protocol", TUTORIAL / "protocol.toml")
    assert run(*call, "--out", out).exit_code == 0
    written = out.read_bytes()
    again = run(*call, "--out", out)
    assert again.exit_code == 1
    assert "EQ003" in again.output
    assert out.read_bytes() == written


def test_rehearse_says_the_primary_result_and_where_the_report_is(
    rehearsed: tuple[Path, Result],
) -> None:
    out, result = rehearsed
    assert result.exit_code == 0, result.output
    assert "CAPS-5" in result.stdout
    assert str(out / "report.html") in result.stdout
    assert (out / "results.json").stat().st_size > 0
    assert list((out / "tables").glob("*.csv"))
    assert list((out / "figures").glob("*.svg"))


def test_the_same_seed_gives_the_same_bytes(rehearsed: tuple[Path, Result]) -> None:
    out, _ = rehearsed
    again = rehearsal()[0].publication.files
    assert [n for n, made in again.items() if (out / n).read_bytes() != made] == []


def test_rehearsed_data_analyzed_from_their_files_give_the_same_numbers(
    rehearsed: tuple[Path, Result], tmp_path: Path
) -> None:
    out, _ = rehearsed
    result = run("analyze", "feder2021", out / "data", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    first = json.loads((out / "results.json").read_text("utf-8"))
    second = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert first["estimates"] == second["estimates"]
    assert second["provenance"]["virtual"] is True


def test_an_analysis_of_the_tutorial_ends_in_a_report(tmp_path: Path) -> None:
    result = run(
        "analyze",
        TUTORIAL / "protocol.toml",
        TUTORIAL / "export.csv",
        "--mapping",
        TUTORIAL / "mapping.toml",
        "--out",
        tmp_path,
        "--json",
    )
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["report"] == str(tmp_path / "report.html")


def test_a_refused_file_writes_nothing(tmp_path: Path) -> None:
    data = tmp_path / "empty.csv"
    data.write_text("", "utf-8")
    out = tmp_path / "out"
    result = run("analyze", "antidepressant", data, "--out", out)
    assert result.exit_code == 1
    assert "Fix:" in result.output
    assert not out.exists()


def test_version() -> None:
    assert re.fullmatch(r"equipoise \d+\.\d+\.\d+\n", run("--version").output)


def test_simulate_writes_tables(tmp_path: Path) -> None:
    result = run("simulate", "feder2021", "--n", 4, "--seed", 3, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "answers.csv").exists()
