"""Colours and marks of the arms, and how a figure becomes SVG and PNG."""

from __future__ import annotations

from io import BytesIO
from textwrap import wrap
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equipoise.analyze.result import Estimate
from equipoise.report.content import Figure as Picture

# Okabe and Ito 2008: told apart with every kind of colour vision, and in grey by marks.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
MARKS = ("o", "s", "^", "D", "v", "P")
LINES = ("-", "--", "-.", ":", "-", "--")
DOTS = 200
INK, PALE = "#1f2933", "#9aa5b1"


def figure(width: float = 6.4, height: float = 3.8) -> tuple[Figure, Axes]:
    """An empty figure with one plot; nothing of it is shared with other figures."""
    made = Figure(figsize=(width, height), layout="constrained")
    axes = made.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e4e7eb", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, labelsize=10)
    return made, axes


def drawn(made: Figure, name: str, title: str, alt: str, *, dummy: bool) -> Picture:
    """The figure as SVG and PNG: the same bytes for the same content.

    Args:
        made: by matplotlib.
        name: of its files.
        title: above it.
        alt: what is drawn, for who cannot see it.
        dummy: whether the arms are shuffled; then it says so across the figure.
    """
    if dummy:
        made.text(
            0.5,
            0.5,
            "DUMMY ALLOCATION",
            ha="center",
            va="center",
            rotation=25,
            fontsize=30,
            color="#b00020",
            alpha=0.22,
        )
    vector, raster = BytesIO(), BytesIO()
    with mpl.rc_context({"svg.hashsalt": "equipoise", "svg.fonttype": "path"}):
        made.savefig(vector, format="svg", metadata={"Date": None, "Title": title})
    made.savefig(raster, format="png", dpi=DOTS, metadata={"Software": None})
    return Picture(name, title, alt, vector.getvalue(), raster.getvalue())


def errorbars(
    axes: Axes, number: int, at: list[float], rows: list[Estimate], **more: Any
) -> None:
    """Estimates with their intervals in the colour, mark and line of an arm."""
    y = [float(row.estimate or 0) for row in rows]
    low = [
        v - (v if e.lower is None else e.lower) for v, e in zip(y, rows, strict=True)
    ]
    high = [
        (v if e.upper is None else e.upper) - v for v, e in zip(y, rows, strict=True)
    ]
    axes.errorbar(
        at, y, yerr=[low, high], color=COLOURS[number], marker=MARKS[number],
        linestyle=LINES[number], capsize=3, markersize=6, **more,
    )  # fmt: skip


def across(axes: Axes) -> None:
    """Grid lines for values that run from left to right."""
    axes.grid(axis="x", color="#e4e7eb", linewidth=0.8)
    axes.grid(visible=False, axis="y")


def folded(label: str, most: int = 28) -> str:
    """A long label on several lines."""
    return "\n".join(wrap(label, most))
