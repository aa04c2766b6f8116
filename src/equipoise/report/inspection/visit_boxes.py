"""The values of a number at each visit, as boxes on the range of possible values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from math import isfinite

import numpy as np
import pandas as pd
from markupsafe import Markup

from equipoise.report.inspection.distributions import Distribution
from equipoise.report.inspection.drawings import drawing, text_at

LABEL, PLOT, NUMBER = 112, 100, 28  # points of the three columns of a row
ROW_HIGH, BOX_HIGH = 15, 7
LETTERS = 20  # of the label of a visit


def visit_boxes(part: Distribution, visits: Mapping[str, str]) -> Markup | None:
    """A row for each visit: lowest and highest value, quartiles and median.

    Impossible values are marked. Nothing is shown by arm: an inspection comes before the
    analysis.

    Args:
        part: the values.
        visits: label of each visit, in the order of the protocol.

    Returns:
        None if the values are of one visit only, or of none.
    """
    frame = part.values.assign(bad=part.impossible).dropna(subset=["value"])
    known = frame["visit"].astype("string")
    rows = [(label, frame[known == visit]) for visit, label in visits.items()]
    rows = [(label, rows) for label, rows in rows if len(rows)]
    if len(rows) < 2:
        return None
    low, span = _range(part)
    shapes: list[str] = []
    texts = []
    for n, (label, values) in enumerate(rows):
        shapes += _row(label, values, low, span, ROW_HIGH * n)
        texts.append(_in_words(label, values))
    alt = f"{part.label} by visit. {'; '.join(texts)}."
    return drawing(
        "visits", LABEL + PLOT + NUMBER, ROW_HIGH * len(rows) + 2, alt, shapes
    )


def _range(part: Distribution) -> tuple[float, float]:
    values = part.numbers
    low = min([float(values.min()), *([part.low] if isfinite(part.low) else [])])
    high = max([float(values.max()), *([part.high] if isfinite(part.high) else [])])
    return low, (high - low) or 1.0


def _row(
    label: str, values: pd.DataFrame, low: float, span: float, top: int
) -> Iterator[str]:
    def at(value: float) -> float:
        return LABEL + 4 + (PLOT - 8) * (value - low) / span

    middle = top + ROW_HIGH / 2
    numbers = values.loc[~values["bad"], "value"].to_numpy("float64")
    yield f"<g><title>{escape(_in_words(label, values))}</title>"
    shown = label if len(label) <= LETTERS else f"{label[: LETTERS - 1].rstrip()}…"
    yield text_at(0, middle + 3.5, shown, "start")
    if len(numbers):
        least, first, median, third, most = np.quantile(
            numbers, [0, 0.25, 0.5, 0.75, 1]
        )
        yield (
            f'<line class="whisker" x1="{at(least):.1f}" x2="{at(most):.1f}" '
            f'y1="{middle}" y2="{middle}"/>'
            f'<rect class="ok" x="{at(first):.1f}" y="{middle - BOX_HIGH / 2}" '
            f'width="{max(1.5, at(third) - at(first)):.1f}" height="{BOX_HIGH}"/>'
            f'<line class="median" x1="{at(median):.1f}" x2="{at(median):.1f}" '
            f'y1="{middle - BOX_HIGH / 2 - 2}" y2="{middle + BOX_HIGH / 2 + 2}"/>'
        )
    for value in sorted(set(values.loc[values["bad"], "value"])):
        yield (
            f'<rect class="bad" x="{at(value) - 2:.1f}" y="{middle - 2}" width="4" '
            'height="4"/>'
        )
    yield text_at(LABEL + PLOT + NUMBER, middle + 3.5, str(len(values)), "end")
    yield "</g>"


def _in_words(label: str, values: pd.DataFrame) -> str:
    numbers = values["value"].astype(float)
    bad = int(values["bad"].sum())
    text = (
        f"{label}: n = {len(numbers)}, {numbers.min():g} to {numbers.max():g}, "
        f"median {numbers.median():g}"
    ).replace("-", "−")
    return f"{text}, impossible {bad}" if bad else text
