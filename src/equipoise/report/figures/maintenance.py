"""Schedules of infusions: response over the days, and the infusions that it takes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from equipoise.report.blocks import Figure, Series
from equipoise.report.figures.style import GRID, INK, arm_look, drawn, grid
from equipoise.simulate.maintenance.compare import Comparison

TITLE = "Days in response, and the infusions that they take"
STEP = 28  # days between ticks


def maintenance(comparison: Comparison) -> Figure:
    """Two panels: proportion in response by day; days in response against infusions."""
    made, (above, below) = grid(2, 1, 7.6, height_ratios=(1.15, 1))
    for axes in (above, below):
        axes.grid(axis="x", color=GRID, linewidth=0.8)
    _curves(above, comparison)
    _days_by_infusions(below, comparison)
    alt = (
        "Above, a curve for each schedule: the proportion of responders in response "
        "by day of maintenance. Below, a point for each schedule: mean days in response "
        "against mean number of infusions."
    )
    return drawn(made, "maintenance", TITLE, alt, _series(comparison), dummy=False)


def _series(comparison: Comparison) -> list[Series]:
    """The curves above, then the points below."""
    made = []
    for kept in comparison.kept:
        days = len(kept.curve)
        none, name = (None,) * days, kept.schedule.spelling
        curve = tuple(100 * float(v) for v in kept.curve)
        at = tuple(float(day) for day in range(days))
        made.append(
            Series(name, "", at, curve, none, none, none, ("",) * days, "in response")
        )
    for kept in comparison.kept:
        infusions, days_in = kept.mean("infusions"), kept.mean("days_true")
        low, high = (days_in.value + side * 2 * days_in.error for side in (-1, 1))
        made.append(
            Series(
                kept.schedule.spelling, "", (infusions.value,), (days_in.value,), (low,),
                (high,), (None,), ("",), "days against infusions",
            )
        )  # fmt: skip
    return made


def _curves(axes: Any, comparison: Comparison) -> None:
    days = np.arange(comparison.horizon + 1)
    for place, kept in enumerate(comparison.kept):
        look = arm_look(place)
        axes.plot(
            days,
            100 * kept.curve,
            linewidth=2,
            markersize=6,
            markevery=(7 + 3 * place, STEP),
            label=kept.schedule.spelling,
            **look,
        )
    axes.set_xlim(0, comparison.horizon)
    axes.set_ylim(0, 100)
    axes.set_xticks(np.arange(0, comparison.horizon + 1, max(STEP, _step(comparison))))
    axes.set_xlabel("days since the start of maintenance", color=INK)
    axes.set_ylabel("in response, % of responders", color=INK)
    axes.legend(frameon=False, fontsize=9.5, loc="lower left", handlelength=3)


def _step(comparison: Comparison) -> int:
    return STEP * max(1, round(comparison.horizon / STEP / 8))


def _days_by_infusions(axes: Any, comparison: Comparison) -> None:
    points = [(k.mean("infusions"), k.mean("days_true")) for k in comparison.kept]
    for place, (infusions, days) in enumerate(points):
        look = arm_look(place) | {"linestyle": "none"}
        axes.errorbar(
            infusions.value, days.value, xerr=2 * infusions.error,
            yerr=2 * days.error, capsize=3, markersize=8, **look,
        )  # fmt: skip
    widest = max((i.value for i, _ in points), default=1.0) or 1.0
    lowest, highest = min(d.value for _, d in points), max(d.value for _, d in points)
    space = max(highest - lowest, 1.0)
    axes.set_xlim(-0.06 * widest, 1.08 * widest)
    axes.set_ylim(lowest - 0.15 * space, highest + 0.15 * space)
    for place, height in enumerate(_apart([d.value for _, d in points], 0.07 * space)):
        infusions, _ = points[place]
        far = infusions.value > 0.6 * widest  # long names stay inside on the left
        axes.annotate(
            comparison.kept[place].schedule.spelling,
            (infusions.value, height), xytext=(-9 if far else 9, 0),
            textcoords="offset points", va="center", ha="right" if far else "left",
            fontsize=9.5, color=INK,
        )  # fmt: skip
    axes.set_xlabel("infusions after the induction, mean", color=INK)
    axes.set_ylabel(f"days in response, mean of {comparison.horizon}", color=INK)


def _apart(heights: list[float], least: float) -> list[float]:
    """Heights of the labels, at least so far from each other, in the same order."""
    made = list(heights)
    order = sorted(range(len(made)), key=lambda place: made[place])
    for lower, upper in pairwise(order):
        made[upper] = max(made[upper], made[lower] + least)
    return made
