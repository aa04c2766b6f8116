"""Missing data: ratings missing at the visits of primary endpoints (ICH E3 11.4.2.2)."""

from __future__ import annotations

from dataclasses import replace

from equipoise.analyze.result import Results
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Lookup, Table
from equipoise.report.by_arm import ArmTable, Column
from equipoise.report.chapters.population_tables import count_of
from equipoise.report.table_cells import lowered, sentence_case

GROUP = "14.2"


def not_rated(protocol: Protocol, results: Results) -> Table | None:
    """Participants not rated at the visit of each primary endpoint, by arm.

    None if no primary endpoint is a score at a visit.
    """
    endpoints = [
        e
        for e in protocol.endpoints
        if results.select(endpoint=e.id, analysis="not-rated")
    ]
    if not endpoints:
        return None
    find = Lookup(results)
    pair = endpoints[0].estimand.treatment
    table = ArmTable(
        protocol, (pair.arm, pair.versus), (Column("n/N (%)"),), first="Not rated at"
    )
    several = len(endpoints) > 1
    for endpoint in endpoints:
        at = str(endpoint.variable.at)
        visit = protocol.schedule.visit(at).label
        label = f"{sentence_case(endpoint.label)}: {lowered(visit)}"
        start = f"{endpoint.id}.not-rated.{at}"
        table.row(label if several else visit, count_of(find, start))
    notes = [
        "N: participants of the analysis set. Ratings after an intercurrent event count "
        "as rated."
    ]
    plain = [e for e in endpoints if not e.sensitivity]
    if len(plain) == len(endpoints):
        notes.append(
            "The protocol specifies no sensitivity analysis for missing ratings."
        )
    elif plain:
        names = "; ".join(lowered(e.label) for e in plain)
        notes.append(f"The protocol specifies no sensitivity analysis of: {names}.")
    result = table.made(
        "missing-ratings",
        "Missing ratings at the visit of the primary endpoint",
        " ".join(notes),
    )
    return replace(result, population=endpoints[0].estimand.population, group=GROUP)
