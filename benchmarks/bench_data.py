"""How long a million rows of a long CSV file take through a mapping, and how much memory.

Run with ``pytest benchmarks/bench_data.py``; the budgets hold for one core. The time of
``pandas.read_csv`` for the same file is printed beside it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

ROWS = 1_000_000
BUDGET = 8.0  # seconds of processor time
MEMORY = 0.8  # GB, the most that was resident
PROGRAM = """
import json, resource, sys, time
import pandas as pd
import equipoise as eq
path = sys.argv[2]
if sys.argv[1] == "equipoise":
    protocol = eq.load_protocol("antidepressant")
    read = lambda: len(eq.read_data(path, protocol).recorded_scores)
else:
    read = lambda: len(pd.read_csv(path, dtype=str, keep_default_na=False))
eq.read_data  # without the time of its imports
start = time.process_time()
rows = read()
spent = time.process_time() - start
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
most *= 1 if sys.platform == "darwin" else 1024
print(json.dumps({"rows": rows, "seconds": spent, "gb": most / 1e9}))
"""


def long_file(path: Path) -> None:
    """The data of the antidepressant trial again and again, with new identifiers."""
    source = files("equipoise.library") / "data" / "antidepressant.csv"
    once = pd.read_csv(str(source), dtype=str, keep_default_na=False)
    copies = -(-ROWS // len(once))
    for copy in range(copies):
        once.assign(PATIENT=once["PATIENT"] + f"-{copy:04d}").to_csv(
            path, mode="a", header=copy == 0, index=False
        )


def measured(reader: str, path: Path) -> dict[str, float]:
    """Rows, processor time and largest memory of one reading, in its own process."""
    command = [sys.executable, "-c", PROGRAM, reader, str(path)]
    made = subprocess.run(  # noqa: S603 - this very interpreter
        command, check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(made.stdout)
    return found


def test_data_speed(benchmark: Any, tmp_path: Path) -> None:
    """A million rows under eight seconds and 0.8 GB."""
    path = tmp_path / "long.csv"
    long_file(path)
    alone = measured("pandas", path)
    found = benchmark.pedantic(measured, ("equipoise", path), rounds=1, iterations=1)
    benchmark.extra_info.update(equipoise=found, pandas=alone)
    print(f"\nequipoise {found}\npandas.read_csv {alone}")
    assert found["rows"] > ROWS  # a score of each row, and one of each baseline
    if benchmark.enabled:
        assert found["seconds"] < BUDGET
        assert found["gb"] < MEMORY
