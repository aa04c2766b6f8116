"""How long the whole analysis and report of a large trial takes.

Run with ``make bench``, or alone with ``pytest benchmarks/bench_report.py -s``. Nothing
here gates the tests.
"""

from __future__ import annotations

import time

import equipoise as eq
from equipoise.exchange.truths import load_truth
from equipoise.simulate.trial import simulate


def test_500_participants_with_all_of_their_report() -> None:
    """Budget: 60 s; everything the protocol of the reference trial asks for."""
    protocol = eq.load_protocol("feder2021")
    data = simulate(protocol, load_truth("feder2021"), seed=1, n=500)
    start = time.perf_counter()
    results = eq.analyze(protocol, data)
    analyzed = time.perf_counter()
    files = eq.report(protocol, data, results).files
    end = time.perf_counter()
    print(
        f"\n\n| part | s |\n|---|---|\n| {len(results.estimates)} estimates | "
        f"{analyzed - start:.1f} |\n| {len(files)} files: page, PDF, Word, RTF, tables, "
        f"figures | {end - analyzed:.1f} |"
    )
    assert "report.pdf" in files
