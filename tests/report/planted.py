"""Results in which every number is another one: what is printed says where it is from."""

from __future__ import annotations

from dataclasses import replace

from equipoise.analyze.result import Estimate, Results

# Where the statistic of an estimate says which infusion, minute or day it is about.
TESTS = ("difference", "interaction", "log-rank", "test", "adjusted-risk-difference")


def planted(results: Results) -> Results:
    """The results with distinct numbers; what is missing stays missing."""
    return replace(
        results,
        estimates=tuple(
            _planted(row, number) for number, row in enumerate(results.estimates)
        ),
    )


def _planted(row: Estimate, number: int) -> Estimate:
    base = 0.001 + number * 0.0137
    if row.analysis in ("proportion", "risk-difference", "survival", "at-visit"):
        base = 0.0103 + (number * 0.000137) % 0.9
    made = {
        "estimate": base,
        "std_error": base + 0.0031,
        "lower": base - 0.0041,
        "upper": base + 0.0053,
        "df": 11.0 + number * 0.0173,
        "p": 0.06 + (number * 0.000171) % 0.9,
        "statistic": base + 0.0071,
        "n": 1000 + number,
    }
    if _is_proportion(row):
        made["statistic"] = 0.0103 + (number * 0.000137) % 0.9
    elif not row.analysis.startswith(TESTS):
        del made["statistic"]
    if row.analysis in ("count", "event-count", "marked", "shift", "guess", "missing"):
        made["estimate"] = 100_000.0 + number
    changes = {k: v for k, v in made.items() if getattr(row, k) is not None}
    return replace(row, **changes)  # type: ignore[arg-type]


def _is_proportion(row: Estimate) -> bool:
    """The statistic of a count is its proportion."""
    if row.statistic is None or row.estimate is None or not row.n:
        return False
    return row.estimate >= 0 and abs(row.statistic - row.estimate / row.n) < 1e-12
