"""Every number that a command prints is rounded by ``equipoise.numerics.rounding``."""

import re
from pathlib import Path

import pandas as pd
import pytest

import equipoise.cli
from equipoise.cli import terminal
from equipoise.cli.simulate_trials import texts

FILES = sorted(Path(equipoise.cli.__file__).parent.glob("*.py"))
# Python's own rounding is half to even of the binary number: 0.125 becomes 0.12.
OWN = re.compile(r"\bround\(|\.round\(|:[<>^]?[ +,]?\d*\.\d+[fge%]?\}|:\.?\d*%\}")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_command_rounds_by_itself(file: Path) -> None:
    found = [line for line in file.read_text().splitlines() if OWN.search(line)]
    assert found == []


def test_halves_go_away_from_zero() -> None:
    """As SAS: ROUND(2.675, 0.01) is 2.68; Python's own rounding gives 2.67."""
    assert terminal.number(2.675, 2) == "2.68"
    assert terminal.percent(0.00125, 2) == "0.13%"
    assert terminal.number(float("inf"), 2) == "-"
    rows = texts(pd.DataFrame({"power": [0.81245], "n": [30], "design": ["fixed"]}))
    assert rows == [{"power": "0.8125", "n": "30", "design": "fixed"}]
