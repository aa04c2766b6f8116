"""The interim analyses of a trial in its report: what was planned, and what was done."""

from __future__ import annotations

from equipoise.analyze.result import Results
from equipoise.numerics.rounding import fixed
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Lookup, Row, Table, interval
from equipoise.report.table_cells import Cell, decimals, lowered, number

NO_ERROR = "; no error was spent at it"  # after the reason of an analysis not held
NONE = (
    "The protocol specifies no interim analysis. A data monitoring committee is not part "
    "of the protocol file."
)


def interim_statement(protocol: Protocol) -> str:
    """What the protocol plans, for ICH E3 11.4.2.3."""
    plan = protocol.interim
    if plan is None:
        return NONE
    times = ", ".join(f"{fixed(100 * t, 0)}%" for t in plan.analyses[:-1])
    endpoint = lowered(protocol.endpoint(plan.endpoint).label)
    parameter = "" if plan.parameter is None else f" ({plan.parameter:g})"
    futility = "no futility boundary"
    if plan.futility is not None:
        kind = "binding" if plan.binding else "non-binding"
        futility = f"{kind} futility boundaries ({plan.futility})"
    who = ", ".join(plan.unblinded_to) or "not stated"
    return (
        f"Interim analyses of {endpoint} were planned at {times} of the maximum "
        f"information: efficacy by {plan.efficacy}{parameter} at a two-sided error of "
        f"{plan.alpha:g}, {futility}. Recipients of comparative results: {who}. "
        "Boundaries were recalculated at the actual information. The estimate, interval "
        "and P value of the endpoint are those by the stage-wise order of outcomes."
    )


def interim_table(protocol: Protocol, results: Results) -> Table | None:
    """Each analysis with its information, estimate, z, boundary and decision."""
    plan = protocol.interim
    if plan is None:
        return None
    find, name = Lookup(results), plan.endpoint
    endpoint = protocol.endpoint(name)
    digits, scale = decimals(protocol).score, 1
    if endpoint.type == "binary":
        digits, scale = decimals(protocol).difference, 100
    if endpoint.type == "time-to-event":
        digits = decimals(protocol).ratio
    rows: list[Row] = []
    done = results.select(endpoint=name, analysis="interim-analysis")
    for row in sorted(done, key=lambda row: int(row.id.rpartition(".")[2])):
        k = row.id.rpartition(".")[2]
        when, _, rest = str(row.note).partition(": ")
        cells = (
            (number(row, "n", 0),),
            (number(find(f"{name}.information.{k}"), "estimate", 1, 100), Cell("%")),
            interval(row, digits, scale),
            (number(row, "statistic", 3),),
            (number(find(f"{name}.boundary.{k}"), "estimate", 3),),
            (Cell(rest.partition(NO_ERROR if row.estimate is None else ";")[0]),),
        )
        rows.append((f"{k}: {when}", cells))
    if not rows:
        return None
    unit = " (percentage points)" if scale == 100 else ""
    return Table(
        "interim-analyses",
        f"Interim analyses: {endpoint.label}",
        ("Analysis", "n", "Information", f"Unadjusted estimate and CI{unit}", "z",
         "Boundary", "Decision"),
        tuple(rows),
        "z in the direction of benefit, from the P value of the planned test. "
        "Information as a fraction of the planned maximum. Unadjusted estimates are "
        "biased after an interim analysis.",
        population=endpoint.estimand.population,
    )  # fmt: skip
