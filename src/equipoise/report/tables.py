"""The tables of a report."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.analyze.baseline import EVERYBODY
from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.cells import Cell, number, score_label

Row = tuple[str, tuple[tuple[Cell, ...], ...]]  # label, then cells of several numbers


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the page.

    Attributes:
        name: of its CSV file.
        head: column labels, the first that of the rows.
        rows: label and cells; a cell holds one or more numbers with text between.
        note: below the table.
    """

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""


class Lookup:
    """Estimates by id; None where there is none."""

    def __init__(self, results: Results) -> None:
        self.by_id = {row.id: row for row in results}

    def __call__(self, name: str) -> Estimate | None:
        """The estimate with this id."""
        return self.by_id.get(name)


def baseline_table(protocol: Protocol, results: Results) -> Table:
    """Who was randomized, by arm and together; no tests (CONSORT 2025, item 24)."""
    find = Lookup(results)
    groups = [*(arm.id for arm in protocol.arms), EVERYBODY]
    rows: list[Row] = []
    for part in protocol.characteristics:
        if not part.baseline_table:
            continue
        if part.type == "number":
            unit = f", {part.unit}" if part.unit else ""
            rows.append(_mean_sd(find, part.id, f"{part.label}{unit}", groups))
            continue
        rows.append((f"{part.label}, n (%)", ((Cell(""),),) * len(groups)))
        for level in part.values:
            label = f"\u2003{part.labels.get(level, level)}"
            cells = tuple(
                (
                    number(find(f"baseline.{part.id}.count.{level}.{g}"), digits=0),
                    Cell(" ("),
                    number(find(f"baseline.{part.id}.percent.{level}.{g}"), digits=0),
                    Cell(")"),
                )
                for g in groups
            )
            rows.append((label, cells))
    scores = dict.fromkeys(e.variable.score for e in protocol.endpoints)
    rows += [
        _mean_sd(find, score, score_label(protocol, score), groups)
        for score in scores
        if score is not None
    ]
    heads = [f"{arm.label} (n = {_n(find, arm.id)})" for arm in protocol.arms]
    return Table(
        "baseline",
        "Participants at baseline",
        ("", *heads, "All"),
        tuple(rows),
        "Mean (SD) unless stated. No tests: differences at baseline are due to chance.",
    )


def continuous_table(protocol: Protocol, results: Results) -> Table | None:
    """Difference of each continuous endpoint at the visit of its estimate."""
    find = Lookup(results)
    rows: list[Row] = []
    for endpoint in protocol.endpoints:
        if endpoint.type != "continuous":
            continue
        row = results[endpoint.id]
        pair = endpoint.estimand.treatment
        means = tuple(
            interval(find(f"{endpoint.id}.ls-mean.{row.visit}.{arm}"))
            for arm in (pair.arm, pair.versus)
        )
        rows.append(
            (
                called(endpoint),
                (
                    *means,
                    interval(row),
                    (number(row, "std_error"),),
                    (number(row, "p"),),
                    (number(find(f"{endpoint.id}.effect-size.{row.visit}")),),
                ),
            )
        )
    if not rows:
        return None
    first = next(e for e in protocol.endpoints if e.type == "continuous")
    pair = first.estimand.treatment
    arms = protocol.arm(pair.arm).label, protocol.arm(pair.versus).label
    return Table(
        "continuous",
        "Continuous endpoints",
        (
            "Endpoint",
            *(f"{a}, mean (CI)" for a in arms),
            "Difference (CI)",
            "SE",
            "p",
            "d",
        ),
        tuple(rows),
        "Adjusted means and differences of the mixed model. d: difference divided by the "
        "model's standard deviation at that visit. p-values are not adjusted for their "
        "number: only the primary endpoint was tested at the stated level.",
    )


def standardized_table(protocol: Protocol, results: Results) -> Table | None:
    """Every effect size at the visit of the estimate, each by its name."""
    find = Lookup(results)
    rows: list[Row] = []
    for endpoint in protocol.endpoints:
        if endpoint.type != "continuous":
            continue
        at = results[endpoint.id].visit
        cells = tuple(
            interval(find(f"{endpoint.id}.{name}.{at}"))
            for name in (
                "effect-size",
                "effect-size-baseline",
                "effect-size-t",
                "hedges-g",
            )
        )
        rows.append((called(endpoint), cells))
    if not rows:
        return None
    return Table(
        "standardized",
        "Standardized differences",
        ("Endpoint", "d, model SD", "d, baseline SD", "d, 2t/√df", "g, model SD"),
        tuple(rows),
        "Cohen's d by three definitions, Hedges' g by the first. Intervals are normal, "
        "with variance 1/n1 + 1/n2 + d²/(2(N − 2)). All visits stand in results.json.",
    )


