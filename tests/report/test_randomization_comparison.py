"""The page of a comparison of randomization methods repeats its numbers."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipoise.cli import app
from equipoise.randomize.comparison import Estimate
from equipoise.report.table_cells import with_error


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("comparison")
    words = "randomize compare feder2021 --n 60 --trials 40 --proportion site=A:2,B:1"
    result = CliRunner().invoke(app, [*words.split(), "--out", str(made)])
    assert result.exit_code == 0, result.output
    return made


def test_page_and_figure_have_every_method(folder: Path) -> None:
    content = json.loads((folder / "comparison.json").read_text("utf-8"))
    page = (folder / "comparison.html").read_text("utf-8")
    assert content["headline"] in page
    assert "66.7%" in page  # the assumed proportion of site A
    assert re.search(r"40 of 60\s+participants", page)
    plot = (folder / "comparison.svg").read_text("utf-8")
    for one in content["methods"]:
        assert one["name"] in page
        assert one["name"].split(",")[0] in plot
        guessed = Estimate(**one["guessed"])
        assert with_error(guessed.value, guessed.std_error or None, 1, 100) in page
    assert "Hover over a number" not in page  # no number of this page has an id
