"""Curves of time to an event, with the number at risk below."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Figure, Series
from equipoise.report.figures.series import level_of, of_arm
from equipoise.report.figures.style import (
    SIZE,
    arm_look,
    drawn,
    figure,
    folded,
    legend,
    short,
)
from equipoise.report.figures.visit_axis import Below
from equipoise.report.table_cells import ci

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TICKS = 8
TURNBULL = "interval-censored estimate (Turnbull)"
FEW = 5  # participants of an arm: below, its curve says so
BAND_FROM = 10  # participants of an arm: below, a band covers the whole plot


def curve(
    protocol: Protocol, endpoint: Endpoint, results: Results, dummy: bool
) -> Figure | None:
    """Kaplan-Meier curve by arm, Turnbull's curve, and the number at risk.

    None where no arm has a curve.
    """
    estimates = results.select(endpoint=endpoint.id, analysis="survival")
    if all(row.estimate is None for row in estimates):
        return None
    drawing, axes = figure(height=3.7 + 0.17 * len(protocol.arms))
    last = max((float(e.statistic or 0) for e in estimates), default=1.0)
    series: list[Series] = []
    for number, arm in enumerate(protocol.arms):
        points = of_arm(arm.id, arm.label, estimates, scale=100)
        if not points.ids:
            continue
        series.append(points)
        _steps(axes, number, points)
        ends = [e for e in estimates if e.contrast == arm.id and _censored(e)]
        axes.plot(
            [float(e.statistic or 0) for e in ends],
            [100 * float(e.estimate or 0) for e in ends],
            "|", color=arm_look(number)["color"], markersize=9,
        )  # fmt: skip
        series += _turnbull(axes, number, results, endpoint, arm.id, arm.label)
    axes.set_ylim(0, 103)
    axes.set_xlim(-0.01 * last, last * 1.02)
    axes.set_ylabel("Participants without the event, %")
    series += _at_risk(axes, protocol, endpoint, results, last)
    legend(drawing, axes)
    alt = (
        "Falling steps for each arm: the percentage without the event by day, with the "
        "number at risk below; vertical ticks are censored participants; dotted lines "
        "are the estimate for events that happened between two visits."
    )
    band = any(_with_band(part) for part in series)
    note = "Vertical ticks: censored participants. At risk: just before each day."
    if band:
        note += f" Bands: {ci(level_of(estimates))}."
    curves = [part for part in series if part.n[0] is not None and not part.panel]
    few = [part for part in curves if (part.n[0] or 0) < FEW]
    note += "".join(
        f" {p.label}: n = {p.n[0]}, too few to interpret a curve." for p in few
    )
    return drawn(
        drawing,
        f"{endpoint.id}-curve",
        endpoint.label,
        alt,
        series,
        dummy=dummy,
        note=note,
    )


def _steps(axes: Axes, number: int, own: Series) -> None:
    look = arm_look(number)
    n = next((n for n in own.n if n is not None), 0)
    axes.step(
        list(own.x), list(own.y), where="post", color=look["color"],
        linestyle=look["linestyle"], linewidth=1.8, label=short(f"{own.label}, n = {n}"),
    )  # fmt: skip
    if n < FEW:
        # On the first step, where no other curve is: all begin at 100 and fall.
        axes.annotate(
            f"n = {n}", (own.x[-1], own.y[-2] if len(own.y) > 1 else own.y[-1]),
            xytext=(4, -4), textcoords="offset points", ha="left", va="top",
            fontsize=SIZE, color=look["color"],
        )  # fmt: skip
    if _with_band(own):
        low, high = (
            [v if end is None else end for v, end in zip(own.y, side, strict=True)]
            for side in (own.lower, own.upper)
        )
        axes.fill_between(
            list(own.x), low, high, step="post", color=look["color"], alpha=0.12,
            linewidth=0,
        )  # fmt: skip


def _with_band(own: Series) -> bool:
    return (own.n[0] or 0) >= BAND_FROM and any(v is not None for v in own.lower)


def _turnbull(
    axes: Axes, number: int, results: Results, endpoint: Endpoint, arm: str, label: str
) -> list[Series]:
    """The curve for events known to lie between two visits; sloped between them."""
    estimates = results.select(endpoint=endpoint.id, analysis="turnbull")
    points = of_arm(arm, f"{label}, {TURNBULL}", estimates, scale=100)
    if not points.ids:
        return []
    rows = {e.id: e for e in estimates}
    days, value, ids = [0.0], [100.0], [""]
    for day, share, name in zip(points.x, points.y, points.ids, strict=True):
        low = float(str(rows[name].note).partition("after day ")[2].partition(" ")[0])
        days += [low, day]
        value += [value[-1], share]
        ids += ["", name]
    none = (None,) * len(days)
    n = dict(zip(points.ids, points.n, strict=True))
    points = replace(  # with the ends of the slopes, which are no estimates
        points, x=tuple(days), y=tuple(value), ids=tuple(ids), lower=none, upper=none,
        n=tuple(n.get(name) for name in ids),
    )  # fmt: skip
    axes.plot(
        days, value, color=arm_look(number)["color"], linewidth=1.0, linestyle=":",
        label=short(points.label, 60),
    )  # fmt: skip
    return [points]


def _at_risk(
    axes: Axes, protocol: Protocol, endpoint: Endpoint, results: Results, last: float
) -> list[Series]:
    """Rows of numbers under the horizontal axis."""
    estimates = results.select(endpoint=endpoint.id, analysis="at-visit")
    curve = results.select(endpoint=endpoint.id, analysis="survival")
    days = sorted(
        {float(e.statistic or 0) for e in estimates if 0 < (e.statistic or 0) <= last}
    )
    step = max(1, -(-len(days) // TICKS))
    ticks = [0.0, *days[::-1][::step][::-1]]
    axes.set_xticks(ticks, [""] * len(ticks))
    rows = Below(axes)
    rows.add("Day", {day: f"{day:g}" for day in ticks})
    rows.heading("At risk")
    made = []
    for arm in protocol.arms:
        start = [e for e in curve if e.contrast == arm.id][:1]
        shown = [e for e in estimates if e.contrast == arm.id and e.statistic in ticks]
        points = of_arm(arm.id, arm.label, shown, scale=100, panel="at risk")
        number = {0.0: start[0].n if start else 0}
        number |= dict(zip(points.x, points.n, strict=True))
        lines = folded(arm.label, 18)
        rows.add(lines[0], {day: str(number.get(day) or 0) for day in ticks})
        for line in lines[1:3]:
            rows.add(line, {})
        if points.ids:
            made.append(points)
    rows.title(f"Days since {time_zero(protocol, endpoint)}")
    return made


def time_zero(protocol: Protocol, endpoint: Endpoint) -> str:
    """What time counts from, as text."""
    definition = protocol.definition(endpoint.variable.definition or "")
    if definition.rule == "time-to":
        return "randomization"
    if definition.zero == "last-infusion":
        return "the last infusion"
    if definition.at is None:
        return "time zero"
    return protocol.schedule.visit(definition.at).label.lower()


def _censored(row: Estimate) -> bool:
    return row.note is not None and "; 0 censored" not in row.note