def sensitivity_table(protocol: Protocol, results: Results) -> Table | None:
    """The same question under other assumptions about what is missing."""
    find = Lookup(results)
    rows: list[Row] = []
    for endpoint in protocol.endpoints:
        if not endpoint.sensitivity:
            continue
        answer = results[endpoint.id]
        cells = interval(answer), (number(answer, "p"),), (Cell(""),)
        rows.append((f"{endpoint.label}: as planned", cells))
        for part in endpoint.sensitivity:
            row = find(f"{endpoint.id}.sensitivity.{part.id}")
            delta = find(f"{endpoint.id}.tipping-point.{part.id}")
            cells = interval(row), (number(row, "p"),), (number(delta, digits=1),)
            rows.append((f"\u2003{part.label}", cells))
    if not rows:
        return None
    return Table(
        "sensitivity",
        "Sensitivity to what is missing",
        ("Analysis", "Difference (CI)", "p", "Tipping point"),
        tuple(rows),
        "Imputation by conditional means, jackknife intervals. Tipping point: points added "
        "to each imputed outcome of the treated arm until the interval holds zero; 0 "
        "where it holds zero already; a dash where none does.",
    )


def proportion_table(protocol: Protocol, results: Results) -> Table | None:
    """Each proportion by arm, with difference, interval and exact p-value."""
    find = Lookup(results)
    rows: list[Row] = []
    for endpoint in protocol.endpoints:
        if endpoint.type not in ("binary", "incidence"):
            continue
        row = results[endpoint.id]
        arms = tuple(
            _share(
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


def events_table(protocol: Protocol, results: Results) -> Table | None:
    """Participants with each adverse event, by arm."""
    terms: dict[str, list[Estimate]] = {}
    for row in results.select(endpoint="events"):
        terms.setdefault(str(row.note), []).append(row)
    if not terms:
        return None
    rows = tuple(
        (term, tuple((number(row, digits=0),) for row in found))
        for term, found in terms.items()
    )
    heads = [f"{arm.label}, participants" for arm in protocol.arms]
    return Table("adverse-events", "Adverse events by term", ("Term", *heads), rows)


def exposure_table(protocol: Protocol, results: Results) -> Table | None:
    """Participants by number of infusions received."""
    found = results.select(endpoint="exposure")
    if not found:
        return None
    steps: dict[str, list[Estimate]] = {}
    for row in found:
        steps.setdefault(str(row.note), []).append(row)
    rows = tuple(
        (label, tuple((number(row, digits=0),) for row in cells))
        for label, cells in steps.items()
    )
    heads = [arm.label for arm in protocol.arms]
    return Table("exposure", "Infusions received", ("Participants with", *heads), rows)


def _mean_sd(find: Lookup, name: str, label: str, groups: list[str]) -> Row:
    cells = tuple(
        (
            number(find(f"baseline.{name}.mean.{g}"), digits=1),
            Cell(" ("),
            number(find(f"baseline.{name}.sd.{g}"), digits=1),
            Cell(")"),
        )
        for g in groups
    )
    return label, cells


def interval(
    row: Estimate | None, digits: int = 2, scale: float = 1
) -> tuple[Cell, ...]:
    """An estimate and its interval, if it has one."""
    if row is None or row.estimate is None or row.lower is row.upper is None:
        return (number(row, "estimate", digits, scale),)
    return (
        number(row, "estimate", digits, scale),
        Cell(" ("),
        number(row, "lower", digits, scale),
        Cell(" to "),
        number(row, "upper", digits, scale),
        Cell(")"),
    )


def _share(count: Estimate | None, share: Estimate | None) -> tuple[Cell, ...]:
    return (
        number(count, digits=0),
        Cell("/"),
        number(count, "n", 0),
        Cell(" ("),
        number(share, digits=0, scale=100),
        Cell(")"),
    )


def called(endpoint: Endpoint) -> str:
    """An endpoint with its level."""
    return f"{endpoint.label} ({endpoint.level})"


def _n(find: Lookup, arm: str) -> str:
    row = find(f"flow.allocated.{arm}")
    return "–" if row is None else str(row.n)
