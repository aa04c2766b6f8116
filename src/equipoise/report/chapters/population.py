"""Who took part: flow, baseline, analysis sets, deviations, exposure, follow-up."""

from __future__ import annotations

from equipoise.analyze.result import Results
from equipoise.protocol.model import Protocol
from equipoise.report.chapters import population_tables as tables
from equipoise.report.content import Block, Section
from equipoise.report.drawings.flowchart import flow_figure


def population(protocol: Protocol, results: Results) -> Section:
    """ICH E3 sections 10 and 11.1 to 11.3."""
    blocks: list[Block | None] = [
        flow_figure(protocol, results),
        tables.baseline_table(protocol, results),
        tables.sets_table(protocol, results),
        tables.deviations_table(protocol, results),
        tables.follow_up_table(protocol, results),
        tables.exposure_table(protocol, results),
        tables.infusions_table(protocol, results),
    ]
    kept = tuple(block for block in blocks if block is not None)
    return Section("participants", "10", "Study participants", "14.1", kept)
