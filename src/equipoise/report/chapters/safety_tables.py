"""Tables of safety: adverse events, their trend, vital signs."""

from __future__ import annotations

from equipoise.analyze.result import Estimate, Results
from equipoise.analyze.safety.vital_signs import EVERY, STATES
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.cells import Cell, number
from equipoise.report.content import Lookup, Row, Table, interval, share

OVERVIEW = (
    ("serious", "Serious"),
    ("related", "Related in the view of the investigator"),
    ("severity-mild", "Worst event mild"),
    ("severity-moderate", "Worst event moderate"),
    ("severity-severe", "Worst event severe"),
    ("severity-unknown", "Severity not recorded"),
    ("related-unknown", "Relation not recorded of some event"),
    ("serious-unknown", "Seriousness not recorded of some event"),
)


def overview_table(protocol: Protocol, results: Results) -> Table | None:
    """Participants by seriousness, relation and worst severity; rates."""
    find = Lookup(results)
    if find("events.rate-ratio") is None:
        return None
    arms = [arm.id for arm in protocol.arms]
    rows: list[Row] = []
    for name, label in OVERVIEW:
        cells = tuple(share(find(f"events.{name}.{arm}")) for arm in arms)
        own = find(f"events.{name}.difference")
        rows.append((label, (*cells, interval(own, 1, 100) if own else (Cell(""),))))
    rates = tuple(interval(find(f"events.rate.{arm}"), 1) for arm in arms)
    ratio = (Cell("ratio "), *interval(find("events.rate-ratio")))
    rows.append(("Events in 100 person-weeks (CI)", (*rates, ratio)))
    return Table(
        "adverse-events-overview",
        "Adverse events by seriousness, relation and severity",
        ("", *_heads(protocol, "participants"), "Difference, points (CI)"),
        tuple(rows),
        "Events since the first infusion. Participants count once. Intervals of Miettinen "
        "and Nurminen; of rates exact.",
    )


def events_table(protocol: Protocol, results: Results) -> Table | None:
    """Participants and events of each term, with the risk difference."""
    find = Lookup(results)
    terms = [
        row
        for row in results.select(endpoint="events", analysis="risk-difference")
        if row.id.startswith("events.term-")
    ]
    if not terms:
        return None
    rows = []
    for term in terms:
        name = term.id.removesuffix(".difference")
        cells = tuple(
            (
                *share(find(f"{name}.{arm.id}")),
                Cell(" ["),
                number(find(f"{name}.events.{arm.id}"), digits=0),
                Cell("]"),
            )
            for arm in protocol.arms
        )
        rows.append((str(term.note), (*cells, interval(term, 1, 100))))
    return Table(
        "adverse-events",
        "Adverse events by term",
        ("Term", *_heads(protocol, "n/N [events]"), "Difference, points (CI)"),
        tuple(rows),
        "The most frequent first. Terms as recorded; they are not coded.",
    )


def trend_table(protocol: Protocol, results: Results, endpoint: Endpoint) -> Table:
    """Participants with an event after each infusion, and the trend."""
    find = Lookup(results)
    found = results.select(endpoint=endpoint.id, analysis="proportion-by-infusion")
    numbers = sorted({int(row.statistic or 0) for row in found})
    arms = [arm.id for arm in protocol.arms]
    rows: list[Row] = [
        (
            f"Infusion {k}",
            (
                *(_percent(find(f"{endpoint.id}.infusion-{k}.{arm}")) for arm in arms),
                (Cell(""),),
            ),
        )
        for k in numbers
    ]
    trends = tuple(interval(find(f"{endpoint.id}.trend.{arm}")) for arm in arms)
    ratio = (Cell("ratio "), *interval(find(f"{endpoint.id}.trend.difference")))
    rows.append(("Odds ratio for each further infusion (CI)", (*trends, ratio)))
    p = tuple((number(find(f"{endpoint.id}.trend.{arm}"), "p"),) for arm in arms)
    both = (number(find(f"{endpoint.id}.trend.difference"), "p"),)
    rows.append(("p", (*p, both)))
    return Table(
        f"{endpoint.id}-by-infusion",
        endpoint.label,
        ("", *_heads(protocol, "% of those infused (n)"), "Between arms"),
        tuple(rows),
        "An event counts for an infusion if it started on its day or on the day after. "
        "Trend by generalized estimating equations; below 1: fewer with each infusion.",
    )


