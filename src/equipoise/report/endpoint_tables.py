"""The answers of the endpoints, as tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from equipoise.analyze.plan import visits
from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.estimand import Endpoint, Treatment
from equipoise.protocol.model import Protocol
from equipoise.report.cells import (
    Cell,
    Cells,
    in_brackets,
    interval,
    number,
    score_label,
    words,
)
from equipoise.report.table import Lookup, Row, Table

UNADJUSTED = (
    "p-values and intervals are not adjusted for the number of endpoints: only the "
    "primary endpoint answers the question of the trial, the others describe."
)


def continuous_tables(protocol: Protocol, results: Results) -> list[Table]:
    """Adjusted means and difference of each continuous endpoint, at its visit.

    There is one table for each pair of arms that is compared.
    """
    find = Lookup(results)
    chosen = [e for e in protocol.endpoints if e.type == "continuous"]
    made = []
    for number_, (pair, endpoints) in enumerate(_by_pair(chosen), start=1):
        labels = [protocol.arm(arm).label for arm in (pair.arm, pair.versus)]
        made.append(
            Table(
                "continuous" if number_ == 1 else f"continuous-{number_}",
                f"Continuous endpoints: {labels[0]} against {labels[1]}",
                (
                    words("Endpoint"),
                    *(words(f"{label}, mean (SE)") for label in labels),
                    words("Difference"),
                    words(_interval_head(endpoints)),
                    words("p"),
                    words("d"),
                ),
                _by_level(endpoints, lambda e: _continuous(find, results, e)),
                (
                    "Means and differences are those of the mixed model, at the visit "
                    "of the endpoint. d: difference divided by the model's standard "
                    "deviation at that visit.",
                    UNADJUSTED,
                    *_remarks(results, endpoints),
                ),
            )
        )
    return made


def visit_tables(protocol: Protocol, results: Results) -> list[Table]:
    """Means by visit as observed and differences of the model, endpoint by endpoint."""
    find = Lookup(results)
    return [
        _by_visit(protocol, find, endpoint)
        for endpoint in protocol.endpoints
        if endpoint.type == "continuous" and endpoint.level != "exploratory"
    ]


def proportion_table(protocol: Protocol, results: Results) -> Table | None:
    """Each proportion by arm, with difference, interval and exact p-value."""
    return _proportions(
        protocol, results, "binary", "proportions", "Response and other proportions"
    )


def incidence_table(protocol: Protocol, results: Results) -> Table | None:
    """Participants with adverse events of each kind that an endpoint names."""
    return _proportions(
        protocol, results, "incidence", "incidence", "Participants with adverse events"
    )


def survival_table(protocol: Protocol, results: Results) -> Table | None:
    """Participants at risk, events and median time by arm, and the log-rank test."""
    find = Lookup(results)
    chosen = [e for e in protocol.endpoints if e.type == "time-to-event"]
    if not chosen:
        return None
    rows: list[Row] = []
    notes: list[str] = []
    for endpoint in chosen:
        rows.append(Row(endpoint.label))
        for arm in protocol.arms:
            median = find(f"{endpoint.id}.median.{arm.id}")
            cells: tuple[Cells, ...] = (
                (number(median, "n", 0),),
                (number(find(f"{endpoint.id}.events.{arm.id}"), digits=0),),
                (number(median, digits=1),),
                interval(median, digits=1),
                (),
            )
            rows.append(Row(arm.label, cells, indent=True))
        test = find(f"{endpoint.id}.log-rank")
        if test is not None:
            nothing: tuple[Cells, ...] = ((),) * 4
            rows.append(
                Row("Log-rank test", (*nothing, (number(test, "p"),)), indent=True)
            )
            notes.append(f"{endpoint.label}: {test.note}.")
    return Table(
        "time-to-event",
        "Time to event",
        (
            words("Endpoint"),
            words("At risk"),
            words("Events"),
            words("Median, days"),
            words(_interval_head(chosen)),
            words("p"),
        ),
        tuple(rows),
        ("Kaplan-Meier estimates. A dash: not reached, or not estimable.", *notes),
    )


def _by_pair(endpoints: Sequence[Endpoint]) -> list[tuple[Treatment, list[Endpoint]]]:
    found: dict[tuple[str, str], tuple[Treatment, list[Endpoint]]] = {}
    for endpoint in endpoints:
        pair = endpoint.estimand.treatment
        found.setdefault((pair.arm, pair.versus), (pair, []))[1].append(endpoint)
    return list(found.values())


def _by_level(
    endpoints: Sequence[Endpoint], cells: Callable[[Endpoint], tuple[Cells, ...]]
) -> tuple[Row, ...]:
    """Rows below a heading for each level, in the order of the protocol."""
    rows: list[Row] = []
    for level in dict.fromkeys(e.level for e in endpoints):
        rows.append(Row(level.capitalize()))
        rows += [Row(e.label, cells(e)) for e in endpoints if e.level == level]
    return tuple(rows)


def _interval_head(endpoints: Sequence[Endpoint]) -> str:
    levels = {endpoint.analysis.level for endpoint in endpoints}
    return f"{100 * min(levels):g} % CI" if len(levels) == 1 else "CI"


def _continuous(
    find: Lookup, results: Results, endpoint: Endpoint
) -> tuple[Cells, ...]:
    row, pair = results[endpoint.id], endpoint.estimand.treatment
    means = [
        find(f"{endpoint.id}.ls-mean.{row.visit}.{arm}")
        for arm in (pair.arm, pair.versus)
    ]
    return (
        *(_mean_error(mean) for mean in means),
        (number(row),),
        interval(row),
        (number(row, "p"),),
        (number(find(f"{endpoint.id}.effect-size.{row.visit}")),),
    )


def _mean_error(mean: Estimate | None) -> Cells:
    if mean is None:
        return (number(mean),)
    return in_brackets(number(mean), number(mean, "std_error"))


def _by_visit(protocol: Protocol, find: Lookup, endpoint: Endpoint) -> Table:
    pair = endpoint.estimand.treatment
    score = score_label(protocol, endpoint.variable.score or "")
    rows = []
    start = protocol.schedule.baseline
    order = [start, *(v for v in visits(protocol, endpoint) if v != start)]
    for visit in order:
        cells: list[Cells] = []
        for arm in (pair.arm, pair.versus):
            mean = find(f"{endpoint.id}.observed.{visit}.{arm}")
            sd = find(f"{endpoint.id}.observed-sd.{visit}.{arm}")
            cells.append((number(mean, "n", 0),))
            cells.append(in_brackets(number(mean, digits=1), number(sd, digits=1)))
        row = find(f"{endpoint.id}.difference.{visit}")
        modelled: tuple[Cells, ...] = ((), (), ())
        if row is not None:
            modelled = ((number(row),), interval(row), (number(row, "p"),))
        label = protocol.schedule.visit(visit).label
        rows.append(Row(label, (*cells, *modelled)))
    heads = []
    for arm in (pair.arm, pair.versus):
        label = protocol.arm(arm).label
        heads += [words(f"{label}, n"), words("mean (SD)")]
    return Table(
        f"{endpoint.id}-by-visit",
        f"{score} by visit",
        (
            words("Visit"),
            *heads,
            words("Difference"),
            words(_interval_head([endpoint])),
            words("p"),
        ),
        tuple(rows),
        (
            "Means as observed, without ratings that the estimand leaves out; "
            f"differences in {_measured(endpoint)} of the mixed model.",
        ),
    )


def _measured(endpoint: Endpoint) -> str:
    return {
        "value": "the value",
        "change": "the change from baseline",
        "percent-change": "the percent change from baseline",
    }[endpoint.variable.measure]


def _proportions(
    protocol: Protocol, results: Results, kind: str, name: str, title: str
) -> Table | None:
    find = Lookup(results)
    chosen = [e for e in protocol.endpoints if e.type == kind]
    if not chosen:
        return None

    def cells(endpoint: Endpoint) -> tuple[Cells, ...]:
        row = results[endpoint.id]
        counts = (find(f"{endpoint.id}.count.{arm.id}") for arm in protocol.arms)
        shares = (find(f"{endpoint.id}.proportion.{arm.id}") for arm in protocol.arms)
        return (
            *(_share(c, s) for c, s in zip(counts, shares, strict=True)),
            (number(row, digits=1, scale=100),),
            interval(row, digits=1, scale=100),
            (number(row, "p"),),
        )

    several = len(_by_pair(chosen)) > 1 or len(protocol.arms) > 2
    return Table(
        name,
        title,
        (
            words("Endpoint"),
            *(words(f"{arm.label}, n/N (%)") for arm in protocol.arms),
            words("Difference, points"),
            words(_interval_head(chosen)),
            words("p"),
        ),
        _by_level(chosen, cells),
        (
            "Difference in percentage points with the interval of Miettinen and "
            "Nurminen; p-values of Fisher's exact test.",
            *(_compared(protocol, e) for e in chosen if several),
            *_remarks(results, chosen),
        ),
    )


def _compared(protocol: Protocol, endpoint: Endpoint) -> str:
    pair = endpoint.estimand.treatment
    arm, versus = protocol.arm(pair.arm).label, protocol.arm(pair.versus).label
    return f"{endpoint.label}: {arm} minus {versus}."


def _share(count: Estimate | None, share: Estimate | None) -> Cells:
    if count is None or share is None:
        return (number(None),)
    n = number(count, "n", 0)
    percent = number(share, digits=0, scale=100)
    return (number(count, digits=0), Cell("/"), *in_brackets(n, percent))


def _remarks(results: Results, endpoints: Sequence[Endpoint]) -> list[str]:
    """What the analysis has to say about single answers."""
    rows = ((e.label, results[e.id].note) for e in endpoints)
    return [f"{label}: {note}." for label, note in rows if note]
