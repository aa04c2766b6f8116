"""The look of figures: size, colors and marks of the arms, and how they become SVG."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from equipoise.report.blocks import Figure as Picture
from equipoise.report.blocks import Series, printable

if TYPE_CHECKING:  # matplotlib takes half a second: it is imported by who draws
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito 2008: told apart with every kind of color vision, and in gray by marks.
# These are the colors of arms; whatever is no arm is drawn in INK, GREY or PALE.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
MARKS = ("o", "s", "^", "D", "v", "P")
LINES = ("-", "--", "-.", ":", "-", "--")
INK, GREY, PALE, GRID = "#1f2933", "#52606d", "#9aa5b1", "#e4e7eb"
WIDTH = 6.9  # inches: the text of an A4 page with margins of 17 mm
SIZE = 9  # points of every text of a figure
LETTERS = 92  # that fit across a figure, in the widest typeface that is used
LONGEST = 110  # letters of a label; the rest is in the tables
DODGE = 3.5  # points between the marks of two arms at the same place
SANS = "Helvetica, Arial, 'Liberation Sans', sans-serif"


def figure(height: float = 3.6) -> tuple[Figure, Axes]:
    """An empty figure with one plot, as wide as the text of a page."""
    drawing, panels = grid(1, 1, height)
    return drawing, panels[0]


def grid(
    rows: int, columns: int, height: float, **more: Any
) -> tuple[Figure, list[Axes]]:
    """An empty figure with panels, line by line; shared with no other figure."""
    from matplotlib.figure import Figure

    made = Figure(figsize=(WIDTH, height))
    panels = list(made.subplots(rows, columns, squeeze=False, **more).flat)
    for axes in panels:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.tick_params(colors=INK, labelsize=SIZE)
        axes.xaxis.label.set_fontsize(SIZE)
        axes.yaxis.label.set_fontsize(SIZE)
    return made, panels


def arm_look(number: int) -> dict[str, Any]:
    """Color, mark and line of an arm; the first 36 differ."""
    turn = number // len(COLOURS)
    return {
        "color": COLOURS[number % len(COLOURS)],
        "marker": MARKS[(number + turn) % len(MARKS)],
        "linestyle": LINES[(number + turn) % 4],
    }


def drawn(
    made: Figure,
    name: str,
    title: str,
    alt: str,
    series: Sequence[Series],
    *,
    dummy: bool,
    note: str = "",
) -> Picture:
    """The figure as SVG: the same bytes for the same content.

    Args:
        made: by matplotlib.
        name: of its files.
        title: above it.
        alt: a description for readers who cannot see it.
        series: the data drawn.
        dummy: whether the arms are shuffled; then it says so across the figure.
        note: below it.
    """
    if dummy:
        made.text(
            0.5, 0.5, "DUMMY ALLOCATION", ha="center", va="center", rotation=25,
            rotation_mode="anchor", fontsize=30, color="#b00020", alpha=0.22,
        )  # fmt: skip
    return Picture(name, title, alt, as_svg(made, title), tuple(series), note=note)


def as_svg(made: Figure, title: str) -> bytes:
    """A figure of matplotlib as SVG with texts as texts, without a typeface of their own.

    So a figure is set in the typeface of its form: sans serif on a page of the web, serif
    in PDF, Word and RTF. The layout is made with DejaVu Sans, which is wider than either.
    """
    from equipoise.report.figures.vector import vector

    with warnings.catch_warnings():
        # A letter that the font of the layout has not may be in that of the form.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        svg = vector(made, title)
    text = re.sub(r"font-family: [^;\"]*;? ?", "", svg)
    return text.replace("<svg ", f'<svg font-family="{SANS}" ', 1).encode()


def in_typeface(svg: bytes, family: str) -> bytes:
    """A drawing in another typeface."""
    return svg.replace(
        f'font-family="{SANS}"'.encode(), f'font-family="{family}"'.encode(), 1
    )


def errorbars(
    axes: Axes, number: int, series: Series, *, of: int = 1, **more: Any
) -> None:
    """Points with their intervals in the color, mark and line of an arm.

    Args:
        axes: in which they are drawn.
        number: of the arm, from 0.
        series: its points.
        of: number of arms; the marks are drawn next to each other, their values unchanged.
        more: of ``Axes.errorbar``.
    """
    from matplotlib.transforms import ScaledTranslation

    shift = (number - (of - 1) / 2) * DODGE / 72
    aside = ScaledTranslation(shift, 0, axes.figure.dpi_scale_trans)
    nan = float("nan")
    low = [
        nan if v is None else max(y - v, 0.0)
        for y, v in zip(series.y, series.lower, strict=True)
    ]
    high = [
        nan if v is None else max(v - y, 0.0)
        for y, v in zip(series.y, series.upper, strict=True)
    ]
    axes.errorbar(
        list(series.x), list(series.y), yerr=[low, high], capsize=2.5, markersize=5,
        linewidth=1.4, transform=axes.transData + aside, label=short(series.label),
        **arm_look(number), **more,
    )  # fmt: skip
    ends = [v for v in (*series.y, *series.lower, *series.upper) if v is not None]
    if ends:
        corners = [(min(series.x), min(ends)), (max(series.x), max(ends))]
        axes.update_datalim(corners)


def legend(made: Figure, axes: Axes) -> None:
    """The labels above the plot, where no data are."""
    handles, labels = axes.get_legend_handles_labels()
    if not handles:
        return
    longest = max(len(line) for text in labels for line in text.split("\n"))
    made.legend(
        handles, labels, loc="outside upper left", frameon=False, fontsize=SIZE,
        ncols=max(1, min(len(labels), LETTERS // (longest + 8))), handlelength=2.6,
        labelcolor=INK, borderaxespad=0.1,
    )  # fmt: skip


def across(axes: Axes) -> None:
    """Grid lines for values that run from left to right."""
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.grid(visible=False, axis="y")


def plain(text: str) -> str:
    """A text in which matplotlib sees no formula, and which SVG can hold."""
    return printable(text).replace("$", r"\$")


def short(text: str, most: int = 46) -> str:
    """A label for a legend or a title of a panel: folded, and cut where it is endless."""
    return plain("\n".join(folded(text, most)))


def folded(label: str, most: int = 28) -> list[str]:
    """A long label on several lines, cut after ``LONGEST`` letters."""
    if len(label) > LONGEST:
        label = label[: LONGEST - 1].rstrip() + "…"
    return wrap(label, most) or [""]
