"""Table of the supporting methods that endpoints ask for by name."""

from __future__ import annotations

from dataclasses import replace

from equipoise.analyze.result import Results
from equipoise.analyze.strata import strata_text
from equipoise.protocol.model import Protocol
from equipoise.protocol.supporting_methods import SUPPORTING_METHODS
from equipoise.report.blocks import Lookup, Row, Table
from equipoise.report.chapters.binary_tables import (
    GROUP,
    INDENT,
    confidence,
    grouped,
    with_reason,
)
from equipoise.report.table_cells import Cell, decimals, number


def supporting_methods_table(protocol: Protocol, results: Results) -> Table | None:
    """Each estimate with its interval and P value; None where no endpoint has one."""
    find, digits = Lookup(results), decimals(protocol)
    places = {
        "score": (digits.score, 1),
        "proportion": (digits.difference, 100),
        "ratio": (digits.ratio, 1),
        "test": (digits.ratio, 1),
    }
    endpoints = [e for e in protocol.endpoints if e.analysis.supporting]
    if not endpoints:
        return None
    rows: list[Row] = []
    reasons: list[tuple[str, str]] = []
    for endpoint in endpoints:
        rows.append((endpoint.label, ((Cell(""),), (Cell(""),))))
        for name in endpoint.analysis.supporting:
            method, row = SUPPORTING_METHODS[name], find(f"{endpoint.id}.{name}")
            if row is None:
                continue
            label = method.label
            if method.strata:
                label += f", {strata_text(protocol, endpoint)}"
            if method.kind == "proportion":
                label += ", percentage points"
            decimals_of, scale = places[method.kind]
            blank = method.kind == "test" and row.p is not None
            cells = (Cell(""),) if blank else with_reason(row, decimals_of, scale)
            rows.append((f"{INDENT}{label}", (cells, (number(row, "p"),))))
            reason = str(row.note).partition("not estimable: ")[2]
            if reason:
                reasons.append((label, reason))
    note = (
        "Supporting methods that the protocol names; their P values do not come from "
        "planned tests. Continuous outcomes: as observed at the visit of the estimate, "
        "without imputation. –: not given by the method. "
    )
    table = Table(
        "supporting-methods",
        "Supporting methods",
        (
            "Measure",
            f"Estimate ({confidence(endpoints)})",
            "P",
        ),
        tuple(rows),
        (note + grouped(reasons)).strip(),
    )
    populations = {endpoint.estimand.population for endpoint in endpoints}
    common = populations.pop() if len(populations) == 1 else table.population
    return replace(table, group=GROUP, population=common)
