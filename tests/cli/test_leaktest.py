"""The command: what was found in a table, and a status on which a script can rely."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app
from equipoise.leaktest import run
from equipoise.leaktest.run import Check

ASKED: dict[str, Any] = {}


@pytest.fixture(autouse=True)
def checks(monkeypatch: pytest.MonkeyPatch) -> list[Check]:
    """What the search will answer; its own tests run it."""
    found = [Check("the log", "1 address", True)]

    def search(protocol: str, scenario: object, **more: Any) -> list[Check]:
        ASKED.clear()
        ASKED.update(more, protocol=protocol, scenario=scenario)
        more["progress"]("trial 1 of 2")
        return found

    monkeypatch.setattr(run, "leaktest", search)
    return found


def command(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["leaktest", "feder2021", *map(str, arguments)])


def test_without_a_leak_the_status_is_0(checks: list[Check]) -> None:
    done = command()
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1].split() == [
        "the",
        "log",
        "pass",
        "1",
        "address",
    ]
    assert "trial 1 of 2" in done.stderr  # progress never mixes with what was found


def test_one_leak_among_many_checks_is_status_1(checks: list[Check]) -> None:
    checks.insert(0, Check("words read as rater", "ketamine at /", False))
    done = command()
    assert done.exit_code == 1
    assert "FAIL" in done.stdout
    assert "ketamine at /" in done.stdout


def test_json_holds_every_check(checks: list[Check]) -> None:
    checks.append(Check("kits", "r = 0.9", False))
    done = command("--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == [
        {"check": "the log", "result": "pass", "found": "1 address"},
        {"check": "kits", "result": "FAIL", "found": "r = 0.9"},
    ]


def test_what_is_asked_is_what_is_searched() -> None:
    command("--seed", 9, "--n", 2, "--allocations", 300)
    told = {name: ASKED[name] for name in ("protocol", "seed", "n", "people")}
    assert told == {"protocol": "feder2021", "seed": 9, "n": 2, "people": 300}
    command()
    assert (ASKED["n"], ASKED["people"]) == (4, 1000)


@pytest.mark.parametrize(
    "wrong", [("--allocations", 99), ("--people", 99), ("--n", 0), ("--seed", -1)]
)
def test_what_could_find_nothing_is_wrong_usage(wrong: tuple[str, int]) -> None:
    # With a handful of allocations no test of chance ever fails.
    assert command(*wrong).exit_code == 2


def test_a_protocol_that_is_not_there_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    done = CliRunner().invoke(app, ["leaktest", "no-such-trial"])
    assert done.exit_code == 1
    assert "EQ001" in done.stderr
