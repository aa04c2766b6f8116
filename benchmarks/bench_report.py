"""How long an analysis with its report takes, part by part and by size.

Run with ``make bench``, or alone with ``pytest benchmarks/bench_report.py -s``. Nothing
here gates the tests. Each analysis is a process of its own on one core, with byte-code
made before; times are processor time, and each size is also given as a multiple of the
reference trial in the same run, because seconds of different machines do not compare.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import equipoise as eq
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.trial import simulate

PARTS = Path(__file__).with_name("report_parts.py")
REFERENCE = 30
SIZES = (REFERENCE, 6, 8, 500)
BUDGET = {REFERENCE: 6.0, 500: 25.0}  # seconds in all, on one core
NAMES = {
    "imports": "imports",
    "reading": "reading",
    "analysis": "analysis, with what it imports",
    "analysis, all imported": "(the same with everything imported)",
    "tables and figures": "tables and figures",
    "report.html": "HTML",
    "report.pdf": "PDF",
    "report.docx": "Word",
    "report.rtf": "RTF, and the other files",
}
NOT_COUNTED = (
    "analysis, all imported",
    "analysis again, nothing derived or imported before it is counted",
)


def test_an_analysis_with_its_report_by_size(tmp_path: Path) -> None:
    """Budget: 30 participants 6 s, 500 participants 25 s; 3 or 4 an arm not above 15."""
    protocol, scenario = eq.load_protocol("feder2021"), load_scenario("feder2021")
    for n in SIZES:
        data = simulate(protocol, scenario, seed=1, n=n)
        eq.write_data(data, tmp_path / str(n))
    _run(tmp_path, REFERENCE)  # makes the byte-code
    found = {n: _run(tmp_path, n) for n in SIZES}
    head = [f"{made['participants'] / 2:g} an arm" for made in found.values()]
    print("\n\n| processor time, s | " + " | ".join(head) + " |")
    print("|---|" + "---|" * len(head))
    for part, name in NAMES.items():
        row = [_seconds(made["seconds"].get(part, 0.0)) for made in found.values()]
        print(f"| {name} | " + " | ".join(row) + " |")
    totals = {n: _total(made) for n, made in found.items()}
    print("| **in all** | " + " | ".join(map(_seconds, totals.values())) + " |")
    base, first = totals[REFERENCE], found[REFERENCE]["seconds"]
    ratios = [f"{total / base:.2f}" for total in totals.values()]
    print("| in all, over 15 an arm | " + " | ".join(ratios) + " |")
    analyses = [
        f"{made['seconds']['analysis'] / first['analysis']:.2f}"
        for made in found.values()
    ]
    print("| analysis, over 15 an arm | " + " | ".join(analyses) + " |")
    budgets = [_seconds(BUDGET.get(n, base)) for n in SIZES]
    print("| budget | " + " | ".join(budgets) + " |")
    assert all(made["files"] > 50 for made in found.values())


def _run(folder: Path, n: int) -> dict[str, Any]:
    """The parts of one analysis, in a process of its own on one core."""
    environment = {
        **os.environ,
        "PYTHONPYCACHEPREFIX": str(folder / "byte-code"),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(PARTS), str(folder / str(n))],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=_one_core if hasattr(os, "sched_setaffinity") else None,
    )
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made


def _one_core() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _total(made: dict[str, Any]) -> float:
    parts: dict[str, float] = made["seconds"]
    return sum(s for part, s in parts.items() if part not in NOT_COUNTED)


def _seconds(value: float) -> str:
    return f"{value:.2f}" if value else ""
