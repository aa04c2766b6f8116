"""The table of non-inferiority: each difference with its interval against its margin."""

from __future__ import annotations

from equipoise.analyze.noninferiority import verdict
from equipoise.analyze.result import Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.margin import difference_at_margin, direction, margin_text
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Lookup, Row, Table, interval
from equipoise.report.chapters.continuous_tables import (
    called,
    compared,
    confidence,
    finished,
)
from equipoise.report.table_cells import Cell, decimals, number

CONCLUSIONS = {
    "non-inferior": "non-inferior",
    "inferior": "inferior by more than the margin",
    "inconclusive": "non-inferiority not shown",
    None: "not estimable",
}


def noninferiority_table(protocol: Protocol, results: Results) -> Table | None:
    """One row for each endpoint with a margin; None if there is none."""
    endpoints = [e for e in protocol.endpoints if e.analysis.margin is not None]
    if not endpoints:
        return None
    find, digits = Lookup(results), decimals(protocol)
    rows: list[Row] = []
    for endpoint in endpoints:
        answer = results[endpoint.id]
        binary = endpoint.type == "binary"
        scale, places = (100, digits.difference) if binary else (1, digits.score)
        cells = (
            (Cell(compared(protocol, endpoint)),),
            interval(answer, places, scale=scale),
            (Cell(_limit(protocol, endpoint)),),
            (number(find(f"{endpoint.id}.noninferiority"), "p"),),
            (Cell(CONCLUSIONS[verdict(protocol, endpoint, answer)]),),
        )
        rows.append((called(endpoint), cells))
    table = Table(
        "noninferiority",
        "Non-inferiority",
        ("Endpoint", "Comparison", f"Difference ({confidence(endpoints)})",
         "Margin", "One-sided P", "Conclusion"),
        tuple(rows),
        "Margin: the difference at which the first arm counts as inferior, with its sign. "
        "Non-inferiority is shown if the whole interval is on the better side of the "
        "margin. P: of a difference at the margin or worse. Differences of proportions "
        "are in percentage points.",
    )  # fmt: skip
    return finished(table, endpoints)


def _limit(protocol: Protocol, endpoint: Endpoint) -> str:
    """``3 points (lower is better)``, with the sign of the difference at the margin."""
    sign = "" if (difference_at_margin(protocol, endpoint) or 0.0) > 0 else "−"
    return f"{sign}{margin_text(endpoint)} ({direction(protocol, endpoint)} is better)"
