"""Kaplan-Meier curves, with the numbers at risk below."""

from __future__ import annotations

import textwrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.cells import Cell, number
from equipoise.report.style import (
    COLOURS,
    HEIGHT,
    LINES,
    PALE,
    WIDTH,
    legend,
    says,
    svg,
)

CLOSEST = 0.11  # share of the axis that a number at risk needs


def curve(protocol: Protocol, endpoint: Endpoint, results: Results) -> bytes:
    """Share without the event over time; marks show who was observed no longer."""
    below = 0.55 + 0.24 * len(protocol.arms)
    made = Figure(figsize=(WIDTH, HEIGHT + below), layout="constrained")
    axes, table = made.subplots(
        2, 1, sharex=True, height_ratios=[HEIGHT, below]
    )  # the numbers at risk stand below their days
    axes.grid(axis="y", color=PALE, linewidth=0.8)
    steps = {
        arm.id: [
            e
            for e in results.select(endpoint=endpoint.id, analysis="survival")
            if e.contrast == arm.id
        ]
        for arm in protocol.arms
    }
    for place, arm in enumerate(protocol.arms):
        if steps[arm.id]:
            _steps(axes, steps[arm.id], place, arm.label)
    axes.set_ylim(0, 103)
    axes.set_ylabel("without the event (%)")
    visits = results.select(endpoint=endpoint.id, analysis="at-visit")
    longest = max((_day(e) for rows in steps.values() for e in rows), default=1.0)
    days = ticks([_day(e) for e in visits], longest)
    axes.set_xlim(-0.02 * longest, 1.03 * longest)
    _at_risk(protocol, table, steps, visits, days)
    table.set_xlabel(f"days since {_zero(protocol, endpoint)}")
    _nobody(axes, steps)
    legend(made, axes)
    dummy = results.provenance.allocation == "dummy"
    title = f"{endpoint.label}: Kaplan-Meier curves by arm"
    return svg(made, f"{endpoint.id}-curve", title, dummy=dummy)


def ticks(days: list[float], longest: float) -> list[float]:
    """Day 0 and those of the given days whose numbers do not touch each other."""
    chosen = [0.0]
    for day in sorted(set(days)):
        if day - chosen[-1] >= CLOSEST * longest and day <= longest:
            chosen.append(day)
    return chosen


def _steps(axes: Axes, rows: list[Estimate], place: int, label: str) -> None:
    colour = COLOURS[place % len(COLOURS)]
    days = [_day(e) for e in rows]
    share = [100 * (e.estimate or 0.0) for e in rows]
    axes.step(
        days,
        share,
        where="post",
        color=colour,
        linestyle=LINES[place % len(LINES)],
        linewidth=2,
        label=label,
    )
    ends = [(d, s) for d, s, e in zip(days, share, rows, strict=True) if _censored(e)]
    axes.plot(
        [d for d, _ in ends],
        [s for _, s in ends],
        "|",
        color=colour,
        markersize=9,
        markeredgewidth=1.6,
    )


def _at_risk(
    protocol: Protocol,
    table: Axes,
    steps: dict[str, list[Estimate]],
    visits: tuple[Estimate, ...],
    days: list[float],
) -> None:
    """One line of numbers for each arm, at the days that are marked."""
    for place, arm in enumerate(protocol.arms):
        known = {_day(e): e for e in visits if e.contrast == arm.id}
        known |= {0.0: e for e in steps[arm.id][:1]}
        for day in days:
            cell = number(known[day], "n", 0) if day in known else Cell("0")
            text = table.text(day, place, cell.text, ha="center", va="center")
            says(text, cell)
    labels = [textwrap.shorten(arm.label, 18, placeholder="…") for arm in protocol.arms]
    table.set_yticks(range(len(labels)), labels)
    table.set_ylim(len(labels) - 0.4, -0.6)
    table.set_xticks(days, [f"{day:g}" for day in days])
    table.tick_params(axis="y", length=0)
    table.spines["left"].set_visible(False)
    table.set_title("at risk", loc="left", fontsize=10, pad=2)


def _nobody(axes: Axes, steps: dict[str, list[Estimate]]) -> None:
    if not any(steps.values()):
        middle = {"ha": "center", "va": "center", "transform": axes.transAxes}
        axes.text(0.5, 0.5, "nobody was at risk", **middle)


def _zero(protocol: Protocol, endpoint: Endpoint) -> str:
    at = protocol.definition(endpoint.variable.definition or "").at
    return "time zero" if at is None else protocol.schedule.visit(at).label.lower()


def _day(row: Estimate) -> float:
    return float(row.statistic or 0.0)


def _censored(row: Estimate) -> bool:
    return row.note is not None and "; 0 censored" not in row.note
