"""Figures of continuous and binary endpoints."""

from __future__ import annotations

from equipoise.analyze.observed import changes
from equipoise.analyze.result import Results
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.cells import score_label
from equipoise.report.content import Figure
from equipoise.report.drawings.style import (
    COLOURS,
    INK,
    LINES,
    MARKS,
    across,
    drawn,
    errorbars,
    figure,
)

MEANS = {  # analysis -> in words
    "observed": "mean by visit as observed, with intervals",
    "ls-mean": "adjusted mean change by visit, with intervals of the model",
}


def means(
    protocol: Protocol, endpoint: Endpoint, results: Results, analysis: str, dummy: bool
) -> Figure:
    """Mean by visit and arm with intervals.

    Args:
        protocol: of the trial.
        endpoint: continuous.
        results: of its analysis.
        analysis: ``observed`` or ``ls-mean``.
        dummy: whether the arms are shuffled.
    """
    made, axes = figure()
    labels = {visit.id: visit.label for visit in protocol.schedule.visits}
    found = results.select(endpoint=endpoint.id, analysis=analysis)
    order = list(dict.fromkeys(str(e.visit) for e in found))
    for number, arm in enumerate(protocol.arms):
        rows = [e for e in found if e.contrast == arm.id and e.estimate is not None]
        shift = (number - (len(protocol.arms) - 1) / 2) * 0.08
        x = [order.index(str(e.visit)) + shift for e in rows]
        errorbars(axes, number, x, rows, label=arm.label)
    axes.set_xticks(range(len(order)), [_wrapped(labels[v]) for v in order])
    score = score_label(protocol, endpoint.variable.score or "")
    change = analysis == "ls-mean" and endpoint.variable.measure != "value"
    axes.set_ylabel(f"change: {score}" if change else score)
    if found:
        axes.legend(frameon=False, fontsize=10)
    title = f"{score}: {MEANS[analysis]}"
    alt = (
        f"Line chart of {score} with a point and an interval for each arm at "
        f"{', '.join(labels[v] for v in order)}; the values stand in the tables."
    )
    return drawn(made, f"{endpoint.id}-{analysis}", title, alt, dummy=dummy)


def waterfall(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint, dummy: bool
) -> Figure:
    """Change of each participant, best first."""
    made, axes = figure()
    table = changes(protocol, data, endpoint)
    for number, arm in enumerate(protocol.arms):
        rows = table[table["arm"] == arm.id]
        axes.bar(
            rows.index.to_numpy() + 1,
            rows["change"].to_numpy(),
            color=COLOURS[number],
            hatch=("" if number == 0 else "///"),
            edgecolor="white",
            label=arm.label,
        )
    axes.axhline(0, color=INK, linewidth=0.9)
    axes.set_xlabel("participants, best change first")
    score = score_label(protocol, endpoint.variable.score or "")
    axes.set_ylabel(f"change: {score}")
    axes.legend(frameon=False, fontsize=10)
    alt = (
        f"Bars, one for each of {len(table)} participants, of the change of {score}, "
        "ordered from the best to the worst and coloured by arm."
    )
    title = f"{endpoint.label}: each participant"
    return drawn(made, f"{endpoint.id}-participants", title, alt, dummy=dummy)


def proportions(
    protocol: Protocol, endpoint: Endpoint, results: Results, dummy: bool
) -> Figure:
    """Proportion of each arm with Wilson's interval."""
    made, axes = figure(height=0.9 + 0.7 * len(protocol.arms))
    across(axes)
    labels = []
    for number, arm in enumerate(protocol.arms):
        row = results[f"{endpoint.id}.proportion.{arm.id}"]
        value = 100 * (row.estimate or 0.0)
        low, high = 100 * (row.lower or 0.0), 100 * (row.upper or 0.0)
        axes.errorbar(
            [value], [number], xerr=[[value - low], [high - value]],
            color=COLOURS[number], marker=MARKS[number], markersize=8, capsize=4,
        )  # fmt: skip
        labels.append(f"{arm.label}\n{value:.0f} % of {row.n}")
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xlim(0, 100)
    axes.set_xlabel("participants (%), with 95 % intervals of Wilson")
    said = "; ".join(text.replace("\n", " ") for text in labels)
    alt = f"A point with an interval for each arm: {said}."
    return drawn(made, f"{endpoint.id}-arms", endpoint.label, alt, dummy=dummy)


def responders(
    protocol: Protocol, endpoint: Endpoint, results: Results, dummy: bool
) -> Figure:
    """Participants who reach each cut-off of the reduction."""
    made, axes = figure()
    found = results.select(endpoint=endpoint.id, analysis="responder-curve")
    for number, arm in enumerate(protocol.arms):
        rows = [e for e in found if e.contrast == arm.id and e.estimate is not None]
        axes.plot(
            [float(e.statistic or 0) for e in rows],
            [100 * float(e.estimate or 0) for e in rows],
            color=COLOURS[number], linestyle=LINES[number], marker=MARKS[number],
            markersize=4, linewidth=2, label=arm.label,
        )  # fmt: skip
    stated = protocol.definition(endpoint.variable.definition or "").threshold
    if stated is not None:
        axes.axvline(stated, color=INK, linewidth=0.9, linestyle=":")
        axes.annotate(
            "as defined", (stated, 97), xytext=(4, 0), textcoords="offset points"
        )
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 103)
    axes.set_xlabel("reduction of at least … % of the baseline")
    axes.set_ylabel("participants (%)")
    axes.legend(frameon=False, fontsize=10)
    title = f"{endpoint.label}: at every cut-off"
    alt = (
        "A falling line for each arm: the share of participants whose reduction is at "
        "least the percentage on the horizontal axis."
    )
    return drawn(made, f"{endpoint.id}-cut-offs", title, alt, dummy=dummy)


def _wrapped(label: str) -> str:
    return label.replace(" after ", "\nafter ")
