"""The options for the shape of a file have one meaning in map, inspect and analyze."""

import inspect
import tomllib
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from equipoise.cli.commands import app
from equipoise.cli.file_format import OPTIONS
from equipoise.exchange.mapping import File
from tests.exchange.small import LONG, MAPPING, TUTORIAL

RUN = CliRunner()
PROTOCOL = str(TUTORIAL / "protocol.toml")
SHAPE = ("--sheet", "data", "--header-row", "2", "--names", "1=id")


def run(*words: str | Path) -> Result:
    return RUN.invoke(app, [str(word) for word in words])


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Two sheets, a title, and a first column without a name."""
    made = openpyxl.Workbook()
    made.active.append(["other", "sheet"])
    made.active.append([1, 2])
    sheet = made.create_sheet("data")
    sheet.append(["Ratings of the trial"])
    for line in LONG.splitlines():
        sheet.append(line.removeprefix("id").split(","))
    path = tmp_path / "trial.xlsx"
    made.save(path)
    (tmp_path / "mapping.toml").write_text(MAPPING, "utf-8")
    return path


def test_every_option_is_a_key_of_a_mapping() -> None:
    keys = set(File.model_fields) - {"decimal", "missing"}  # of cells, not of the shape
    assert set(OPTIONS) == keys


@pytest.mark.parametrize("name", ["map", "inspect", "analyze"])
def test_every_command_that_reads_files_has_them(name: str) -> None:
    (found,) = (
        c.callback
        for c in app.registered_commands
        if c.callback and name in (c.name, c.callback.__name__)
    )
    assert set(OPTIONS) <= set(inspect.signature(found).parameters)


def test_a_workbook_is_read_as_stated(book: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    refused = run("inspect", PROTOCOL, book, "--out", page)
    assert refused.exit_code == 1
    done = run("inspect", PROTOCOL, book, "--out", page, *SHAPE)
    assert done.exit_code == 0, done.output
    stated = 'sheet = "data", header_row = 2, names = {"1": "id"}'
    assert f"Stated as an option and not by the mapping: {stated}." in page.read_text(
        "utf-8"
    ).replace("&quot;", '"').replace("&#34;", '"')


def test_map_writes_them_as_keys(book: Path) -> None:
    done = run("map", book, "--protocol", PROTOCOL, *SHAPE)
    assert done.exit_code == 0, done.output
    made = tomllib.loads(done.stdout)
    assert made["file"] == {"sheet": "data", "header_row": 2, "names": {"1": "id"}}


def test_an_option_never_overrules_the_mapping(book: Path, tmp_path: Path) -> None:
    text = MAPPING.replace("participant =", 'file = { sheet = "Sheet" }\nparticipant =')
    (tmp_path / "mapping.toml").write_text(text, "utf-8")
    done = run("analyze", PROTOCOL, book, "--out", tmp_path / "out", *SHAPE)
    assert done.exit_code == 1
    assert 'states sheet = "Sheet", and the option --sheet "data"' in done.stderr


def test_an_option_is_of_one_file(tmp_path: Path) -> None:
    one = MAPPING.partition("participant =")[2].replace("[[columns]]", "[[X.columns]]")
    two = [f'[files."{n}.csv"]\nparticipant ={one}' for n in "ab"]
    text = "schema = 1\n" + "\n".join(
        part.replace("[[X", f'[[files."{n}.csv"')
        for n, part in zip("ab", two, strict=True)
    )
    (tmp_path / "mapping.toml").write_text(text, "utf-8")
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text(LONG, "utf-8")
    page = tmp_path / "p.html"
    done = run("inspect", PROTOCOL, tmp_path, "--out", page, "--delimiter", ",")
    assert done.exit_code == 1
    assert "EQ332" in page.read_text("utf-8")


def test_a_name_needs_its_number(book: Path) -> None:
    done = run("map", book, "--protocol", PROTOCOL, "--names", "id")
    assert done.exit_code == 2
    assert "1=id" in done.stderr


def test_data_that_equipoise_wrote_have_no_shape_to_state(tmp_path: Path) -> None:
    (tmp_path / "trial.json").write_text("{}", "utf-8")
    (tmp_path / "participants.csv").write_text("participant\n", "utf-8")
    out = tmp_path / "out"
    done = run("analyze", PROTOCOL, tmp_path, "--out", out, "--sheet", "data")
    assert done.exit_code == 1
    assert "EQ332" in done.stderr
