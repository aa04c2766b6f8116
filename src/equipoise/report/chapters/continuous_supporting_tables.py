"""Supporting tables of continuous endpoints: effect sizes, missing data, subgroups."""

from __future__ import annotations

import re

from equipoise.analyze.multiplicity import WORDS
from equipoise.analyze.planned_test import planned_in
from equipoise.analyze.result import Estimate, Results
from equipoise.analyze.sensitivity.estimates import INFERENCE
from equipoise.protocol.analysis_method import Sensitivity, supporting_inference
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Lookup, Row, Table, interval
from equipoise.report.by_arm import ArmTable, Column
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
from equipoise.report.table_cells import Cell, ci, decimals, number, sentence_case
from equipoise.stats.imputation.strategies import STRATEGIES

SUPPLEMENTARY = (
    "Observed outcomes that an analysis replaces are not missing: they follow an event "
    "that the planned analysis disregards (treatment policy). Such an analysis targets "
    "another estimand and is supplementary in the sense of ICH E9(R1)."
)
SUPPORTING = (
    "An indented row repeats the analysis above it with a supporting inference; the row "
    "above is the primary one of the protocol. Conditional mean imputation estimates the "
    "uncertainty over repeated trials (method_condmean of R rbmi). Rubin's rules are what "
    "SAS PROC MIANALYZE and the Bayesian methods of rbmi print; with a reference their "
    "interval is wider than that of repeated trials (Cro, Carpenter and Kenward 2019)."
)
SECOND = {
    "jackknife": "Supporting: conditional means, jackknife",
    "bootstrap": "Supporting: conditional means, bootstrap",
    "rubin": "Supporting: multiple imputation, Rubin's rules",
}
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
    replaced = any(row.estimate for row in results if row.analysis == "set-aside")
    columns = [Column("missing, imputed, n/N", "imputed")]
    if replaced:
        columns.append(Column("observed, replaced, n/N", "replaced"))
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        columns,
        (f"Mean difference ({named})", "P", "Tipping point, points"),
        first="Analysis",
    )
    remarks: dict[str, list[str]] = {}
    supported = False
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
            table.row(
                f"{INDENT}{part.label}",
                None,
                interval(row, digits.score),
                (number(row, "p"),),
                (number(delta, digits=digits.score),),
                imputed=counted(find, f"{endpoint.id}.imputed.{part.id}"),
                replaced=counted(find, f"{endpoint.id}.set-aside.{part.id}"),
            )
            second = find(f"{endpoint.id}.supporting-inference.{part.id}")
            if second is not None:
                supported = True
                own = find(f"{endpoint.id}.supporting-tipping-point.{part.id}")
                table.row(
                    f"{INDENT}{INDENT}{second_label(endpoint, part)}",
                    None,
                    interval(second, digits.score),
                    (number(second, "p"),),
                    (number(own, digits=digits.score),),
                )
            for text in _of_the_data(row):
                remarks.setdefault(text, []).append(part.label)
            if delta is not None and delta.n and delta.estimate is None:
                remarks.setdefault(str(delta.note).partition(": ")[2], []).append(
                    part.label
                )
    notes = [
        "n/N: outcomes at the visit of the estimate, of the participants analyzed. An "
        "analysis without imputed outcomes repeats the planned analysis with another "
        "method for the interval.",
        "Tipping point: points added to each imputed outcome of the treated arm until the "
        "interval includes zero; 0: it includes zero already; –: no outcome of that arm "
        "was missing, no number of points suffices, or not calculated.",
        signs(protocol, endpoints),
        *(
            f"{sentence_case(text)} ({'; '.join(dict.fromkeys(labels))})."
            for text, labels in remarks.items()
        ),
    ]
    if replaced:
        notes.insert(1, SUPPLEMENTARY)
    if supported:
        notes.insert(1, SUPPORTING)
    title = "Sensitivity and supplementary analyses"
    result = table.made(
        "sensitivity",
        title if replaced else "Sensitivity analyses for missing data",
        " ".join(notes),
    )
    return finished(result, endpoints)


