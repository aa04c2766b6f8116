"""How long boundaries of group sequential trials take, at usual and at close looks.

Run with ``pytest benchmarks/bench_boundaries.py``; the budgets hold for one core.
"""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest

from equipoise.design.sequential.boundaries import Rule
from equipoise.design.sequential.plan import sequential

BUDGET = 1.0  # seconds
MEMORY = 30.0  # megabytes

LOOKS = {
    "five equal looks": [0.2, 0.4, 0.6, 0.8, 1.0],
    "0.3, 0.3001, 1": [0.3, 0.3001, 1.0],
    "0.3, 0.30001, 1": [0.3, 0.30001, 1.0],
    "0.3, 0.3 + 1e-9, 1": [0.3, 0.3 + 1e-9, 1.0],
    "twenty equal looks": [k / 20 for k in range(1, 21)],
}


@pytest.mark.parametrize("looks", LOOKS)
@pytest.mark.parametrize("kind", ["lan-demets-of", "obrien-fleming"])
def test_boundaries_and_size(benchmark: Any, looks: str, kind: str) -> None:
    """Boundaries, and the information that gives the power."""
    rule, timing = Rule(kind=kind), LOOKS[looks]
    sequential(rule, timing)
    benchmark.pedantic(sequential, args=(rule, timing), rounds=5)
    tracemalloc.start()
    sequential(rule, timing)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    seconds = benchmark.stats.stats.min
    assert seconds < BUDGET, f"{seconds:.3f} s, the budget is {BUDGET:g} s"
    assert peak < MEMORY, f"{peak:.1f} MB, the budget is {MEMORY:g} MB"
