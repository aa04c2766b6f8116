"""Tables of observed scores at visits after those of the model."""

from __future__ import annotations

from dataclasses import replace

from equipoise.analyze.continuous.later_means import later_visits
from equipoise.analyze.result import Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.labels import score_label
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Lookup, Table
from equipoise.report.by_arm import ArmTable, Cells, Column
from equipoise.report.table_cells import Cell, decimals, number


def later_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """n, mean (SD) and median by visit and arm; None where nothing was rated later."""
    estimates = results.select(endpoint=endpoint.id, analysis="later-mean")
    if not estimates:
        return None
    find, digits = Lookup(results), decimals(protocol)
    columns = (
        Column("n", "n"),
        Column("mean (SD)", "mean"),
        Column("median", "median"),
    )
    arms = [arm.id for arm in protocol.arms]
    table = ArmTable(protocol, arms, columns, first="Visit")
    own = endpoint.id
    known = {row.visit for row in estimates}
    for visit in later_visits(protocol, endpoint):
        if visit not in known:
            continue

        def n(arm: str, visit: str = visit) -> Cells:
            return (number(find(f"{own}.later-mean.{visit}.{arm}"), "n", 0),)

        def mean(arm: str, visit: str = visit) -> Cells:
            return (
                number(find(f"{own}.later-mean.{visit}.{arm}"), digits=digits.score),
                Cell(" ("),
                number(find(f"{own}.later-sd.{visit}.{arm}"), digits=digits.error),
                Cell(")"),
            )

        def median(arm: str, visit: str = visit) -> Cells:
            row = find(f"{own}.later-median.{visit}.{arm}")
            return (number(row, digits=digits.score),)

        label = protocol.schedule.visit(visit).label
        table.row(label, n=n, mean=mean, median=median)
    score = score_label(protocol, str(endpoint.variable.score))
    result = table.made(
        f"{own}-later-visits",
        f"{score} at later visits, observed values",
        _note(protocol),
    )
    return replace(result, population=endpoint.estimand.population, group="14.2")


def _note(protocol: Protocol) -> str:
    note = (
        "n: participants rated. Ratings after an intercurrent event are included. –: no "
        "participant, or only one, was rated."
    )
    if any(visit.only_if for visit in protocol.schedule.visits):
        note += (
            " Only participants who meet the condition of a visit are followed, so the "
            "arms are not compared."
        )
    return note