def vital_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """Mean change from before the infusion at each minute, over all infusions."""
    find = Lookup(results)
    found = results.select(endpoint=endpoint.id, analysis="vital-change", visit=EVERY)
    minutes = sorted({row.statistic or 0.0 for row in found})
    if not minutes:
        return None
    rows: list[Row] = []
    for name in endpoint.variable.measurements:
        rows.append((name, ((Cell(""),),) * len(protocol.arms)))
        for minute in minutes:
            start = f"{endpoint.id}.change.{name}.{EVERY}.min-{minute:g}"
            cells = tuple(interval(find(f"{start}.{a.id}"), 1) for a in protocol.arms)
            rows.append((f"\u2003minute {minute:g}", cells))
    return Table(
        "vital-signs",
        "Vital signs: change from before the infusion",
        ("", *_heads(protocol, "mean (CI)")),
        tuple(rows),
        "Mean of each participant's infusions, then of participants. Each infusion by "
        "itself stands in results.json.",
    )


def marked_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """Participants with values that a rule of the protocol marks."""
    find = Lookup(results)
    rows = tuple(
        (
            str(rule.note),
            tuple(
                share(find(rule.id.replace(".rule.", ".marked.") + f".{arm.id}"))
                for arm in protocol.arms
            ),
        )
        for rule in results.select(endpoint=endpoint.id, analysis="rule")
    )
    if not rows:
        return None
    return Table(
        "vital-signs-marked",
        "Participants with marked values",
        ("Rule of the protocol", *_heads(protocol, "n/N")),
        rows,
    )


def shift_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """State before the first infusion, and the worst afterwards."""
    find = Lookup(results)
    rows: list[Row] = []
    for name in endpoint.variable.measurements:
        for one in STATES[:3]:
            for other in STATES:
                start = f"{endpoint.id}.shift.{name}.{_id(one)}.{_id(other)}"
                cells = [find(f"{start}.{arm.id}") for arm in protocol.arms]
                if any(row is not None and row.estimate for row in cells):
                    label = f"{name}: {one} → {other}"
                    rows.append((label, tuple(share(row) for row in cells)))
    if not rows:
        return None
    return Table(
        "vital-signs-shift",
        "Vital signs: shift from before the first infusion to the worst value afterwards",
        ("Shift", *_heads(protocol, "n/N")),
        tuple(rows),
        "By the limits of the protocol's rules. Shifts of nobody are left out.",
    )


def acute_table(protocol: Protocol, results: Results, endpoint: Endpoint) -> Table:
    """Peak, time back and share back by infusion; the trend of the peak."""
    find = Lookup(results)
    peaks = results.select(endpoint=endpoint.id, analysis="peak")
    numbers = sorted({int(row.statistic or 0) for row in peaks})
    rows: list[Row] = []
    for arm in protocol.arms:
        blank = (Cell(""),)
        rows.append((arm.label, (blank,) * 4))
        for k in numbers:
            at = f"infusion-{k}.{arm.id}"
            rows.append(
                (
                    f"\u2003infusion {k}",
                    (
                        interval(find(f"{endpoint.id}.peak.{at}"), 1),
                        (number(find(f"{endpoint.id}.back.{at}"), digits=0),),
                        _percent(find(f"{endpoint.id}.within-120.{at}")),
                        _percent(find(f"{endpoint.id}.within-240.{at}")),
                    ),
                )
            )
        every = f"every-infusion.{arm.id}"
        rows.append(
            (
                "\u2003after every infusion",
                (
                    blank,
                    blank,
                    _percent(find(f"{endpoint.id}.within-120.{every}")),
                    _percent(find(f"{endpoint.id}.within-240.{every}")),
                ),
            )
        )
        trend = find(f"{endpoint.id}.attenuation.{arm.id}")
        cells = (interval(trend), (Cell("p "), number(trend, "p")), blank, blank)
        rows.append(("\u2003change of the peak with each infusion", cells))
    return Table(
        endpoint.id,
        endpoint.label,
        (
            "",
            "Peak, mean (CI)",
            "Back, min",
            "Back in 2 h, % (n)",
            "Back in 4 h, % (n)",
        ),
        tuple(rows),
        "Back: first rating after the peak at or below that before the infusion, median; "
        "a dash where half were not seen to come back. Trend by a mixed model in each arm.",
    )


def _percent(row: Estimate | None) -> tuple[Cell, ...]:
    return (
        number(row, digits=0, scale=100),
        Cell(" ("),
        number(row, "n", 0),
        Cell(")"),
    )


def _heads(protocol: Protocol, what: str) -> list[str]:
    return [f"{arm.label}, {what}" for arm in protocol.arms]


def _id(state: str) -> str:
    return state.replace(" ", "-")
