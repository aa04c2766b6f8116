"""A proportion by arm, with intervals."""

from __future__ import annotations

import textwrap

from equipoise.analyze.result import Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.cells import number
from equipoise.report.style import COLOURS, MARKS, PALE, figure, says, svg
from equipoise.report.table import Lookup


def arms(protocol: Protocol, endpoint: Endpoint, results: Results) -> bytes:
    """Share of participants with the outcome in each arm; intervals of Wilson."""
    made, axes = figure(height=1.0 + 0.62 * len(protocol.arms))
    axes.grid(visible=False, axis="y")
    axes.grid(axis="x", color=PALE, linewidth=0.8)
    find = Lookup(results)
    for place, arm in enumerate(protocol.arms):
        row = find(f"{endpoint.id}.proportion.{arm.id}")
        if row is None or row.estimate is None:
            axes.text(2, place, "nobody in this arm", va="center")
            continue
        value = 100 * row.estimate
        low = value if row.lower is None else 100 * row.lower
        high = value if row.upper is None else 100 * row.upper
        axes.errorbar(
            [value],
            [place],
            xerr=[[max(value - low, 0)], [max(high - value, 0)]],
            color=COLOURS[place % len(COLOURS)],
            marker=MARKS[place % len(MARKS)],
            markersize=8,
            capsize=4,
        )
        cell = number(row, digits=0, scale=100)
        text = axes.text(value, place - 0.24, cell.text, ha="center", va="bottom")
        says(text, cell)
    labels = [textwrap.fill(arm.label, 16) for arm in protocol.arms]
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.75)
    axes.set_xlim(-2, 102)
    axes.set_xlabel("participants (%)")
    dummy = results.provenance.allocation == "dummy"
    title = f"{endpoint.label}: percentage by arm"
    return svg(made, f"{endpoint.id}-arms", title, dummy=dummy)
