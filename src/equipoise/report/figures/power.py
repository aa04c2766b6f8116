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
from equipoise.report.grid_labels import design_words, dropout_words, effect_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

REACH = 1.96  # Monte Carlo errors that a bar reaches to either side
MOST_ACROSS = 2  # panels beside each other that can still be read
WANTED, ERROR = 80, 5  # per cent: faint lines to read the curves against
KEYS = ("size", "effect", "dropout", "design", "power")


def power_curves(rows: pd.DataFrame, label: str) -> Figure:
    """Power against the size, a line for each effect, a panel for each other cell.

    A grid of a single size is drawn against the effect instead.

    Args:
        rows: of one endpoint, from ``grid_table``.
        label: of the endpoint.

    Returns:
        Bars are Monte Carlo intervals of 95 %. Without an effect power is the error of
        the first kind.
    """
    dropouts, designs = list(rows["dropout"].unique()), list(rows["design"].unique())
    cells = [(dropout, design) for dropout in dropouts for design in designs]
    columns = min(len(designs), MOST_ACROSS)
    lines = -(-len(cells) // columns)
    made, panels = grid(lines, columns, 1.0 + 2.4 * lines, sharex=True, sharey=True)
    for axes in panels[len(cells) :]:
        axes.set_visible(False)
    series = []
    for axes, (dropout, design) in zip(panels, cells, strict=False):
        own = rows[(rows["dropout"] == dropout) & (rows["design"] == design)]
        words = f"{design_words(design)}\n{dropout_words(dropout)}"
        series += _panel(axes, own, words.replace("\n", ", "))
        axes.set_title(words, fontsize=SIZE, color=INK, loc="left")
    across = "Participants randomized" if _over_sizes(rows) else "Times the effect"
    made.supxlabel(across, fontsize=SIZE)
    made.supylabel("Power (%)", fontsize=SIZE, rotation_mode="anchor")
    legend(made, panels[0])
    told = [
        f"{size} people, {effect_words(e)}, {dropout_words(d)}, {design_words(design)} "
        f"{100 * power:.0f} %"
        for size, e, d, design, power in zip(
            *(rows[name].tolist() for name in KEYS), strict=True
        )
    ]
    alt = "Curves of power with bars of Monte Carlo error: " + "; ".join(told)
    return drawn(made, "power", f"{label}: power", f"{alt}.", series, dummy=False)


def _over_sizes(rows: pd.DataFrame) -> bool:
    return bool(rows["size"].nunique() > 1)


def _panel(axes: Axes, rows: pd.DataFrame, panel: str) -> list[Series]:
    over = "size" if _over_sizes(rows) else "effect"
    if over == "size":
        effects = [float(e) for e in rows["effect"].unique()]
        parts = [(effect_words(e), rows[rows["effect"] == e]) for e in effects]
    else:
        parts = [(f"{rows['size'].iloc[0]} people", rows)]
    made = []
    for number, (label, part) in enumerate(parts):
        own = part.sort_values(over)
        at, power = own[over].to_numpy(float), 100 * own["power"].to_numpy(float)
        reach = 100 * REACH * own["power_error"].to_numpy(float)
        axes.errorbar(
            at, power, yerr=reach, label=label, capsize=3, markersize=5, linewidth=1.4,
            **arm_look(number),
        )  # fmt: skip
        made.append(
            Series(
                label, "", tuple(at), tuple(power), tuple(power - reach),
                tuple(power + reach), tuple(int(n) for n in own["size"]),
                ("",) * len(own), panel,
            )
        )  # fmt: skip
    for level in (WANTED, ERROR):
        axes.axhline(level, color=PALE, linewidth=0.8, linestyle=":")
    axes.set_ylim(0, 102)
    axes.set_yticks([ERROR, 20, 40, 60, WANTED, 100])
    axes.set_xticks(sorted(rows[over].unique()))
    return made
