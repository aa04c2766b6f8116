"""Colours and marks of the arms, and how a figure becomes SVG."""

from __future__ import annotations

from io import BytesIO

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe and Ito 2008: told apart with every kind of colour vision, and in grey by marks.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
MARKS = ("o", "s", "^", "D", "v", "P")
LINES = ("-", "--", "-.", ":", "-", "--")
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


def svg(made: Figure, title: str, *, dummy: bool) -> bytes:
    """The figure as SVG: the same bytes for the same content, on every machine."""
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
    out = BytesIO()
    with mpl.rc_context({"svg.hashsalt": "equipoise", "svg.fonttype": "path"}):
        made.savefig(out, format="svg", metadata={"Date": None, "Title": title})
    return out.getvalue()
