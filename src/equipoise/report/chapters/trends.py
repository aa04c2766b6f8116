"""Tables of a trend over infusions: an estimate and P of each arm, and between them."""

from __future__ import annotations

from equipoise.analyze.result import Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Lookup, interval
from equipoise.report.by_arm import ArmTable, Column
from equipoise.report.table_cells import ci, number


def trend_rows(
    protocol: Protocol,
    results: Results,
    endpoint: Endpoint,
    analysis: str,
    words: tuple[str, str, str],
    digits: int,
) -> ArmTable:
    """The table of one trend, before its title and note.

    Args:
        protocol: of the trial.
        results: with ``<endpoint>.<analysis>.<arm>`` and ``….difference``.
        endpoint: whose pair of arms is compared.
        analysis: ``trend`` or ``attenuation``.
        words: what is printed of an arm, of both arms, and the label of the row.
        digits: decimals of the estimates.
    """
    find, pair = Lookup(results), endpoint.estimand.treatment
    level = ci(endpoint.analysis.level)
    of_one, of_both, label = words
    own = f"{endpoint.id}.{analysis}"
    both = find(f"{own}.difference")
    table = ArmTable(
        protocol,
        [pair.arm, pair.versus],
        (Column(f"{of_one} ({level})", "estimate"), Column("P", "p")),
        (f"{of_both} ({level})", "P"),
    )
    table.row(
        label,
        None,
        interval(both, digits),
        (number(both, "p"),),
        estimate=lambda arm: interval(find(f"{own}.{arm}"), digits),
        p=lambda arm: (number(find(f"{own}.{arm}"), "p"),),
    )
    return table
