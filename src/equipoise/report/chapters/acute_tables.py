"""Tables of an acute effect: peak, rise and return to baseline by infusion, and trend."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyze.acute.effect_by_timepoint import WITHIN
from equipoise.analyze.result import Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Block, Lookup, Paragraph, Table, interval
from equipoise.report.by_arm import ArmTable, Cells, Column
from equipoise.report.chapters.counts import count, of_arm, placed, reasons, sentence
from equipoise.report.chapters.trends import trend_rows
from equipoise.report.table_cells import Cell, ci, decimals, number

GROUP = "14.3.6"
MINUTES_OF_AN_HOUR = 60


def acute_blocks(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Iterator[Block]:
    """The tables of an acute endpoint, or why there is none."""
    table = acute_table(protocol, results, endpoint)
    if table is None:
        row = Lookup(results)(f"{endpoint.id}.attenuation.difference")
        why = "not in these results" if row is None else str(row.note)
        yield Paragraph(f"{endpoint.label}: {why}.", None if row is None else row.id)
        return
    yield table
    trend = peak_trend_table(protocol, results, endpoint)
    if trend is not None:
        yield trend


def acute_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """Peak, participants with a rise, and return to baseline, by infusion."""
    find = Lookup(results)
    peaks = results.select(endpoint=endpoint.id, analysis="peak")
    numbers = sorted({int(row.statistic or 0) for row in peaks})
    if not numbers:
        return None
    level = ci(endpoint.analysis.level)
    digits = decimals(protocol).score
    table = ArmTable(protocol, [arm.id for arm in protocol.arms], (Column(""),))

    def group(heading: str, name: str, make: str) -> None:
        table.heading(heading)
        for k in numbers:

            def cells(arm: str, k: int = k) -> Cells:
                row = find(f"{endpoint.id}.{name}.infusion-{k}.{arm}")
                if make == "count":
                    return count(protocol, row)
                n = number(row, "n", 0)
                if make == "median":
                    return (number(row, digits=0), Cell(" (n = "), n, Cell(")"))
                return (*interval(row, digits), Cell("; n = "), n)

            table.row(f"\u2003Infusion {k}", cells)

    group(f"Peak, points, mean ({level})", "peak", "mean")
    group("Rise above the rating before the infusion, n/N (%)", "rise", "count")
    group(
        "Return to baseline in participants with a rise, minute, median (n)",
        "return",
        "median",
    )
    for limit in WITHIN:
        hours = limit // MINUTES_OF_AN_HOUR
        name = f"count-within-{limit}"
        group(f"At baseline within {hours} h, n/N (%)", name, "count")
        table.row(
            "\u2003After every infusion",
            of_arm(
                find,
                f"{endpoint.id}.{name}.every-infusion",
                lambda row: count(protocol, row),
            ),
        )
    note = (
        "Peak: highest score after the start. At baseline: at the first rating after the "
        "peak that is at or below the rating before the infusion; participants without a "
        "rise are at baseline. With an even number of participants, the median is the "
        "mean of the two middle values, which may be a minute without a rating. – for the "
        "median: no rise, or return not observed in half of those with a rise. "
    )
    note += reasons(peaks)
    result = table.made(endpoint.id, endpoint.label, note.strip())
    return placed(result, GROUP, peaks[0])


def peak_trend_table(
    protocol: Protocol, results: Results, endpoint: Endpoint
) -> Table | None:
    """Change of the mean peak with each further infusion, by arm, and the difference."""
    both = Lookup(results)(f"{endpoint.id}.attenuation.difference")
    if both is None:
        return None
    words = (
        "points",
        "Difference, points",
        "Change of the mean peak with each further infusion",
    )
    digits = decimals(protocol).error
    table = trend_rows(protocol, results, endpoint, "attenuation", words, digits)
    why = [
        sentence(str(row.note))
        for row in results.select(endpoint=endpoint.id, analysis="attenuation")
        if row.estimate is None
    ]
    note = "Mixed model in each arm. Below 0: weaker with each infusion. "
    note += " ".join(dict.fromkeys(why))
    title = f"{endpoint.label}: trend of the peak over infusions"
    return placed(table.made(f"{endpoint.id}-trend", title, note.strip()), GROUP, both)
