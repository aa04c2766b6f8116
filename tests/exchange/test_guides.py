"""Each page on a shape of files leads to the report by its own printed commands."""

import json
import re
import runpy
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import equipoise as eq
from equipoise.cli.commands import app
from equipoise.exchange.mapping_proposal import propose_mapping
from tests.exchange.small import TUTORIAL, protocol

HOW_TO = Path("docs/how-to").resolve()


def commands(page: str) -> list[str]:
    """The commands of a page that read or write files, as they are printed."""
    text = (HOW_TO / page).read_text("utf-8")
    lines = re.findall(r"^\$ equipoise ((?:map|inspect|analyze) .*)$", text, re.M)
    assert [line.split()[0] for line in lines] == ["map", "inspect", "analyze"]
    return lines


def made_as_printed(page: str, folder: Path) -> None:
    """The example files of a page, written into ``folder`` by its own script."""
    text = (HOW_TO / page).read_text("utf-8")
    script = re.search(r"`python docs/how-to/(\S+) example`", text)
    assert script
    made = runpy.run_path(str(HOW_TO / script[1]))
    if "exports" in made:
        for name, content in made["exports"]().items():
            (folder / name).write_text(content, "utf-8")
    elif "workbook" in made:
        made["workbook"](folder / "ratings.xlsx")
    else:
        made["write_study"](folder)


def answered(mapping: Path, page: str) -> None:
    """The proposal as its reader leaves it: marks read, and the blocks of the page."""
    text = mapping.read_text("utf-8").replace("CHECK", "")
    blocks = re.findall(r"```toml\n(.*?)```", (HOW_TO / page).read_text("utf-8"), re.S)
    if page == "spreadsheets.md":
        text, *_ = text.partition("\n# columns that are not read")
        text = "\n".join([text, *blocks])
    mapping.write_text(text.replace("NOT RECOGNIZED", "not needed"), "utf-8")


def run(line: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, line.split())
    assert done.exit_code == code, f"{line}\n{done.output}"
    return done.output


SHAPES = {  # page, and the file of another shape that its commands are printed with
    "REDCap raw": ("redcap.md", {}),
    "REDCap labelled": ("redcap.md", {"raw.csv": "labelled.csv"}),
    "REDCap repeating": ("redcap.md", {"raw.csv": "repeating.csv"}),
    "REDCap EAV": ("redcap.md", {"raw.csv": "entries.csv"}),
    "spreadsheet": ("spreadsheets.md", {}),
    "SDTM": ("cdisc.md", {}),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_commands_of_the_page_lead_to_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    page, other = SHAPES[shape]
    shutil.copy(TUTORIAL / "protocol.toml", tmp_path)
    expected = eq.analyze(
        protocol(),
        eq.read_data(
            TUTORIAL / "export.csv", protocol(), mapping=TUTORIAL / "mapping.toml"
        ),
    )
    monkeypatch.chdir(tmp_path)
    (tmp_path / "example").mkdir()
    made_as_printed(page, tmp_path / "example")
    steps = commands(page)
    for printed, name in other.items():
        steps = [step.replace(printed, name) for step in steps]
    run(steps[0])
    answered(tmp_path / "example" / "mapping.toml", page)
    hidden = page == "spreadsheets.md"  # the page: refused until the row is decided
    run(steps[1], code=int(hidden))
    assert list(tmp_path.rglob("inspection*.html"))
    run(steps[2])
    made = json.loads((tmp_path / "out" / "trial" / "results.json").read_text("utf-8"))
    found = {each["id"]: each["estimate"] for each in made["estimates"]}
    compared = [e for e in expected.estimates if e.id.startswith(("madrs_change.dif",))]
    compared += [e for e in expected.estimates if e.id.startswith("response.risk")]
    assert compared
    for one in compared:
        assert found[one.id] == pytest.approx(one.estimate, rel=1e-9), one.id


def test_one_infusion_in_ex_has_its_visit(tmp_path: Path) -> None:
    """EX with one row for each participant: VISIT states the visit all the same."""
    made = runpy.run_path(str(HOW_TO / "cdisc/make_study.py"))
    made["write_study"](tmp_path)
    rows = pd.read_csv(tmp_path / "ex.csv", dtype=str)
    assert not rows["USUBJID"].duplicated().any()
    text = propose_mapping(tmp_path, protocol()).text
    _, _, exposures = text.partition("--- ex.csv")
    head, _, _ = exposures.partition("--- qs.csv")
    assert 'INFUSION = "infusion"' in head
