"""The change of each participant."""

from __future__ import annotations

from equipoise.analyze.observed import changes
from equipoise.analyze.result import Results
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.cells import score_label
from equipoise.report.style import COLOURS, HATCHES, INK, figure, legend, svg

MANY = 60  # bars that are too narrow for a gap between them


def waterfall(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint, results: Results
) -> bytes:
    """One bar for each rated participant, the best change first."""
    made, axes = figure()
    table = changes(protocol, data, endpoint)
    many = len(table) > MANY
    for number, arm in enumerate(protocol.arms):
        rows = table[table["arm"] == arm.id]
        heights = rows["change"].to_numpy(float)
        colour = COLOURS[number % len(COLOURS)]
        axes.bar(
            rows.index.to_numpy() + 1,
            heights,
            width=1.0 if many else 0.84,
            color=colour,
            hatch=None if many else HATCHES[number % len(HATCHES)],
            edgecolor="white",
            linewidth=0.0,
            label=arm.label,
        )
        still = rows.index[heights == 0].to_numpy() + 1  # a bar of no height is unseen
        axes.plot(still, [0.0] * len(still), "_", color=colour, markersize=5, mew=2.5)
    axes.axhline(0, color=INK, linewidth=0.9)
    axes.set_xlim(0, len(table) + 1)
    axes.set_xlabel("participants, best change first")
    score = score_label(protocol, endpoint.variable.score or "")
    axes.set_ylabel(f"change in {score}")
    legend(made, axes)
    dummy = results.provenance.allocation == "dummy"
    title = f"{endpoint.label}: change of each participant"
    return svg(made, f"{endpoint.id}-participants", title, dummy=dummy)
