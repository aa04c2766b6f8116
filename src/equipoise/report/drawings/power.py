"""Power over a grid of simulated trials."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from equipoise.report.content import Figure
from equipoise.report.drawings.style import (
    COLOURS,
    INK,
    LINES,
    MARKS,
    PALE,
    drawn,
    figure,
)
from equipoise.report.grid_words import design_words, dropout_words, effect_words

REACH = 1.96  # Monte Carlo errors that a bar reaches to either side
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
    made, axes = figure(
        width=max(6.4, 1 + 3.4 * len(designs)), height=1.3 + 2.7 * len(dropouts)
    )
    axes.remove()
    panels = made.subplots(
        len(dropouts), len(designs), squeeze=False, sharex=True, sharey=True
    )
    for i, dropout in enumerate(dropouts):
        for j, design in enumerate(designs):
            own = rows[(rows["dropout"] == dropout) & (rows["design"] == design)]
            _panel(panels[i, j], own)
            words = f"{design_words(design)}\n{dropout_words(dropout)}"
            panels[i, j].set_title(words, fontsize=9, color=INK, loc="left")
    across = "people randomized" if _over_sizes(rows) else "times the effect"
    for panel in panels[-1]:
        panel.set_xlabel(across, fontsize=10)
    for panel in panels[:, 0]:
        panel.set_ylabel("power (%)", fontsize=10)
    handles, labels = panels[0, 0].get_legend_handles_labels()
    made.legend(
        handles, labels, loc="outside lower center", ncols=3, frameon=False, fontsize=9
    )
    told = [
        f"{size} people, {effect_words(e)}, {dropout_words(d)}, {design_words(design)} "
        f"{100 * power:.0f} %"
        for size, e, d, design, power in zip(
            *(rows[name].tolist() for name in KEYS), strict=True
        )
    ]
    alt = "Curves of power with bars of Monte Carlo error: " + "; ".join(told)
    return drawn(made, "power", f"{label}: power", f"{alt}.", dummy=False)


def _over_sizes(rows: pd.DataFrame) -> bool:
    return bool(rows["size"].nunique() > 1)


def _panel(axes: Axes, rows: pd.DataFrame) -> None:
    over = "size" if _over_sizes(rows) else "effect"
    if over == "size":
        effects = [float(e) for e in rows["effect"].unique()]
        parts = [(effect_words(e), rows[rows["effect"] == e]) for e in effects]
    else:
        parts = [(f"{rows['size'].iloc[0]} people", rows)]
    for number, (label, part) in enumerate(parts):
        own = part.sort_values(over)
        axes.errorbar(
            own[over].to_numpy(float), 100 * own["power"].to_numpy(float),
            yerr=100 * REACH * own["power_error"].to_numpy(float), label=label,
            color=COLOURS[number % len(COLOURS)], marker=MARKS[number % len(MARKS)],
            linestyle=LINES[number % len(LINES)], capsize=3, markersize=5,
        )  # fmt: skip
    for level in (WANTED, ERROR):
        axes.axhline(level, color=PALE, linewidth=0.8, linestyle=":")
    axes.set_ylim(0, 102)
    axes.set_yticks([ERROR, 20, 40, 60, WANTED, 100])
    axes.set_xticks(sorted(rows[over].unique()))
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=INK, labelsize=9)
    axes.grid(axis="y", color="#e4e7eb", linewidth=0.8)
    axes.set_axisbelow(True)
