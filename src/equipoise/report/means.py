"""Means over time by arm, with intervals."""

from __future__ import annotations

import textwrap

from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.cells import score_label
from equipoise.report.style import COLOURS, LINES, MARKS, figure, legend, svg

CLOSEST = 0.13  # share of the axis that two visit labels need


def means(protocol: Protocol, endpoint: Endpoint, results: Results) -> bytes:
    """Mean of the score at each visit, as observed; arms stand beside each other."""
    made, axes = figure()
    found = results.select(endpoint=endpoint.id, analysis="observed")
    order = list(dict.fromkeys(str(e.visit) for e in found))
    places = positions([protocol.schedule.visit(v).day for v in order])
    step = 0.012 * (places[-1] - places[0] or 1)
    for number, arm in enumerate(protocol.arms):
        rows = [e for e in found if e.contrast == arm.id and e.estimate is not None]
        shift = (number - (len(protocol.arms) - 1) / 2) * step
        low, high = zip(*map(_reach, rows), strict=True) if rows else ((), ())
        axes.errorbar(
            [places[order.index(str(e.visit))] + shift for e in rows],
            [e.estimate or 0.0 for e in rows],
            yerr=[low, high],
            color=COLOURS[number % len(COLOURS)],
            marker=MARKS[number % len(MARKS)],
            linestyle=LINES[number % len(LINES)],
            linewidth=1.6,
            capsize=3,
            markersize=6,
            label=arm.label,
        )
    labels = [protocol.schedule.visit(v).label for v in order]
    crowded = len(labels) > 6
    axes.set_xticks(
        places,
        [textwrap.fill(label, 22 if crowded else 11) for label in labels],
        rotation=40 if crowded else 0,
        ha="right" if crowded else "center",
    )
    axes.set_ylabel(score_label(protocol, endpoint.variable.score or ""))
    legend(made, axes)
    dummy = results.provenance.allocation == "dummy"
    title = f"{endpoint.label}: mean by visit and arm"
    return svg(made, f"{endpoint.id}-means", title, dummy=dummy)


def positions(days: list[int]) -> list[float]:
    """Places of visits on the axis: their days, or one apart where these are too close.

    Args:
        days: planned days, ascending.
    """
    span = days[-1] - days[0]
    gaps = [later - day for day, later in zip(days, days[1:], strict=False)]
    if gaps and min(gaps) < CLOSEST * span:
        return [float(place) for place in range(len(days))]
    return [float(day) for day in days]


def _reach(row: Estimate) -> tuple[float, float]:
    """How far the interval goes down and up; nowhere if there is none."""
    mean = row.estimate or 0.0
    low = mean if row.lower is None else row.lower
    high = mean if row.upper is None else row.upper
    return mean - low, high - mean
