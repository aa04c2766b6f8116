"""Axes of days and minutes: to scale, labelled by visit, with the participants below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Series
from equipoise.report.figures.style import INK, SIZE, WIDTH, folded, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.transforms import Transform

LINE = 11.5  # points from one line of text to the next
CLOSEST = 18.0  # points between two places whose numbers of participants can be read
PLOT = 0.78 * WIDTH * 72  # points of a plot beside its labels, about
LETTER = 5.4  # points of a letter of DejaVu Sans at 9 points, about
MARGIN = 0.04  # of the axis, left and right of its first and last place


class VisitAxis:
    """Where each visit stands on the horizontal axis.

    Attributes:
        at: id of a visit -> its place: the planned day, or a running number where two
            visits are so close that their numbers would overlap.
        to_scale: whether places are days.
    """

    def __init__(self, protocol: Protocol, visits: Sequence[str]) -> None:
        known = {visit.id: visit for visit in protocol.schedule.visits}
        self.days = {name: known[name].day for name in visits}
        self.labels = {name: known[name].label for name in visits}
        order = sorted(dict.fromkeys(visits), key=lambda name: self.days[name])
        days = [self.days[name] for name in order]
        gaps = [b - a for a, b in pairwise(days)]
        length = (days[-1] - days[0] if days else 0) * (1 + 2 * MARGIN)
        self.to_scale = not gaps or (
            min(gaps) > 0 and min(gaps) / length * PLOT >= CLOSEST
        )
        self.at: Mapping[str, float] = (
            {name: float(self.days[name]) for name in order}
            if self.to_scale
            else {name: float(k) for k, name in enumerate(order)}
        )

    def draw(self, axes: Axes, series: Sequence[Series]) -> None:
        """Ticks with days and visits, and under them n of each series at each visit."""
        places = list(self.at.values())
        axes.set_xticks(places, [""] * len(places))
        span = (max(places) - min(places) if places else 0) or 1.0
        if places:
            axes.set_xlim(min(places) - MARGIN * span, max(places) + MARGIN * span)
        rows = Below(axes)
        days = {at: f"{self.days[name]}" for name, at in self.at.items()}
        rows.add("Day", {at: day.replace("-", "−") for at, day in days.items()})
        self._visits(rows, span)
        counts(rows, series)
        if not self.to_scale:
            rows.title("Visit (distances not to scale)")

    def _visits(self, rows: Below, span: float) -> None:
        """Labels of visits, each in the first line in which it has room."""
        points = PLOT / (span * (1 + 2 * MARGIN))
        ends: list[float] = []
        lines: list[list[tuple[float, list[str]]]] = []
        for name, at in self.at.items():
            parts = folded(self.labels[name], 14)
            half = max(len(part) for part in parts) * LETTER / 2
            middle = at * points
            for k in range(len(ends) + 1):
                if k == len(ends):
                    ends.append(float("-inf"))
                    lines.append([])
                if middle - half > ends[k]:
                    ends[k] = middle + half + 6
                    lines[k].append((at, parts))
                    break
        for number, line in enumerate(lines):
            for k in range(max(len(parts) for _, parts in line)):
                texts = {at: parts[k] for at, parts in line if k < len(parts)}
                rows.add("Visit" if number == k == 0 else "", texts)


class Below:
    """Lines of text under the horizontal axis, each with a name at the left."""

    def __init__(self, axes: Axes, start: float = 6) -> None:
        self.axes = axes
        self.depth = start

    def add(self, name: str, texts: Mapping[float, str]) -> None:
        """One line: texts by their place on the axis."""
        place = self.axes.get_xaxis_transform() + self._below(0)
        for at, text in texts.items():
            self._text(at, plain(text), "center", place)
        if name:
            self._name(name)
        self.depth += LINE

    def heading(self, text: str) -> None:
        """A line of its own at the left, above the lines that it names."""
        self.depth += 3
        self._name(text)
        self.depth += LINE

    def title(self, text: str) -> None:
        """The title of the axis, below all lines."""
        self.depth += 4
        self._text(0.5, text, "center", self.axes.transAxes + self._below(0))
        self.depth += LINE

    def _name(self, text: str) -> None:
        self._text(0, plain(text), "right", self.axes.transAxes + self._below(-8))

    def _below(self, aside: float) -> Transform:
        """As far below the axis as the next line; ``aside`` in points."""
        from matplotlib.transforms import ScaledTranslation

        inches = self.axes.figure.dpi_scale_trans
        return ScaledTranslation(aside / 72, -self.depth / 72, inches)

    def _text(self, at: float, text: str, side: str, place: Transform) -> None:
        # Annotations can do the same, and take twice as long.
        self.axes.text(
            at, 0, text, transform=place, ha=side, va="top", fontsize=SIZE, color=INK
        )


def counts(
    rows: Below,
    series: Sequence[Series],
    *,
    named: bool = True,
    places: Sequence[float] | None = None,
) -> None:
    """The participants of each series at each of its places.

    Args:
        rows: lines under an axis.
        series: whose participants are counted.
        named: whether the lines have their names at the left.
        places: at which the number is given; None for all.
    """
    shown = [part for part in series if any(n is not None for n in part.n)]
    if not shown:
        return
    rows.depth += 3
    for part in shown:
        lines = folded(f"n, {part.label}", 18) if named else [""]
        texts = {
            x: str(n)
            for x, n in zip(part.x, part.n, strict=True)
            if n is not None and (places is None or x in places)
        }
        rows.add(lines[0], texts)
        for line in lines[1:3]:
            rows.add(line, {})


def apart(places: Sequence[float], points: float) -> list[float]:
    """Places on an axis of this length whose labels do not overlap."""
    span = (places[-1] - places[0] if places else 0) or 1.0
    made: list[float] = []
    for at in places:
        if not made or (at - made[-1]) / span * points >= CLOSEST:
            made.append(at)
    return made
