"""How long the draft of a mapping takes for a wide export.

Run with ``pytest benchmarks/bench_mapping.py``; the budget holds for one core.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import equipoise as eq
from equipoise.exchange.mapping_proposal import propose_mapping
from equipoise.numerics.rng import stream

PROTOCOL = Path("docs/tutorials/your-trial/protocol.toml")
ROWS, COLUMNS = 414, 1_222  # of an export that took 24 s
VISITS = ("baseline", "day-1", "day-7")
ITEMS = 10
BUDGET = 3.0  # seconds


def export(path: Path) -> None:
    """A long export: items and total of the MADRS, and columns of six other kinds."""
    draw = stream(1, "benchmark", "mapping")
    head = ["id", "visit", "group", "age"]
    head += [f"madrs_{item}" for item in range(1, ITEMS + 1)] + ["madrs_total"]
    head += [f"x{n}" for n in range(COLUMNS - len(head))]
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(head)
        for row in range(ROWS):
            items = draw.integers(0, 6, ITEMS, endpoint=True).tolist()
            arm = ("ketamine", "midazolam")[row // 3 % 2]
            known = [f"P{row // 3:03}", VISITS[row % 3], arm, 20 + row // 3 % 50]
            known += [*items, sum(items)]
            others = [_other(n, row, draw) for n in range(COLUMNS - len(known))]
            table.writerow([*known, *others])


def _other(n: int, row: int, draw: Any) -> str:
    kinds = (
        f"{draw.random() * 100:.2f}",
        ("Yes", "No", "")[int(draw.integers(3))],
        f"2026-{draw.integers(1, 13):02}-{draw.integers(1, 29):02}",
        f"free text of row {row} and column {n}",
        str(draw.integers(10)),
        "",
    )
    return kinds[n % len(kinds)]


def test_mapping_speed(benchmark: Any, tmp_path: Path) -> None:
    """414 rows and 1,222 columns under three seconds."""
    path = tmp_path / "export.csv"
    export(path)
    protocol = eq.load_protocol(PROTOCOL)
    made = benchmark.pedantic(propose_mapping, (path, protocol), rounds=2, iterations=1)
    assert 'column = "madrs_{item}"' in made.text
    if benchmark.enabled:
        assert benchmark.stats["min"] < BUDGET
