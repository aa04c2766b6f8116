"""Tables of efficacy."""

from __future__ import annotations

from equipoise.analyze.plan import visits
from equipoise.analyze.result import Results
from equipoise.analyze.testing_procedure import WORDS
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.cells import Cell, number
from equipoise.report.content import Lookup, Row, Table, interval


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
        "number.",
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


def called(endpoint: Endpoint) -> str:
    """An endpoint with its level."""
    return f"{endpoint.label} ({endpoint.level})"


def visits_table(protocol: Protocol, results: Results, endpoint: Endpoint) -> Table:
    """The difference at every visit, in points and standardized."""
    find = Lookup(results)
    labels = {visit.id: visit.label for visit in protocol.schedule.visits}
    pair = endpoint.estimand.treatment
    rows: list[Row] = []
    for visit in visits(protocol, endpoint):
        row = find(f"{endpoint.id}.difference.{visit}")
        means = tuple(
            interval(find(f"{endpoint.id}.ls-mean.{visit}.{arm}"))
            for arm in (pair.arm, pair.versus)
        )
        d = interval(find(f"{endpoint.id}.effect-size.{visit}"))
        g = interval(find(f"{endpoint.id}.hedges-g.{visit}"))
        cells = (*means, interval(row), (number(row, "p"),), d, g)
        rows.append((labels[visit], cells))
    arms = protocol.arm(pair.arm).label, protocol.arm(pair.versus).label
    heads = (*(f"{a}, mean (CI)" for a in arms), "Difference (CI)", "p", "d", "g")
    return Table(
        f"{endpoint.id}-visits",
        f"{endpoint.label}: every visit",
        ("Visit", *heads),
        tuple(rows),
        "Adjusted means of the mixed model; d and g by its standard deviation.",
    )


def decisions_table(protocol: Protocol, results: Results) -> Table | None:
    """What the testing procedure of the protocol rejects."""
    family = protocol.multiplicity
    if family is None:
        return None
    find = Lookup(results)
    rows: list[Row] = []
    for name in family.endpoints:
        row = find(f"{name}.adjusted-p")
        verdict = str(row.note).partition(" at ")[0] if row else "not tested"
        cells = (number(results[name], "p"),), (number(row, "p"),), (Cell(verdict),)
        rows.append((protocol.endpoint(name).label, cells))
    return Table(
        "multiplicity",
        "Tests whose common error is kept",
        ("Endpoint", "p", "Adjusted p", "No difference is"),
        tuple(rows),
        f"Common two-sided error {family.alpha:g}, by {WORDS[family.procedure]}. All other "
        "p-values of this report are not adjusted for their number.",
    )


def subgroups_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """The difference in groups of participants, with the tests of interaction."""
    rows: list[Row] = []
    find = Lookup(results)
    for part in endpoint.subgroups:
        tested = find(f"{endpoint.id}.interaction.{part.id}")
        rows.append((part.label, ((Cell(""),), (Cell(""),), (number(tested, "p"),))))
        for row in results.select(endpoint=endpoint.id, analysis="subgroup"):
            if row.id.startswith(f"{endpoint.id}.subgroup.{part.id}."):
                group = str(row.note).partition(":")[0]
                cells = interval(row), (number(row, "n", 0),), (Cell(""),)
                rows.append((f"\u2003{group}", cells))
    if not rows:
        return None
    return Table(
        f"{endpoint.id}-subgroups",
        f"{endpoint.label}: subgroups",
        ("Group", "Difference (CI)", "Rated", "p of interaction"),
        tuple(rows),
        "One model with arm, visit, group and their interactions. A dash: not both arms "
        "have somebody rated. A difference in one group is no finding without an "
        "interaction, and few trials are large enough to find one.",
    )
