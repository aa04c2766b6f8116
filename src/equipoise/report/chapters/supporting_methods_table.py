"""Table of the supporting methods that endpoints ask for by name."""

from __future__ import annotations

from dataclasses import replace

from equipoise.analyze.result import Estimate, Results
from equipoise.analyze.time_to_event.event_labels import event_labels
from equipoise.protocol.model import Protocol
from equipoise.protocol.supporting_methods import SUPPORTING_METHODS
from equipoise.report.blocks import Lookup, Row, Table
from equipoise.report.by_arm import Cells
from equipoise.report.chapters.binary_tables import (
    GROUP,
    INDENT,
    compared,
    confidence,
    grouped,
    with_reason,
)
from equipoise.report.chapters.supporting_plan import adjustment
from equipoise.report.table_cells import Cell, decimals, number, sentence_case

BLANK: Cells = (Cell(""),)
SAFETY_GROUP = "14.3.1"
OF_DATA = (
    "not estimable: ",
    "participants excluded",
    "largest statistic",
    "dispersion",
)


def supporting_methods_table(
    protocol: Protocol, results: Results, *, safety: bool = False
) -> Table | None:
    """Each estimate with its interval and P value; None where no endpoint has one.

    Args:
        protocol: of the trial.
        results: of the analysis.
        safety: of the incidences of adverse events, and not of the other endpoints.
    """
    find, digits = Lookup(results), decimals(protocol)
    places = {
        "score": (digits.score, 1),
        "proportion": (digits.difference, 100),
        "ratio": (digits.ratio, 1),
        "rate": (digits.ratio, 1),
        "test": (digits.ratio, 1),
    }
    endpoints = [
        e
        for e in protocol.endpoints
        if set(e.analysis.supporting) - {e.analysis.planned}
        and (e.type == "incidence") == safety
    ]
    if not endpoints:
        return None
    rows: list[Row] = []
    reasons: list[tuple[str, str]] = []
    for endpoint in endpoints:
        rows.append((endpoint.label, (BLANK, BLANK, BLANK)))
        for name in endpoint.analysis.supporting:
            if name == endpoint.analysis.planned:
                continue  # it is in the table of the planned analysis
            method, row = SUPPORTING_METHODS[name], find(f"{endpoint.id}.{name}")
            if row is None:
                continue
            label = method.label
            more = adjustment(protocol, endpoint, name)
            if more:
                label += f", {more.replace('; ', ', ')}"
            if method.kind == "proportion":
                label += ", percentage points"
            decimals_of, scale = places[method.kind]
            blank = method.kind == "test" and row.p is not None
            cells = BLANK if blank else with_reason(row, decimals_of, scale)
            rows.append(
                (
                    f"{INDENT}{label}",
                    ((number(row, "n", 0),), cells, (number(row, "p"),)),
                )
            )
            reasons += [(label, text) for text in _of_the_data(row)]
    pairs = compared(protocol, endpoints).replace(" minus ", " against ")
    note = (
        f"Supporting methods that the protocol names ({pairs}); their P values do not "
        "come from planned tests. n: participants of the analysis. "
    )
    types = {endpoint.type for endpoint in endpoints}
    if "continuous" in types:
        note += (
            "Continuous outcomes: as observed at the visit of the estimate, without "
            "imputation; estimating equations use all visits. "
        )
    if safety:
        note += (
            "Rates count every treatment-emergent event of the kind of the endpoint, in "
            "the time in which an event would be treatment-emergent. "
        )
    note += "–: not given by the method. "
    cautions = {
        event_labels(protocol, endpoint).caution: None
        for endpoint in endpoints
        if endpoint.type == "time-to-event"
    }
    note += "".join(f"{sentence_case(text)}. " for text in cautions if text)
    table = Table(
        "supporting-methods-safety" if safety else "supporting-methods",
        "Rates of adverse events: supporting methods"
        if safety
        else "Supporting methods",
        (
            "Measure",
            "n",
            f"Estimate ({confidence(endpoints)})",
            "P",
        ),
        tuple(rows),
        (note + grouped(reasons)).strip(),
    )
    populations = {endpoint.estimand.population for endpoint in endpoints}
    common = populations.pop() if len(populations) == 1 else table.population
    return replace(table, group=SAFETY_GROUP if safety else GROUP, population=common)


def _of_the_data(row: Estimate) -> list[str]:
    """What the note of an estimate says of the data, besides the method."""
    return [
        part.removeprefix("not estimable: ")
        for part in str(row.note).split("; ")
        if part.startswith(OF_DATA) or "is the same in all" in part
    ]
