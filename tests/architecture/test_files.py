"""What a file may be: small, named after a thing, and tested where one looks."""

import ast
import re

import pytest

from tests.architecture.source import EVERY_FILE, PACKAGE, PACKAGE_FILES, ROOT, Source

MAX_LINES = 400
DRAWERS = {"utils", "util", "helpers", "helper", "common", "base", "misc", "sanity"}

# A module whose test has another name, and why.
TESTED_ELSEWHERE: dict[str, str] = {
    "__init__.py": "tests/architecture/test_public_names.py: it only loads names",
}


# Modules without a test of their own yet: other tests run them, but the file that a
# reader would look for is owed. The list may only shrink; an entry that got its test, or
# whose module is gone, fails below.
OWED = frozenset(
    {
        "cli/leaktest.py",
        "cli/words.py",
        "conduct/allocation/models.py",
        "conduct/api/authority.py",
        "conduct/api/enrolling.py",
        "conduct/api/models.py",
        "conduct/api/reading.py",
        "conduct/audit/models.py",
        "conduct/capture/current.py",
        "conduct/capture/models.py",
        "conduct/capture/participants.py",
        "conduct/capture/permission.py",
        "conduct/capture/saving.py",
        "conduct/export/history.py",
        "conduct/export/rows.py",
        "conduct/forms/checking.py",
        "conduct/forms/definition.py",
        "conduct/forms/from_protocol.py",
        "conduct/pages/context.py",
        "conduct/study/models.py",
        "exchange/draft.py",
        "exchange/propose.py",
        "exchange/protocols.py",
        "leaktest/run.py",
        "library/shelf.py",
        "protocol/calendar.py",
        "protocol/check.py",
        "protocol/check_conduct.py",
        "protocol/check_endpoints.py",
        "protocol/check_schedule.py",
        "protocol/model.py",
        "protocol/names.py",
        "protocol/shape.py",
        "protocol/treatment.py",
        "rehearse_conduct/browser.py",
        "rehearse_conduct/setup.py",
        "rehearse_conduct/stage.py",
        "report/cells.py",
    }
)


def name_of(source: Source) -> str:
    return source.name


@pytest.mark.parametrize("source", EVERY_FILE, ids=name_of)
def test_a_file_is_a_few_screens(source: Source) -> None:
    # TOML files of the library are exempt: a protocol is one document, as long as the
    # trial that it describes.
    assert len(source.text.splitlines()) <= MAX_LINES


@pytest.mark.parametrize("source", EVERY_FILE, ids=name_of)
def test_no_file_is_a_drawer(source: Source) -> None:
    names = {part.removesuffix(".py") for part in source.path.relative_to(ROOT).parts}
    assert not names & DRAWERS


@pytest.mark.parametrize("source", EVERY_FILE, ids=name_of)
def test_imports_are_absolute(source: Source) -> None:
    levels = (n.level for n in ast.walk(source.tree) if isinstance(n, ast.ImportFrom))
    assert not any(levels)


@pytest.mark.parametrize("source", PACKAGE_FILES, ids=name_of)
def test_a_module_says_what_it_is_and_has_its_test(source: Source) -> None:
    below = source.path.relative_to(PACKAGE)
    if "migrations" in below.parts:
        return  # Django writes most of them; tests/conduct runs them on both databases
    assert ast.get_docstring(source.tree)
    if not source.acts or below.as_posix() in TESTED_ELSEWHERE.keys() | OWED:
        return
    assert (ROOT / "tests" / below.with_name(f"test_{below.name}")).exists()


@pytest.mark.parametrize("name", sorted(OWED))
def test_an_owed_test_is_still_owed(name: str) -> None:
    module = PACKAGE / name
    assert module.exists()
    assert not (ROOT / "tests" / name).with_name(f"test_{module.name}").exists()


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


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_file_knows_the_machine_that_it_was_written_on(path) -> None:
    text = path.read_text("utf-8")
    home = re.compile(r"(?<![\w.:/~<-])/(?:home|root|work|Users|tmp|mnt)/[\w.-]+")
    found = [match[0] for match in home.finditer(text)]
    assert not found


def test_the_lock_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in lock
    assert "--index" not in lock
    assert "--find-links" not in lock
    pins = re.findall(r"^[a-z0-9._-]+(?:\[.*\])?==\S+", lock, re.M)
    assert len(pins) == len(re.findall(r"^\S", lock, re.M)) - lock.count("\n#") - 1
    assert lock.count("--hash=sha256:") >= len(pins)
