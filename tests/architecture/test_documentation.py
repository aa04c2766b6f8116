"""What the documentation says is true: its examples run, its pages are there."""

from __future__ import annotations

import os
import re
import runpy
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from unittest import SkipTest

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

from tests.architecture.source import ROOT
from tests.rehearsed import rehearsal
from tests.shared_data import SHARED

PAGES = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    if "_build" not in path.parts and "design-notes" not in path.parts
)
TRIAL = SHARED / "data" / "antidepressant_data.csv"  # pages that use it are skipped
WITH_EXAMPLES = [p for p in PAGES if "```python" in p.read_text("utf-8")]
WITH_LONG = [p for p in PAGES if "skip: start if(not long" in p.read_text("utf-8")]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def after_the_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder as a reader has it: the demo was run, the documentation is there."""
    folder = tmp_path_factory.mktemp("reader")
    rehearsal()[0].save(folder / "out" / "feder2021")
    (folder / "docs").symlink_to(ROOT / "docs")
    if TRIAL.exists():
        (folder / TRIAL.name).symlink_to(TRIAL)
    here = Path.cwd()
    os.chdir(folder)
    yield folder
    os.chdir(here)


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=name_of)
@pytest.mark.usefixtures("after_the_demo")
def test_the_python_examples_run(page: Path) -> None:
    """Every Python block runs, in order; ``<!-- skip: next -->`` leaves one out."""
    run_examples(page, long=False)


@pytest.mark.calibration
@pytest.mark.parametrize("page", WITH_LONG, ids=name_of)
@pytest.mark.usefixtures("after_the_demo")
def test_the_long_python_examples_run(page: Path) -> None:
    """The same with ``<!-- skip: start if(not long, reason="...") -->``."""
    run_examples(page, long=True)


def run_examples(page: Path, *, long: bool) -> None:
    if TRIAL.name in page.read_text("utf-8") and not TRIAL.exists():
        pytest.skip(f"../shared/data/{TRIAL.name} is not on this machine")
    sybil = Sybil([PythonCodeBlockParser(), SkipParser()], path=str(ROOT))
    document = sybil.parse(page)
    document.namespace["long"] = long
    for example in document.examples():
        with nullcontext() if long else suppress(SkipTest):
            example.evaluate()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.S)
    targets = re.findall(r"\]\((?!https?:|mailto:|#|<)([^)#\s]+)", text)
    assert [t for t in targets if not (page.parent / t).exists()] == []


def test_the_page_of_error_codes_is_the_table_of_the_program() -> None:
    maker = runpy.run_path(str(ROOT / "docs" / "errors_page.py"))
    page = (ROOT / "docs" / "reference" / "errors.md").read_text("utf-8")
    assert page == maker["page"](), "make docs renews docs/reference/errors.md"


def test_each_dependency_has_its_reason() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    reasons = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    packages = re.findall(r"\"([a-z0-9-]+)>=[\d.]+\"", project)
    assert "numpy" in packages
    assert [p for p in packages if not re.search(rf"\b{p}\b", reasons)] == []


def test_the_architecture_names_every_part_and_no_other() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    told = set(re.findall(r"^\| `(\w+)(?:/|\.py)` \|", page, re.M))
    parts = (ROOT / "src" / "equipoise").iterdir()
    there = {
        path.stem
        for path in parts
        if not path.name.startswith("_") and (path.is_dir() or path.suffix == ".py")
    }
    assert told == there


def test_every_equation_of_the_engine_is_cited_by_the_code_that_computes_it() -> None:
    page = (ROOT / "docs" / "methods" / "mmrm.md").read_text("utf-8")
    labels = set(re.findall(r"^:label: ([a-z-]+)$", page, flags=re.M))
    cited: set[str] = set()
    for file in (ROOT / "src" / "equipoise" / "stats").rglob("*.py"):
        text = re.sub(r"\s+", " ", file.read_text("utf-8"))
        for found in re.findall(r"mmrm\.md, equations? \(([a-z, -]+)\)", text):
            cited |= set(found.split(", "))
    assert len(labels) > 15
    assert labels == cited


def test_the_map_for_changes_leads_to_files_and_to_names_in_them() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    table = page.partition("## A map for changes")[2].partition("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(lines) >= 30
    for line in lines:
        file = None
        for text in re.findall(r"`([^`]+)`", line):
            if "/" in text:
                file = ROOT / "src" / "equipoise" / text
                assert file.is_file(), text
            elif text.isidentifier() and file is not None:
                assert re.search(rf"\b{text}\b", file.read_text("utf-8")), (text, file)
