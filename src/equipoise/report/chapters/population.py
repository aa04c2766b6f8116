"""Study participants: disposition, protocol deviations, analysis sets, exposure."""

from __future__ import annotations

from equipoise.analyze.result import Results
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Block, Section
from equipoise.report.chapters import population_dosing as dosing
from equipoise.report.chapters import population_tables as tables
from equipoise.report.chapters.population_deviations import deviations_table
from equipoise.report.figures.flowchart import flow_figure


def population(protocol: Protocol, results: Results) -> tuple[Section, ...]:
    """ICH E3 10.1, 10.2, 11.1 to 11.3 and 12.1."""
    parts: dict[str, tuple[str, list[Block | None]]] = {
        "10.1": (
            "Disposition of participants",
            [
                flow_figure(protocol, results),
                tables.disposition_table(protocol, results),
                tables.follow_up_table(protocol, results),
                tables.visits_table(protocol, results),
            ],
        ),
        "10.2": ("Protocol deviations", [deviations_table(protocol, results)]),
        "11.1": ("Data sets analyzed", [tables.sets_table(protocol, results)]),
        "11.2": (
            "Demographic and other baseline characteristics",
            [tables.baseline_table(protocol, results)],
        ),
        "11.3": (
            "Measurements of treatment compliance",
            [dosing.exposure_table(protocol, results)],
        ),
        "12.1": ("Extent of exposure", [dosing.infusions_table(protocol, results)]),
    }
    return tuple(
        Section(
            f"participants-{place}", place, title, "14.1",
            tuple(block for block in blocks if block is not None),
        )
        for place, (title, blocks) in parts.items()
    )  # fmt: skip
