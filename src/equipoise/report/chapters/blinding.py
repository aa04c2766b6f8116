"""Assessment of blinding: guesses, indices, and what they can and cannot show."""

from __future__ import annotations

from equipoise.analyze.blinding.influence import CAUTION
from equipoise.analyze.result import Results
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Block, Paragraph, Section
from equipoise.report.chapters import blinding_tables as tables
from equipoise.report.structure import unplaced

WORDS = (
    "The guesses show whether more were correct than expected by chance, but not why. "
    f"{CAUTION[0].upper()}{CAUTION[1:]}."
)


def blinding(protocol: Protocol, results: Results, dummy: bool) -> Section | None:
    """Tables of each endpoint; None where the protocol does not ask."""
    asked = [e for e in protocol.endpoints if e.type == "blinding"]
    if not asked:
        return None
    blocks: list[Block] = [Paragraph(WORDS)]
    for endpoint in asked:
        blocks.append(tables.guesses_table(protocol, results, endpoint))
        table = tables.influence_table(protocol, results, endpoint)
        if table is not None:
            blocks.append(table)
    return unplaced(blocks)
