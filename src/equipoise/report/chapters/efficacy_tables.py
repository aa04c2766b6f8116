"""Tables of efficacy."""

from __future__ import annotations

from equipoise.analyze.result import Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.cells import number
from equipoise.report.content import Lookup, Row, Table, interval, share


def proportion_table(protocol: Protocol, results: Results) -> Table | None:
    """Each proportion by arm, with difference, interval and exact p-value."""
    find = Lookup(results)
    rows: list[Row] = []
    for endpoint in protocol.endpoints:
        if endpoint.type not in ("binary", "incidence"):
            continue
        row = results[endpoint.id]
        arms = tuple(
            share(
                find(f"{endpoint.id}.count.{arm.id}"),
                find(f"{endpoint.id}.proportion.{arm.id}"),
            )
            for arm in protocol.arms
        )
        difference = interval(row, digits=1, scale=100)
        rows.append((called(endpoint), (*arms, difference, (number(row, "p"),))))
    if not rows:
        return None
    heads = [f"{arm.label}, n/N (%)" for arm in protocol.arms]
    return Table(
        "proportions",
        "Response, remission and adverse events",
        ("Endpoint", *heads, "Difference, points (CI)", "p"),
        tuple(rows),
        "Intervals of Miettinen and Nurminen; p-values of Fisher's exact test.",
    )


def survival_table(protocol: Protocol, results: Results) -> Table | None:
    """Median time to each event by arm."""
    find = Lookup(results)
    rows: list[Row] = []
    for endpoint in protocol.endpoints:
        if endpoint.type != "time-to-event":
            continue
        for arm in protocol.arms:
            median = find(f"{endpoint.id}.median.{arm.id}")
            cells = (
                (number(median, "n", 0),),
                (number(find(f"{endpoint.id}.events.{arm.id}"), digits=0),),
                interval(median, digits=1),
            )
            rows.append((f"{endpoint.label}: {arm.label}", cells))
    if not rows:
        return None
    return Table(
        "time-to-event",
        "Time to event",
        ("Endpoint and arm", "At risk", "Events", "Median, days (CI)"),
        tuple(rows),
        "Kaplan-Meier. A dash: not reached, or not estimable.",
    )


def called(endpoint: Endpoint) -> str:
    """An endpoint with its level."""
    return f"{endpoint.label} ({endpoint.level})"
