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
from equipoise.report.table_cells import plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

REACH = 1.96  # Monte Carlo errors that a bar reaches to either side
MOST_ACROSS = 2  # panels next to each other that can still be read
POWER, ERROR = 80, 5  # percent: faint lines to read the curves by
NOUNS = {
    "effect": "the effect",
    "drug_effect": "the effect of the drug",
    "expectancy": "the expectancy",
    "unblinding": "the unblinding",
    "dropout": "the withdrawals",
}


def power_curves(rows: pd.DataFrame, label: str) -> Figure:
    """Power by sample size, a line per effect, a panel for everything else that varies.

    A grid of a single sample size is drawn by effect instead. Where the effect of the
    drug alone is varied, it takes the place of the effect.

    Args:
        rows: of one endpoint, from ``summarize_grid``.
        label: of the endpoint.

    Returns:
        Bars are 95% Monte Carlo intervals. Without an effect, power is the type I error.
    """
    by = _line_factor(rows)
    parts = _panels(rows, by)
    columns = min(int(rows["design"].nunique()), MOST_ACROSS)
    lines = -(-len(parts) // columns)
    drawing, panels = grid(lines, columns, 1.0 + 2.4 * lines, sharex=True, sharey=True)
    for axes in panels[len(parts) :]:
        axes.set_visible(False)
    series = []
    for axes, part in zip(panels, parts, strict=False):
        shown = [name for name in shown_factors(rows) if name != by]
        first = part.iloc[0]
        labels = [design_label(str(first["design"]))]
        labels += [named_factor(name, float(first[name])) for name in reversed(shown)]
        series += _panel(axes, part, by, ", ".join(labels))
        axes.set_title("\n".join(labels), fontsize=SIZE, color=INK, loc="left")
    across = "Participants randomized" if _over_sizes(rows) else f"Times {NOUNS[by]}"
    drawing.supxlabel(across, fontsize=SIZE)
    drawing.supylabel("Power (%)", fontsize=SIZE)
    legend(drawing, panels[0])
    points = [
        ", ".join(
            (
                plural(int(row["size"]), "participant"),
                *factor_labels(row, rows),
                f"{design_label(str(row['design']))}: {100 * row['power']:.0f}%",
            )
        )
        for _, row in rows.iterrows()
    ]
    alt = "Curves of power with bars of Monte Carlo error: " + "; ".join(points)
    return drawn(drawing, "power", f"{label}: power", f"{alt}.", series, dummy=False)


def shown_factors(rows: pd.DataFrame) -> tuple[str, ...]:
    """Names of the factors that are not 1 everywhere."""
    return tuple(name for name in NOUNS if name in rows and (rows[name] != 1).any())


def factor_labels(row: pd.Series[float], rows: pd.DataFrame) -> tuple[str, ...]:
    """The factors of one scenario of a grid, as text."""
    shown = shown_factors(rows)
    return tuple(named_factor(name, float(row[name])) for name in shown)


def named_factor(name: str, factor: float) -> str:
    """``no effect``, ``effect as specified``, ``2 times the withdrawals``."""
    noun = NOUNS[name].removeprefix("the ")
    labels = {0.0: f"no {noun}", 1.0: f"{noun} as specified"}
    return labels.get(factor, f"{factor:g} times {NOUNS[name]}")


def factor_label(factor: float) -> str:
    """A factor in the column of what it multiplies: ``none``, ``as specified``, ``× 2``."""
    return {0.0: "none", 1.0: "as specified"}.get(factor, f"× {factor:g}")


def design_label(design: str) -> str:
    """``no interim analyses``, or ``lan-demets-of, analyses at 50, 100%``."""
    rule, _, timing = design.partition(":")
    if design == "interim":
        return "interim analyses of the protocol"
    if not timing:
        return "no interim analyses"
    percentages = ", ".join(f"{100 * float(part):.3g}" for part in timing.split(","))
    return f"{rule.replace('=', ' ')}, analyses at {percentages}%"


def _over_sizes(rows: pd.DataFrame) -> bool:
    return bool(rows["size"].nunique() > 1)


def _line_factor(rows: pd.DataFrame) -> str:
    """The factor that has a line for each value."""
    alone = "drug_effect" in rows and rows["drug_effect"].nunique() > 1
    return "drug_effect" if alone and rows["effect"].nunique() == 1 else "effect"


def _panels(rows: pd.DataFrame, by: str) -> list[pd.DataFrame]:
    """The rows of each panel, in the order of the table."""
    others = [name for name in reversed(tuple(NOUNS)) if name in rows and name != by]
    grouped = rows.groupby([*others, "design"], sort=False, observed=True)
    return [part for _, part in grouped]


def _panel(axes: Axes, rows: pd.DataFrame, by: str, panel: str) -> list[Series]:
    if _over_sizes(rows):
        over = "size"
        factors = [float(f) for f in rows[by].unique()]
        curves = [(named_factor(by, f), rows[rows[by] == f]) for f in factors]
    else:
        over, curves = by, [(plural(rows["size"].iloc[0], "participant"), rows)]
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
