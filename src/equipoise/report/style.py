"""How figures look, and how one becomes SVG."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from io import BytesIO

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from equipoise.report.cells import Cell

# Okabe and Ito 2008: told apart with every kind of colour vision, and in grey by marks.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
MARKS = ("o", "s", "^", "D", "v", "P")
LINES = ("-", "--", "-.", ":", "-", "--")
HATCHES = ("", "////", "....", "xxxx", "----", "\\\\\\\\")
INK, SOFT, PALE, ALARM = "#1f2933", "#52606d", "#e4e7eb", "#b00020"

# Inches. A figure fills a phone of 390 px as it is, and half of a printed page, and its
# letters are 10 to 12 px there; on a desk two stand side by side.
WIDTH, HEIGHT = 4.6, 3.3

RULES = {
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "axes.labelsize": 10.5,
    "axes.labelcolor": INK,
    "axes.edgecolor": SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 10,
    "hatch.linewidth": 0.8,
    "text.color": INK,
    "text.parse_math": False,  # a dollar in a label is a dollar
    "svg.fonttype": "none",  # text stays text: a reader can search, copy and enlarge it
    "svg.hashsalt": "equipoise",
}
NUMBER = re.compile(r'id="number\|([^"|]*)\|([^"|]*)\|([^"|]*)\|([^"|]*)"')


@contextmanager
def drawing() -> Iterator[None]:
    """The look of every figure that is drawn inside."""
    with mpl.rc_context(RULES):
        yield


def figure(height: float = HEIGHT) -> tuple[Figure, Axes]:
    """An empty figure with one plot; nothing of it is shared with other figures."""
    made = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = made.add_subplot()
    axes.grid(axis="y", color=PALE, linewidth=0.8)
    return made, axes


def legend(made: Figure, axes: Axes) -> None:
    """Names the arms above the plot, where they hide no data."""
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        short = sum(len(label) for label in labels) < 34
        columns = len(labels) if short else 1
        made.legend(handles, labels, loc="outside upper left", ncols=columns)


def says(artist: Artist, cell: Cell) -> None:
    """Lets a text of a figure carry the id of its number, as the page does."""
    if cell.id is not None:
        digits = "" if cell.digits is None else cell.digits
        artist.set_gid(f"number|{cell.id}|{cell.field}|{digits}|{cell.scale:g}")


def svg(made: Figure, name: str, title: str, *, dummy: bool) -> bytes:
    """The figure as SVG: the same bytes for the same content, on every machine.

    Args:
        made: drawn inside ``drawing``.
        name: unique in the page; the ids of the drawing begin with it.
        title: what the figure shows, for those who cannot see it.
        dummy: True to write across it that the arms were shuffled.
    """
    if dummy:
        middle = {"x": 0.5, "y": 0.5, "ha": "center", "va": "center"}
        made.text(
            **middle, s="DUMMY ALLOCATION", rotation=25, fontsize=26,
            color=ALARM, alpha=0.25, zorder=9,
        )  # fmt: skip
    out = BytesIO()
    made.savefig(out, format="svg", metadata={"Date": None}, transparent=True)
    return _tidy(out.getvalue().decode(), name, title).encode()


def _tidy(text: str, name: str, title: str) -> str:
    """The drawing alone: no page-wide style, no ids that another figure has too."""
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>\s*", "", text, flags=re.DOTALL)
    text = NUMBER.sub(
        r'data-id="\1" data-field="\2" data-digits="\3" data-scale="\4"', text
    )
    text = re.sub(r'((?: id|href)="#?|url\(#)', rf"\g<1>{name}-", text)
    text = text[text.index("<svg") :].replace(
        "<svg ",
        f'<svg role="img" aria-label="{escape(title)}" '
        'style="stroke-linejoin:round;stroke-linecap:butt" ',
        1,
    )
    return text
