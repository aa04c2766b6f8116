"""What a file may be: small, named after a thing, and tested where one looks."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source import EVERY_FILE, PACKAGE, PACKAGE_FILES, ROOT, Source

MAX_LINES = 400
DRAWERS = {"utils", "util", "helpers", "helper", "common", "base", "misc", "sanity"}

# A module whose test has another name, and why.
TESTED_ELSEWHERE: dict[str, str] = {
    "__init__.py": "tests/architecture/test_public_names.py: it only loads names",
    "conduct/audit/apps.py": "tests/conduct/audit/test_register.py: it connects signals",
    "cli/options.py": "tests/cli/test_design_command.py: numbers out of range",
    "cli/design_plans.py": "tests/cli/test_planning_options.py: assurance and mmrm",
    "cli/event_trial_output.py": "tests/cli/test_design_events.py: several analyses",
    "design/planning/question.py": "tests/design/planning/test_proportions.py: plans",
    "cli/sequential_events.py": "tests/cli/test_design_sequential.py: hazards",
    "cli/sequential_options.py": "tests/cli/test_design_sequential.py: options",
    "cli/sequential_output.py": "tests/cli/test_design_sequential.py: output",
    "cli/sequential_rules.py": "tests/cli/test_design_sequential.py: boundaries",
    "design/sequential/outcomes.py": "tests/design/sequential/test_participants.py: units",
    "randomize/processes.py": "tests/randomize/test_properties.py: observers of lists",
    "exchange/correction.py": "tests/exchange/test_corrections.py: values in quotes",
    "exchange/grid.py": "tests/exchange/test_files.py: every reader returns one",
    "exchange/parquet.py": "tests/exchange/test_files.py: Parquet among the formats",
    "exchange/cell_kinds.py": "tests/exchange/test_workbook.py: kinds of cells",
    "exchange/spreadsheet_cells.py": "tests/exchange/test_workbook.py: cells of a workbook",
    "exchange/zip_members.py": "tests/exchange/test_bombs.py: archives that are too large",
    "exchange/readstat_process.py": "tests/exchange/test_statistical_files.py: runs it",
    "exchange/redcap_connection.py": "tests/exchange/test_redcap_api.py: a mock of REDCap",
    "exchange/sheet_cells.py": "tests/exchange/test_sheet.py: tables in sheets",
    "exchange/sheet_columns.py": "tests/exchange/test_sheet.py: tables in sheets",
    "exchange/sheet_footer.py": "tests/exchange/test_sheet.py: tables in sheets",
    "exchange/sheet_header.py": "tests/exchange/test_sheet.py: tables in sheets",
    "stats/mmrm/information.py": "tests/stats/mmrm/test_trials.py: each quantity",
    "protocol/governance.py": "tests/protocol/test_check_safety.py: rules as they load",
}


# One test a rule, and not one a file: there are a thousand files, and each case costs
# more than it checks.
def test_a_file_is_a_few_screens() -> None:
    # TOML files of the library are exempt: a protocol is one document, as long as the
    # trial that it describes.
    long = [s.name for s in EVERY_FILE if len(s.text.splitlines()) > MAX_LINES]
    assert not long


def test_a_line_of_a_template_can_be_read() -> None:
    # `make check` asks djlint for one element a line; it never breaks a line of text.
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted(PACKAGE.rglob("*.html"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > 140
    ]
    assert not long


def test_no_file_is_a_drawer() -> None:
    drawers = [
        source.name
        for source in EVERY_FILE
        if {part.removesuffix(".py") for part in Path(source.name).parts} & DRAWERS
    ]
    assert not drawers


def test_a_module_says_what_it_is_and_has_its_test() -> None:
    # Django writes most migrations; tests/conduct runs them on both databases.
    ours = [s for s in PACKAGE_FILES if "migrations" not in s.path.parts]
    assert not [s.name for s in ours if not ast.get_docstring(s.tree)]
    below = [s.path.relative_to(PACKAGE) for s in ours if s.acts]
    untested = [
        module.as_posix()
        for module in below
        if module.as_posix() not in TESTED_ELSEWHERE
        and not (ROOT / "tests" / module.with_name(f"test_{module.name}")).exists()
    ]
    assert not untested


@pytest.mark.parametrize("name", TESTED_ELSEWHERE)
def test_an_exemption_is_needed_and_true(name: str) -> None:
    source = PACKAGE / name
    test, _, reason = TESTED_ELSEWHERE[name].partition(": ")
    assert Source(source).acts
    assert not (ROOT / "tests" / name).with_name(f"test_{source.name}").exists()
    assert (ROOT / test).exists()
    assert reason


TEXTS = [
    path
    for folder in ("src", "tests", "benchmarks", "docs", ".ci")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.is_file()
    and path.suffix not in {".pyc", ".png"}
    and "_build" not in path.parts
] + sorted(path for path in ROOT.glob("*") if path.is_file())


def test_no_file_knows_the_machine_that_it_was_written_on() -> None:
    home = re.compile(r"(?<![\w.:/~<-])/(?:home|root|work|Users|tmp|mnt)/[\w.-]+")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in TEXTS
        for match in home.finditer(path.read_text("utf-8"))
    ]
    assert not found


def test_the_lock_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in lock
    assert "--index" not in lock
    assert "--find-links" not in lock
    pins = re.findall(r"^[a-z0-9._-]+(?:\[.*\])?==\S+", lock, re.M)
    assert len(pins) == len(re.findall(r"^\S", lock, re.M)) - lock.count("\n#") - 1
    assert lock.count("--hash=sha256:") >= len(pins)
