"""Supporting tables of continuous endpoints: effect sizes, missing data, subgroups."""

from __future__ import annotations

from equipoise.analyze.result import Results
from equipoise.analyze.testing_procedure import WORDS
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.by_arm import ArmTable, Column
from equipoise.report.cells import Cell, ci, decimals, number
from equipoise.report.chapters.continuous_tables import (
    BLANK,
    INDENT,
    called,
    confidence,
    continuous_endpoints,
    counted,
    finished,
    signs,
)
from equipoise.report.content import Lookup, Row, Table, interval

EFFECT_SIZES = (
    ("effect-size-t", "d, 2t/√df"),
    ("effect-size", "d, model SD"),
    ("effect-size-baseline", "d, baseline SD"),
    ("hedges-g", "g, model SD"),
)


def standardized_table(protocol: Protocol, results: Results) -> Table | None:
    """Every effect size at the visit of the estimate, each by its name."""
    endpoints = continuous_endpoints(protocol)
    if not endpoints:
        return None
    find, digits, named = Lookup(results), decimals(protocol), confidence(endpoints)
    rows: list[Row] = []
    for endpoint in endpoints:
        at = results[endpoint.id].visit
        cells = tuple(
            interval(find(f"{endpoint.id}.{name}.{at}"), digits.error)
            for name, _ in EFFECT_SIZES
        )
        rows.append((called(endpoint), cells))
    table = Table(
        "standardized",
        "Standardized differences at the visit of the estimate",
        ("Endpoint", *(f"{label} ({named})" for _, label in EFFECT_SIZES)),
        tuple(rows),
        "Cohen d by three definitions: 2t/√df from the t statistic and degrees of freedom "
        "of the difference (the definition of the main table); the difference divided by "
        "the SD of the model at that visit; the difference divided by the pooled SD at "
        f"baseline. Hedges g corrects the second for small samples. "
        f"{signs(protocol, endpoints)} Standardized differences have the sign of the "
        "difference. Intervals are normal, with variance 1/n1 + 1/n2 + d²/(2(N − 2)).",
    )
    return finished(table, endpoints)


def sensitivity_table(protocol: Protocol, results: Results) -> Table | None:
    """Sensitivity analyses for missing data, with the outcomes that were imputed."""
    endpoints = [e for e in protocol.endpoints if e.sensitivity]
    if not endpoints:
        return None
    find, digits, named = Lookup(results), decimals(protocol), confidence(endpoints)
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column("imputed, n/N"),),
        (f"Mean difference ({named})", "P", "Tipping point"),
        first="Analysis",
    )
    notes: list[str] = []
    for endpoint in endpoints:
        answer = results[endpoint.id]
        table.row(
            f"{endpoint.label}: planned analysis",
            None,
            interval(answer, digits.score),
            (number(answer, "p"),),
        )
        for part in endpoint.sensitivity:
            row = find(f"{endpoint.id}.sensitivity.{part.id}")
            delta = find(f"{endpoint.id}.tipping-point.{part.id}")
            imputed = f"{endpoint.id}.imputed.{part.id}"
            table.row(
                f"{INDENT}{part.label}",
                counted(find, imputed),
                interval(row, digits.score),
                (number(row, "p"),),
                (number(delta, digits=digits.score),),
            )
            if row is not None and row.note:
                notes.append(f"{row.note}.")
            if delta is not None and delta.n:  # else the row says that none was imputed
                notes.append(f"{delta.note}.")
    text = (
        "Imputed: outcomes imputed at the visit of the estimate, of the participants "
        "analyzed; the planned analysis imputes none. Tipping point: points added to "
        "each imputed outcome of the treated arm until the interval includes zero; 0 "
        "where it includes zero already; a dash where none was imputed, where no number "
        f"of points does, or where it is not calculated. {signs(protocol, endpoints)} "
    )
    made = table.made(
        "sensitivity",
        "Sensitivity analyses for missing data",
        text + " ".join(dict.fromkeys(notes)),
    )
    return finished(made, endpoints)


def intercurrent_table(protocol: Protocol, results: Results) -> Table | None:
    """Participants reached by each intercurrent event, by endpoint and arm."""
    endpoints = [e for e in continuous_endpoints(protocol) if e.estimand.intercurrent]
    if not endpoints:
        return None
    find = Lookup(results)
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column("n/N"),),
        first="Endpoint and intercurrent event (strategy)",
    )
    reasons: dict[str, None] = {}
    for endpoint in endpoints:
        table.heading(called(endpoint))
        for event in endpoint.estimand.intercurrent:
            name = f"{endpoint.id}.intercurrent.{event.milestone}"
            table.row(
                f"{INDENT}{event.event[0].upper()}{event.event[1:]} ({event.strategy})",
                counted(find, name),
            )
            row = find(f"{name}.{protocol.arms[0].id}")
            if row is not None and row.estimate is None:
                reasons[f"A dash: {row.note}."] = None
    note = (
        "n/N: participants for whom the visit of the estimate comes after the event, of "
        "the analysis set."
    )
    made = table.made(
        "intercurrent-events-reached",
        "Continuous endpoints: participants with intercurrent events",
        " ".join((note, *reasons)),
    )
    return finished(made, endpoints)


def decisions_table(protocol: Protocol, results: Results) -> Table | None:
    """What the multiplicity procedure of the protocol rejects."""
    family = protocol.multiplicity
    if family is None:
        return None
    find = Lookup(results)
    rows: list[Row] = []
    endpoints = [protocol.endpoint(name) for name in family.endpoints]
    for endpoint in endpoints:
        row = find(f"{endpoint.id}.adjusted-p")
        verdict = str(row.note).partition(" at ")[0] if row else "not tested"
        planned = results[endpoint.id]
        cells = (number(planned, "p"),), (number(row, "p"),), (Cell(verdict),)
        rows.append((endpoint.label, cells))
    table = Table(
        "multiplicity",
        f"Multiplicity: {WORDS[family.procedure]}, two-sided alpha {family.alpha:g}",
        ("Endpoint", "P", "Adjusted P", "Null hypothesis"),
        tuple(rows),
        f"The {WORDS[family.procedure]} controls the familywise error rate of these tests "
        f"at a two-sided {family.alpha:g}. All other P values of this report are not "
        "adjusted for multiplicity.",
    )
    return finished(table, endpoints)


def subgroups_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """The difference in subgroups of participants, with the tests of interaction."""
    rows: list[Row] = []
    find, digits = Lookup(results), decimals(protocol)
    for part in endpoint.subgroups:
        tested = find(f"{endpoint.id}.interaction.{part.id}")
        rows.append((part.label, (BLANK, BLANK, (number(tested, "p"),))))
        for row in results.select(endpoint=endpoint.id, analysis="subgroup"):
            if row.id.startswith(f"{endpoint.id}.subgroup.{part.id}."):
                group = str(row.note).partition(":")[0]
                cells = (number(row, "n", 0),), interval(row, digits.score), BLANK
                rows.append((f"{INDENT}{group[:1].upper()}{group[1:]}", cells))
    if not rows:
        return None
    named = ci(endpoint.analysis.level)
    table = Table(
        f"{endpoint.id}-subgroups",
        f"{endpoint.label}: subgroups",
        ("Subgroup", "Rated, n", f"Mean difference ({named})", "P for interaction"),
        tuple(rows),
        "One model with treatment, visit, subgroup and their interactions. A dash: no "
        "participant of one arm was rated, or no estimate. "
        f"{signs(protocol, [endpoint])} A difference in one subgroup is not a result "
        "without an interaction, and the trial has little power to find one.",
    )
    return finished(table, [endpoint])
