"""Every command that reads a protocol applies ``[interim]``, refuses it, or says so."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from equipoise import library
from equipoise.cli import app
from equipoise.cli.interim_notice import notice_interim
from equipoise.exchange.protocols import load_protocol
from equipoise.interim.record import to_text
from tests.protocol.test_interim_refusal import PLAN, SIZE

# command -> words after it; {protocol} plans interim analyses, {folder} is empty, {csv} is
# a data file, {list} and {disclosed} are of that protocol. Where the work of a command
# takes long, its last option is wrong, and what it says of [interim] comes before.
USES = {
    "check": "{protocol}",
    "amend": "feder2021 {protocol}",
    "simulate": "{protocol} --trials 5 --out {folder}/out",
    "interim": "{protocol} {csv} --look 1 --cutoff 2027-03-01 --out {folder}/out",
    "rehearse": "{protocol} --scenario absent --out {folder}/out",
}
REFUSES = {
    "analyze": "{protocol} {csv} --out {folder}/out",
    "learn responders": "{protocol} {csv} --out {folder}/out",
}
NOT_CONCERNED = {
    "schedule": "{protocol} --day0 2027-01-04",
    "map": "{csv} --protocol {protocol}",
    "inspect": "{protocol} {csv} --out {folder}/page.html",
    "new-scenario": "{protocol}",
    "leaktest": "{protocol} --scenario absent",
    "serve": "{protocol} --site wrong",
    "design maintenance": "{protocol} --scenario absent",
    "audit commitment": "{disclosed} --protocol {protocol}",
    "randomize list": "{protocol} --n 4 --seed 1 --out {folder}/list",
    "randomize verify": "{list} --protocol {protocol}",
    "randomize compare": "{protocol} --proportion wrong",
}
MORE = {  # another path of a command, and whether it refuses, or else says so in a notice
    "rehearse {protocol} --conduct --scenario absent --out {folder}/out": None,
    "simulate {protocol} --n 4 --out {folder}/more": False,
    "analyze {protocol} {csv} --record {record} --out {folder}/more": None,  # applies
}
PROTOCOL = ("protocol", "old", "new")  # parameters that name a protocol


def commands(group: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if not hasattr(group, "commands"):
        yield name, group
        return
    for word, command in group.commands.items():
        yield from commands(command, f"{name} {word}".strip())


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("interim")
    protocol, csv = folder / "protocol.toml", folder / "data.csv"
    text = library.text("protocols", "feder2021")
    assert SIZE in text
    protocol.write_text(text.replace(SIZE, PLAN + SIZE, 1), "utf-8")
    csv.write_text("id,arm\n1,ketamine\n", "utf-8")
    names = {"protocol": str(protocol), "csv": str(csv), "folder": str(folder)}
    made = run("randomize list {protocol} --n 4 --seed 1 --out {folder}/first", names)
    assert made.exit_code == 0, made.output
    names["list"] = str(folder / "first" / "list.csv")
    content = {"commitment": "", "seed": 1, "salt": "00", "list": [], "allocations": []}
    (folder / "disclosed.json").write_text(json.dumps(content), "utf-8")
    names["disclosed"] = str(folder / "disclosed.json")
    (folder / "looks.json").write_text(to_text(()))
    names["record"] = str(folder / "looks.json")
    return names


def run(words: str, files: dict[str, str]) -> Result:
    return CliRunner().invoke(app, words.format(**files).split())


def test_every_command_that_reads_a_protocol_is_listed() -> None:
    reading = {
        name
        for name, command in commands(typer.main.get_command(app))
        if any(p.name in PROTOCOL for p in command.params)
    }
    assert reading == {*USES, *REFUSES, *NOT_CONCERNED}


@pytest.mark.parametrize("name", REFUSES)
def test_a_command_that_would_ignore_them_refuses(
    name: str, files: dict[str, str]
) -> None:
    result = run(f"{name} {REFUSES[name]}", files)
    assert result.exit_code == 1
    assert "EQ834" in result.output
    assert not (Path(files["folder"]) / "out").exists()


@pytest.mark.parametrize("name", NOT_CONCERNED)
def test_a_command_that_is_not_concerned_says_so(
    name: str, files: dict[str, str]
) -> None:
    result = run(f"{name} {NOT_CONCERNED[name]}", files)
    assert "Notice: the protocol plans interim analyses" in result.output
    assert "EQ834" not in result.output


@pytest.mark.parametrize("words", MORE)
def test_other_paths_of_a_command(words: str, files: dict[str, str]) -> None:
    result = run(words, files)
    assert ("EQ834" in result.output) == bool(MORE[words])
    assert ("Notice: the protocol plans" in result.output) == (MORE[words] is False)


def test_the_commands_that_use_them_print_them(files: dict[str, str]) -> None:
    assert "efficacy at z 2.9626" in run("check {protocol}", files).output
    assert "interim: (absent)" in run("amend feder2021 {protocol}", files).output
    words = "simulate {protocol} --trials 4 --size 16 --json --out {folder}/trials"
    result = CliRunner().invoke(app, words.format(**files).split())
    (row,) = json.loads(result.stdout)
    assert (row["design"], row["endpoint"]) == ("interim", "caps5_change")
    assert 8 <= row["expected_size"] <= 16
    plain = f"feder2021 {USES['interim'].partition(' ')[2]}"
    assert "EQ83" not in run(f"interim {USES['interim']}", files).output
    assert "EQ835" in run(f"interim {plain}", files).output


def test_no_notice_without_interim_analyses(capsys: pytest.CaptureFixture[str]) -> None:
    notice_interim(load_protocol("feder2021"), "nothing is planned")
    assert capsys.readouterr() == ("", "")
