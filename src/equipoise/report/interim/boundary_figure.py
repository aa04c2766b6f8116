"""The boundaries of interim analyses, with the z observed so far."""

from __future__ import annotations

import numpy as np

from equipoise.interim.analysis import InterimResult, boundaries
from equipoise.numerics.rounding import fixed
from equipoise.report.blocks import Figure, Series
from equipoise.report.figures.style import GREY, INK, drawn, figure, legend

HIGHEST = 6.0  # z to which boundaries are drawn


def boundary_figure(result: InterimResult) -> Figure:
    """Z by information: boundaries for efficacy and futility, and the z observed."""
    made, axes = figure()
    rows = boundaries(result)
    series = []
    curves = (
        ("efficacy", "efficacy_z", 1, "-", "s"),
        ("same size against benefit", "efficacy_z", -1, ":", "s"),
        ("futility", "futility_z", 1, "--", "v"),
    )
    for label, key, sign, line, mark in curves:
        points = [
            (100 * (row["fraction"] or 0.0), sign * z)
            for row in rows
            if (z := row[key]) is not None
        ]
        if not points:
            continue
        x, y = zip(*points, strict=True)
        axes.plot(x, y, line, marker=mark, color=GREY, label=label, markersize=4)
        series.append(_series(label, x, y))
    done = [
        (100 * (row["fraction"] or 0.0), z)
        for row in rows
        if (z := row["observed_z"]) is not None
    ]
    x, y = zip(*done, strict=True)
    axes.plot(x, y, "-", marker="o", color=INK, label="observed z", linewidth=1.5)
    series.append(_series("observed z", x, y))
    ends = [abs(v) for one in series for v in one.y]
    high = min(HIGHEST, max(ends)) + 0.5
    axes.set_ylim(-high, high)
    axes.set_xlim(0, 105)
    axes.axhline(0, color=GREY, linewidth=0.6)
    axes.set_xlabel("Information (% of the planned maximum)")
    axes.set_ylabel("z in the direction of benefit")
    legend(made, axes)
    said = "; ".join(
        f"{one.label}: "
        + ", ".join(
            f"{fixed(z, 2)} at {fixed(t, 1)}%"
            for t, z in zip(one.x, one.y, strict=True)
        )
        for one in series
    )
    alt = f"Boundaries and observed z by information. {said}."
    dummy = result.provenance.allocation == "dummy"
    title = "Boundaries and observed z"
    note = (
        "Boundaries after this analysis are those of the planned information; they are "
        f"recalculated at the actual one. Boundaries above z {fixed(HIGHEST, 0)} are cut "
        "off."
    )
    return drawn(made, "boundaries", title, alt, series, dummy=dummy, note=note)


def _series(label: str, x: tuple[float, ...], y: tuple[float, ...]) -> Series:
    none = (None,) * len(x)
    numbers = tuple(map(float, np.asarray(x))), tuple(map(float, np.asarray(y)))
    return Series(label, "", *numbers, none, none, none, ("",) * len(x))
