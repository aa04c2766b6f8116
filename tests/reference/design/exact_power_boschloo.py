"""Power and type I error of Boschloo's exact test, by scipy's test of every table.

Nothing of the project is imported. Takes about two minutes:
``python exact_power_boschloo.py 2026-11-30 > exact_power_boschloo.json``.
"""

from __future__ import annotations

import json
import sys

import numpy as np
import scipy
from scipy import optimize, stats

DESIGNS = ((3, 3, 0.99, 0.01), (17, 17, 0.67, 0.20), (22, 22, 0.67, 0.20),
           (20, 10, 0.67, 0.20), (9, 14, 0.1, 0.6))  # fmt: skip


def p_value(a: int, n1: int, b: int, n2: int) -> float:
    table = np.array([[a, b], [n1 - a, n2 - b]])
    if 0 in table.sum(axis=1):
        return 1.0
    return float(stats.boschloo_exact(table).pvalue)


def case(n1: int, n2: int, first: float, second: float) -> dict[str, object]:
    region = np.array(
        [[p_value(a, n1, b, n2) <= 0.05 for b in range(n2 + 1)] for a in range(n1 + 1)]
    )
    a, b = np.arange(n1 + 1), np.arange(n2 + 1)

    def chance(p: float, q: float) -> float:
        return float(stats.binom.pmf(a, n1, p) @ region @ stats.binom.pmf(b, n2, q))

    grid = np.linspace(0, 1, 4001)
    sizes = [chance(p, p) for p in grid]
    top = int(np.argmax(sizes))
    best = optimize.minimize_scalar(
        lambda p: -chance(p, p),
        bounds=(grid[max(top - 1, 0)], grid[min(top + 1, 4000)]),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return {
        "n_first": n1,
        "n_second": n2,
        "first": first,
        "second": second,
        "rejected": int(region.sum()),
        "power": chance(first, second),
        "error": max(sizes[top], -float(best.fun)),
    }


print(
    json.dumps(
        {
            "made_by": "exact_power_boschloo.py: boschloo_exact of scipy "
            f"{scipy.__version__} over all tables, error 0.05, two-sided",
            "made_on": sys.argv[1],
            "rtol": 1e-9,
            "why_rtol": "sums of up to 529 products of binomial probabilities; the "
            "largest error is a search to 1e-10 in the proportion, where it is flat",
            "cases": [case(*design) for design in DESIGNS],
        },
        indent=2,
    )
)
