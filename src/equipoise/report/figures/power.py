"""Power over a grid of simulated trials."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from equipoise.report.blocks import Figure, Series
from equipoise.report.figures.style import (
    INK,
    PALE,
    SIZE,
    arm_look,
    drawn,
    grid,
    legend,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

REACH = 1.96  # Monte Carlo errors that a bar reaches to either side
MOST_ACROSS = 2  # panels next to each other that can still be read
POWER, ERROR = 80, 5  # percent: faint lines to read the curves by
KEYS = ("size", "effect", "dropout", "design", "power")


def power_curves(rows: pd.DataFrame, label: str) -> Figure:
    """Power by sample size, a line per effect, a panel per withdrawal factor and design.

    A grid of a single sample size is drawn by effect instead.

    Args:
        rows: of one endpoint, from ``summarize_grid``.
        label: of the endpoint.

    Returns:
        Bars are 95% Monte Carlo intervals. Without an effect, power is the type I error.
    """
    dropouts, designs = list(rows["dropout"].unique()), list(rows["design"].unique())
    pairs = [(dropout, design) for dropout in dropouts for design in designs]
    columns = min(len(designs), MOST_ACROSS)
    lines = -(-len(pairs) // columns)
    drawing, panels = grid(lines, columns, 1.0 + 2.4 * lines, sharex=True, sharey=True)
    for axes in panels[len(pairs) :]:
        axes.set_visible(False)
    series = []
    for axes, (dropout, design) in zip(panels, pairs, strict=False):
        part = rows[(rows["dropout"] == dropout) & (rows["design"] == design)]
        labels = design_label(design), dropout_label(dropout)
        series += _panel(axes, part, ", ".join(labels))
        axes.set_title("\n".join(labels), fontsize=SIZE, color=INK, loc="left")
    across = "Participants randomized" if _over_sizes(rows) else "Times the effect"
    drawing.supxlabel(across, fontsize=SIZE)
    drawing.supylabel("Power (%)", fontsize=SIZE, rotation_mode="anchor")
    legend(drawing, panels[0])
    points = [
        f"{size} participants, {effect_label(e)}, {dropout_label(d)}, "
        f"{design_label(design)}: {100 * power:.0f}%"
        for size, e, d, design, power in zip(
            *(rows[name].tolist() for name in KEYS), strict=True
        )
    ]
    alt = "Curves of power with bars of Monte Carlo error: " + "; ".join(points)
    return drawn(drawing, "power", f"{label}: power", f"{alt}.", series, dummy=False)


def effect_label(factor: float) -> str:
    """``no effect``, ``effect as specified``, ``0.5 times the effect``."""
    labels = {0.0: "no effect", 1.0: "effect as specified"}
    return labels.get(factor, f"{factor:g} times the effect")


def dropout_label(factor: float) -> str:
    """``no withdrawals``, ``withdrawals as specified``, ``2 times the withdrawals``."""
    labels = {0.0: "no withdrawals", 1.0: "withdrawals as specified"}
    return labels.get(factor, f"{factor:g} times the withdrawals")


def factor_label(factor: float) -> str:
    """A factor in the column of what it multiplies: ``none``, ``as specified``, ``× 2``."""
    return {0.0: "none", 1.0: "as specified"}.get(factor, f"× {factor:g}")


def design_label(design: str) -> str:
    """``no interim analyses``, or ``lan-demets-of, analyses at 50, 100%``."""
    rule, _, timing = design.partition(":")
    if not timing:
        return "no interim analyses"
    percentages = ", ".join(f"{100 * float(part):.3g}" for part in timing.split(","))
    return f"{rule.replace('=', ' ')}, analyses at {percentages}%"


def _over_sizes(rows: pd.DataFrame) -> bool:
    return bool(rows["size"].nunique() > 1)


def _panel(axes: Axes, rows: pd.DataFrame, panel: str) -> list[Series]:
    if _over_sizes(rows):
        over = "size"
        effects = [float(e) for e in rows["effect"].unique()]
        curves = [(effect_label(e), rows[rows["effect"] == e]) for e in effects]
    else:
        over, curves = "effect", [(f"{rows['size'].iloc[0]} participants", rows)]
    series = []
    for number, (label, curve) in enumerate(curves):
        points = curve.sort_values(over)
        at, power = points[over].to_numpy(float), 100 * points["power"].to_numpy(float)
        reach = 100 * REACH * points["power_error"].to_numpy(float)
        axes.errorbar(
            at, power, yerr=reach, label=label, capsize=3, markersize=5, linewidth=1.4,
            **arm_look(number),
        )  # fmt: skip
        series.append(
            Series(
                label, "", tuple(at), tuple(power), tuple(power - reach),
                tuple(power + reach), tuple(int(n) for n in points["size"]),
                ("",) * len(points), panel,
            )
        )  # fmt: skip
    for level in (POWER, ERROR):
        axes.axhline(level, color=PALE, linewidth=0.8, linestyle=":")
    axes.set_ylim(0, 102)
    axes.set_yticks([ERROR, 20, 40, 60, POWER, 100])
    axes.set_xticks(sorted(rows[over].unique()))
    return series
