"""Tables of instruments without an endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from equipoise.analyze.collected_instruments import EVERY
from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Block, Lookup, Paragraph, Table
from equipoise.report.by_arm import ArmTable, Cells, Column
from equipoise.report.chapters.counts import count, of_arm, placed, raw, sentence
from equipoise.report.table_cells import Cell, decimals, number

AT_VISITS = "14.2"
AT_INFUSIONS = "14.3.6"


def rated_at_visits(protocol: Protocol, results: Results) -> Iterator[Block]:
    """Instruments rated at visits, such as CGI-S: one table each, in group 14.2."""
    yield from _blocks(protocol, results, "visits", visits_table)


def rated_at_infusions(protocol: Protocol, results: Results) -> Iterator[Block]:
    """Instruments rated at minutes of infusions, such as BPRS+: in group 14.3.6."""
    yield from _blocks(protocol, results, "infusions", infusions_table)


def _blocks(
    protocol: Protocol,
    results: Results,
    where: str,
    make: Callable[[Protocol, Results, str], Table],
) -> Iterator[Block]:
    missing: list[Estimate] = []
    for row in results.select(endpoint="collected", analysis="instrument"):
        instrument, _, kind = row.id.removeprefix("collected.").rpartition(".")
        if kind != where:
            continue
        if row.estimate is None:
            missing.append(row)
        else:
            yield make(protocol, results, instrument)
    for row in missing:
        yield Paragraph(sentence(str(row.note)), row.id)


def visits_table(protocol: Protocol, results: Results, instrument: str) -> Table:
    """n, mean (SD) and median by visit and arm, and a cut-off if the scale has one."""
    find = Lookup(results)
    scale = protocol.scales[instrument]
    start = f"collected.{instrument}.{scale.primary_score}"
    rows = [
        row
        for row in results.select(endpoint="collected", analysis="visits-mean")
        if row.id.startswith(f"{start}.mean.")
    ]
    visits = list(dict.fromkeys(str(row.visit) for row in rows))
    columns = [
        Column("n", "n"), Column("mean (SD)", "mean"), Column("median", "median")
    ]  # fmt: skip
    cut = [
        row
        for row in results.select(endpoint="collected", analysis="visits-response")
        if row.id.startswith(f"{start}.response.")
    ]
    if cut:
        columns.append(Column("response, n/N (%)", "response"))
    table = ArmTable(protocol, [arm.id for arm in protocol.arms], columns)
    score = decimals(protocol).score
    for visit in visits:
        table.row(
            protocol.schedule.visit(visit).label,
            n=of_arm(find, f"{start}.mean.{visit}", lambda row: (number(row, "n", 0),)),
            mean=_mean_sd(protocol, find, start, visit),
            median=of_arm(
                find,
                f"{start}.median.{visit}",
                lambda row: (number(row, digits=score),),
            ),
            response=of_arm(
                find, f"{start}.response.{visit}", lambda row: count(protocol, row)
            ),
        )
    note = f"Descriptive; {_direction(protocol, instrument)}."
    if cut:
        note += f" Response: {cut[0].note}."
    if any(v.only_if for v in protocol.schedule.visits if v.id in visits):
        note += " Arms are not compared at visits planned for only some participants."
    title = f"{scale.name} by visit"
    result = table.made(f"collected-{instrument}", title, note)
    return placed(result, AT_VISITS, rows[0])


def infusions_table(protocol: Protocol, results: Results, instrument: str) -> Table:
    """n, mean (SD) and worst rating by minute, and of the worst rating by infusion."""
    find = Lookup(results)
    scale = protocol.scales[instrument]
    start = f"collected.{instrument}.{scale.primary_score}"
    rows = [
        row
        for row in results.select(endpoint="collected", analysis="infusions-mean")
        if row.id.startswith(f"{start}.mean.")
    ]
    extreme = "maximum" if scale.better == "lower" else "minimum"
    table = ArmTable(
        protocol,
        [arm.id for arm in protocol.arms],
        (Column("n", "n"), Column("mean (SD)", "mean"), Column(extreme, "worst")),
    )

    def row(label: str, where: str) -> None:
        table.row(
            label,
            n=lambda arm: (number(find(f"{start}.mean.{where}.{arm}"), "n", 0),),
            mean=_mean_sd(protocol, find, start, where),
            worst=lambda arm: (raw(protocol, find(f"{start}.worst.{where}.{arm}")),),
        )

    table.heading("By minute, all infusions")
    minutes = [one for one in rows if one.visit == EVERY]
    for minute in sorted({one.statistic or 0.0 for one in minutes}):
        row(f"\u2003minute {minute:g}".replace("-", "−"), f"min-{minute:g}")
    infusions = sorted({int(one.statistic or 0) for one in rows if one.visit != EVERY})
    if infusions:
        table.heading(f"{extreme.capitalize()} after the start, by infusion")
    for infusion in infusions:
        row(f"\u2003Infusion {infusion}", f"infusion-{infusion}")
    note = (
        "Descriptive. By minute: averaged over each participant's infusions, then over "
        f"participants. {_direction(protocol, instrument).capitalize()}."
    )
    title = f"{scale.name} during and after infusions"
    result = table.made(f"collected-{instrument}-infusions", title, note)
    return placed(result, AT_INFUSIONS, rows[0])


def _mean_sd(
    protocol: Protocol, find: Lookup, start: str, where: str
) -> Callable[[str], Cells]:
    digits = decimals(protocol)

    def cells(arm: str) -> Cells:
        return (
            number(find(f"{start}.mean.{where}.{arm}"), digits=digits.score),
            Cell(" ("),
            number(find(f"{start}.sd.{where}.{arm}"), digits=digits.error),
            Cell(")"),
        )

    return cells


def _direction(protocol: Protocol, instrument: str) -> str:
    scale = protocol.scales[instrument]
    low, high = scale.scores[scale.primary_score].range
    return f"range {low:g} to {high:g}, {scale.better} is better"
