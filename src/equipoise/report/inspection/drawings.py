"""Small drawings as SVG, in the colors of the page: histograms and heat maps."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor, isfinite
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from equipoise.errors.counted import counted
from equipoise.report.inspection.distributions import Distribution

WIDE, HIGH = 240, 64  # points of a histogram without its axis
MOST_BARS = 42
NARROW, BROAD, ACROSS = 15, 34, 620  # points of a box of a heat map, and of the map
ROW_HIGH, LETTER = 14, 5.6
LONGEST = 34  # letters of a label of a column


def histogram(part: Distribution) -> Markup:
    """The values of a distribution; those that are impossible are marked.

    The line below the bars is the range of possible values.
    """
    values = part.numbers
    edges = _edges(part, values)
    low, high = edges[0], edges[-1]
    marked = part.values["value"].notna() & part.impossible
    bad = part.values.loc[marked, "value"].to_numpy("float64")
    every = np.histogram(values, edges)[0]
    wrong = np.histogram(bad, edges)[0]
    most = max(1, int(every.max()))
    span = high - low
    bars = []
    for n, (count, off) in enumerate(zip(every, wrong, strict=True)):
        x = WIDE * (edges[n] - low) / span
        width = max(1.0, WIDE * (edges[n + 1] - edges[n]) / span - 1)
        for number, kind in ((count - off, "ok"), (off, "bad")):
            if number:
                # A single value among thousands must not vanish.
                tall = max(3.0, HIGH * number / most)
                bars.append(_rect(kind, x, HIGH - tall, width, tall))
    text = _axis(part, low, high)
    alt = f"Histogram of {part.label}: {counted(len(values), 'value')} from "
    alt += f"{values.min():g} to {values.max():g}" + (
        f", {len(bad)} impossible" if len(bad) else ""
    )
    return drawing("histogram", WIDE, HIGH + 22, alt, [*bars, *text])


def _edges(part: Distribution, values: NDArray[np.float64]) -> NDArray[np.float64]:
    ends = [float(values.min()), float(values.max())]
    ends += [end for end in (part.low, part.high) if isfinite(end)]
    low, high = min(ends), max(ends)
    whole = part.whole or bool((values == np.rint(values)).all())
    if whole and high - low < MOST_BARS:
        return np.arange(floor(low) - 0.5, ceil(high) + 1.0)
    if whole:
        step = ceil((high - low + 1) / MOST_BARS)
        return np.arange(floor(low) - 0.5, high + step + 0.5, step)
    if high == low:
        return np.array([low - 0.5, low + 0.5])
    return np.linspace(low, high, 25)


def _axis(part: Distribution, low: float, high: float) -> list[str]:
    """The range of possible values as a line, with its ends."""
    span = high - low
    first = part.low if isfinite(part.low) else low
    last = part.high if isfinite(part.high) else high
    x1, x2 = (WIDE * (value - low) / span for value in (first, last))
    dashed = "" if isfinite(part.low) or isfinite(part.high) else " open"
    lines = [
        f'<line class="range{dashed}" x1="{max(x1, 0):.1f}" x2="{min(x2, WIDE):.1f}" '
        f'y1="{HIGH + 3}" y2="{HIGH + 3}"/>'
    ]
    labels = [(x1, part.low), (x2, part.high)]
    for x, value in labels:
        if isfinite(value):
            at = "start" if x < 14 else "end" if x > WIDE - 14 else "middle"
            lines.append(text_at(min(max(x, 0), WIDE), HIGH + 17, f"{value:g}", at))
    return lines


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[tuple[str, float, str]]],
    alt: str,
) -> Markup:
    """A map of small boxes with a label for each row and column.

    Args:
        rows: labels.
        columns: labels.
        cells: for each row, the class of each box, its opacity from 0 to 1, and a text
            that a reader sees when pointing at it; an empty class for no box.
        alt: a description for readers who cannot see it.
    """
    shown = [_cut(label) for label in columns]
    cell = min(BROAD, max(NARROW, ACROSS // max(1, len(columns))))
    left = 8 + LETTER * max(map(len, rows), default=1)
    top = 10 + LETTER * max(map(len, shown), default=1)
    parts = [
        f'<text class="head" transform="translate({left + cell * (n + 0.5) + 3:.1f} '
        f'{top - 5:.1f}) rotate(-90)">{escape(label)}</text>'
        for n, label in enumerate(shown)
    ]
    for i, (label, line) in enumerate(zip(rows, cells, strict=True)):
        y = top + ROW_HIGH * i
        parts.append(text_at(left - 5, y + 10.5, label, "end"))
        for n, (kind, strength, hint) in enumerate(line):
            if kind:
                x = left + cell * n
                parts.append(_box(kind, x, y, cell - 2, strength, hint))
    width = left + cell * len(columns) + 4
    return drawing("heat", width, top + ROW_HIGH * len(rows) + 4, alt, parts)


def _box(
    kind: str, x: float, y: float, width: float, strength: float, hint: str
) -> str:
    shade = "" if strength >= 1 else f' fill-opacity="{max(strength, 0.12):.2f}"'
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width}" '
        f'height="{ROW_HIGH - 2}"{shade}><title>{escape(hint)}</title></rect>'
    )


def _cut(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"


def _rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}"/>'
    )


def text_at(x: float, y: float, text: str, anchor: str) -> str:
    """A text at a point, with a real minus sign if it is a number."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">'
        f"{escape(text.replace('-', '−') if _is_number(text) else text)}</text>"
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def drawing(
    kind: str, width: float, height: float, alt: str, parts: Sequence[Any]
) -> Markup:
    """An image of these parts, with a description for readers who cannot see it."""
    shapes = "".join(parts)
    return Markup(  # noqa: S704 - our own drawing, its texts are escaped
        f'<svg class="{kind}" role="img" aria-label="{escape(alt)}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}">{shapes}</svg>'
    )
