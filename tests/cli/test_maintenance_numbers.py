"""The tables of ``equipoise design maintenance`` as numbers."""

import json
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from equipoise.cli import app
from equipoise.cli.maintenance_numbers import withdrawals
from tests.simulate.maintenance.participants import scenario


def leaves(content: object) -> Iterator[object]:
    if isinstance(content, dict | list):
        values = content.values() if isinstance(content, dict) else content
        for value in values:
            yield from leaves(value)
    else:
        yield content


@pytest.fixture
def stated(monkeypatch: pytest.MonkeyPatch) -> None:
    made = scenario()
    monkeypatch.setattr("equipoise.exchange.scenarios.load_scenario", lambda _: made)


@pytest.mark.usefixtures("stated")
def test_json_has_numbers_and_their_errors() -> None:
    words = "feder2021 --participants 150 --horizon 84 --schedule every:28 --trials 20"
    words += " --no-sensitivity --trial withdrawal --json"
    said = CliRunner().invoke(app, ["design", "maintenance", *words.split(" ")])
    made = json.loads(said.stdout)
    texts = [v for v in leaves(made) if isinstance(v, str)]
    assert set(texts) == {"none", "every:28"}
    row = made["Schedules"][1]
    assert isinstance(row["days_true"], float)
    assert isinstance(row["days_true_mcse"], float)
    power = made["Randomized withdrawal"][0]["simulated power"]
    assert power is None or set(power) == {"value", "mcse"}


def test_a_trial_that_is_too_large_has_no_numbers() -> None:
    row = withdrawals([("every:28", None, None)])[0]
    assert row.pop("schedule against placebo") == "every:28"
    assert set(row.values()) == {None}