def second_label(endpoint: Endpoint, part: Sensitivity) -> str:
    """Label of the row of the supporting inference; empty without one."""
    second = supporting_inference(part, endpoint.sensitivity)
    return SECOND[second] if second else ""


def _of_the_data(row: Estimate | None) -> list[str]:
    """What the note of an analysis says of its data, without its method."""
    if row is None or not row.note:
        return []
    if row.estimate is None:
        return [row.note]
    texts = row.note.split("; ")[1:]  # the first is the label
    methods = {*map(str, STRATEGIES.values()), *INFERENCE.values()}
    return [
        text
        for text in texts
        if text not in methods
        and not re.match(r"\d+ draws|no outcome was imputed|.* points? added to", text)
    ]


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
    groups: dict[tuple[object, ...], list[Endpoint]] = {}
    for endpoint in endpoints:
        groups.setdefault(_events_key(protocol, find, endpoint), []).append(endpoint)
    for alike in groups.values():
        if len(alike) == len(endpoints) > 1:
            table.heading("All continuous endpoints")
        else:
            table.heading("; ".join(called(endpoint) for endpoint in alike))
        endpoint = alike[0]
        for event in endpoint.estimand.intercurrent:
            name = f"{endpoint.id}.intercurrent.{event.milestone}"
            table.row(
                f"{INDENT}{event.event[0].upper()}{event.event[1:]} ({event.strategy})",
                counted(find, name),
            )
            row = find(f"{name}.{protocol.arms[0].id}")
            if row is not None and row.estimate is None:
                reasons[f"–: {row.note}."] = None
    note = (
        "n/N: participants for whom the visit of the estimate comes after the event, of "
        "the analysis set."
    )
    result = table.made(
        "intercurrent-events-reached",
        "Continuous endpoints: participants with intercurrent events",
        " ".join((note, *reasons)),
    )
    return finished(result, endpoints)


def _events_key(
    protocol: Protocol, find: Lookup, endpoint: Endpoint
) -> tuple[object, ...]:
    """What the rows of an endpoint hold: endpoints with the same share one block."""
    rows = []
    for event in endpoint.estimand.intercurrent:
        name = f"{endpoint.id}.intercurrent.{event.milestone}"
        found = [find(f"{name}.{arm.id}") for arm in protocol.arms]
        counts = tuple((r.estimate, r.n) if r is not None else None for r in found)
        rows.append((event.event, event.strategy, counts))
    return tuple(rows)


def decisions_table(protocol: Protocol, results: Results) -> Table | None:
    """Null hypotheses that the multiplicity procedure of the protocol rejects."""
    family = protocol.multiplicity
    if family is None:
        return None
    find = Lookup(results)
    rows: list[Row] = []
    endpoints = [protocol.endpoint(name) for name in family.endpoints]
    for endpoint in endpoints:
        row = find(f"{endpoint.id}.adjusted-p")
        verdict = str(row.note).partition(" at ")[0] if row else "not tested"
        planned = planned_in(results, endpoint)
        cells = (number(planned, "p"),), (number(row, "p"),), (Cell(verdict),)
        rows.append((endpoint.label, cells))
    one_sided = [e for e in endpoints if e.analysis.margin is not None]
    margins = (
        "P values of non-inferiority are one-sided; twice each of them is adjusted. "
        if one_sided
        else ""
    )
    table = Table(
        "multiplicity",
        f"Multiplicity: {WORDS[family.procedure]}, two-sided alpha {family.alpha:g}",
        ("Endpoint", "P", "Adjusted P", "Null hypothesis"),
        tuple(rows),
        f"The {WORDS[family.procedure]} controls the familywise error rate of these tests "
        f"at a two-sided {family.alpha:g}. {margins}All other P values of this report are "
        "not adjusted for multiplicity.",
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
        "One model with treatment, visit, subgroup and their interactions. –: no "
        f"participant of one arm was rated, or no estimate. {signs(protocol, [endpoint])} "
        "A difference in one subgroup is not a finding without an interaction, which the "
        "trial has little power to detect.",
    )
    return finished(table, [endpoint])
