"""How long Cox's regression of 100,000 participants with continuous times takes.

Run with ``pytest benchmarks/bench_survival.py``; the budget holds for one core. R
survival::coxph on the same rows is to be timed beside it: ratios of different machines
do not compare.
"""

from __future__ import annotations

from time import perf_counter

import numpy as np

from equipoise.numerics.rng import stream
from equipoise.stats.survival import cox

ROWS = 100_000
BUDGET = 2.0  # seconds


def test_cox_with_continuous_times() -> None:
    """Budget: R takes about half a second where this takes 0.8."""
    draw = stream(1, "benchmark", "survival")
    treated = np.arange(ROWS) % 2 == 0
    time = draw.exponential(np.where(treated, 1.35, 1.0))
    event = draw.random(ROWS) < 0.7
    started = perf_counter()
    fit = cox(time, event, {"treated": treated})
    seconds = perf_counter() - started
    print(f"Cox, {ROWS:,} continuous times: {seconds:.2f} s")
    assert -0.35 < fit.coefficients["coef"][0] < -0.25
    assert seconds < BUDGET
