"""The page on spreadsheets: from the workbook to the report, with its own blocks."""

import json
import re
import runpy
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import equipoise as eq
from equipoise.cli.commands import app
from equipoise.cli.file_format import OPTIONS
from tests.exchange.small import TUTORIAL, protocol

PAGE = Path("docs/how-to/spreadsheets.md").read_text("utf-8")
GROUP, CORRECTIONS = re.findall(r"```toml\n(.*?)```", PAGE, re.S)
(NOTES,) = re.findall(r"```text\n(.*?)```", PAGE, re.S)
PROTOCOL = str(TUTORIAL / "protocol.toml")


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def book(tmp_path: Path) -> Path:
    made = runpy.run_path("docs/how-to/spreadsheets/make_workbook.py")
    made["workbook"](tmp_path / "ratings.xlsx")
    return tmp_path / "ratings.xlsx"


def mapped(book: Path) -> Path:
    """The proposal after the first step of the page."""
    mapping = book.with_name("mapping.toml")
    done = run("map", book, "--protocol", PROTOCOL, "--out", mapping)
    assert done.exit_code == 0, done.output
    assert NOTES in done.stderr
    text = mapping.read_text("utf-8").replace("CHECK", "")
    text, _, ignored = text.partition("\n# columns that are not read")
    assert ignored.count("NOT RECOGNIZED") == 1
    mapping.write_text(f"{text}\n{GROUP}", "utf-8")
    return mapping


def test_what_a_cell_does_not_say_is_rejected_until_it_is_decided(book: Path) -> None:
    mapping = mapped(book)
    found = eq.inspect_data(book, protocol())
    said = " ".join(found.problems["what"])
    assert set(found.problems["code"]) == {"EQ352"}
    assert len(found.problems) == 3
    assert all(place in said for place in ("hides 1 row", "G5", "E9"))
    mapping.write_text(mapping.read_text("utf-8") + CORRECTIONS, "utf-8")
    left = eq.inspect_data(book, protocol()).problems
    assert left["what"].tolist() == ["the sheet hides 1 row of the table: 8"]


def test_the_page_leads_to_the_numbers_of_the_tutorial(
    book: Path, tmp_path: Path
) -> None:
    mapping = mapped(book)
    mapping.write_text(mapping.read_text("utf-8") + CORRECTIONS, "utf-8")
    out = tmp_path / "out"
    done = run("analyze", PROTOCOL, book, "--hidden-rows", "read", "--out", out)
    assert done.exit_code == 0, done.output
    export, rule = TUTORIAL / "export.csv", TUTORIAL / "mapping.toml"
    expected = eq.analyze(
        protocol(), eq.read_data(export, protocol(), mapping=rule)
    ).estimates
    made = json.loads((out / "results.json").read_text("utf-8"))["estimates"]
    found = {each["id"]: each["estimate"] for each in made}
    for each in expected:
        if each.id.startswith(("madrs_change.difference", "response.risk")):
            assert found[each.id] == pytest.approx(each.estimate, rel=1e-9), each.id
    page = (out / "report.html").read_text("utf-8")
    assert "=SUM(5,20) corrected to 25" in page


def test_the_page_names_every_option() -> None:
    for name in OPTIONS:
        assert f"--{name.replace('_', '-')} " in PAGE
