"""Tables of further measures: one measure a row, with estimate, interval and p."""

from __future__ import annotations

from equipoise.analyze.result import Results
from equipoise.protocol.model import Protocol
from equipoise.report.cells import Cell, number
from equipoise.report.chapters.efficacy_tables import called
from equipoise.report.content import Lookup, Row, Table, interval

MEASURES = (  # estimate, in words, scale
    ("newcombe", "difference, points, interval of Newcombe", 100),
    ("adjusted-risk-difference", "difference, points, adjusted for covariates", 100),
    ("risk-ratio", "risk ratio, score interval", 1),
    ("odds-ratio", "odds ratio, score interval", 1),
    ("nnt", "number needed to treat", 1),
    ("boschloo", "Boschloo's exact test", 1),
    ("barnard", "Barnard's exact test", 1),
)
COMPARED = (  # estimate, in words, digits
    ("log-rank", "log-rank test", 2),
    ("rmst-difference", "difference of restricted mean times, days", 1),
    ("hazard-ratio", "hazard ratio, Cox", 2),
    ("time-ratio", "ratio of times, Weibull, interval-censored", 2),
)


def measures_table(protocol: Protocol, results: Results) -> Table | None:
    """Other measures of each response: ratios, number needed to treat, exact tests."""
    find = Lookup(results)
    rows: list[Row] = []
    for endpoint in protocol.endpoints:
        if endpoint.type != "binary":
            continue
        rows.append((called(endpoint), ((Cell(""),), (Cell(""),))))
        for name, label, scale in MEASURES:
            row = find(f"{endpoint.id}.{name}")
            if row is not None:
                digits = 1 if scale == 100 or name == "nnt" else 2
                cells = interval(row, digits, scale), (number(row, "p"),)
                rows.append((f"\u2003{label}", cells))
    if not rows:
        return None
    return Table(
        "response-measures",
        "Response by other measures",
        ("Measure", "Estimate (CI)", "p"),
        tuple(rows),
        "The number needed to treat has no interval where it would run through infinity.",
    )


def comparisons_table(protocol: Protocol, results: Results) -> Table | None:
    """Comparisons of the arms in time to each event."""
    find = Lookup(results)
    rows: list[Row] = []
    for endpoint in protocol.endpoints:
        if endpoint.type != "time-to-event":
            continue
        rows.append((called(endpoint), ((Cell(""),), (Cell(""),))))
        for name, label, digits in COMPARED:
            row = find(f"{endpoint.id}.{name}")
            cells = interval(row, digits), (number(row, "p"),)
            rows.append((f"\u2003{label}", cells))
    if not rows:
        return None
    return Table(
        "time-comparisons",
        "Time to event: comparisons",
        ("Measure", "Estimate (CI)", "p"),
        tuple(rows),
        "Among those for whom it held at time zero: randomization does not protect these "
        "comparisons. A dash: not estimable, or no estimate.",
    )
