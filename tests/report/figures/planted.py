"""Results with numbers that say whose they are, and what a figure of them must show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Patch

from equipoise.analyze.result import Results
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Figure, Series
from equipoise.report.figures import style
from tests.report.made import results


def planted() -> Results:
    """No two estimates have the same number, interval or count."""
    return replace(
        results(),
        estimates=tuple(
            row
            if row.estimate is None or row.endpoint == "flow"
            else replace(
                row,
                estimate=(k + 1) / 8192,
                lower=None if row.lower is None else (k + 1) / 8192 - 1 / 64,
                upper=None if row.upper is None else (k + 1) / 8192 + 1 / 32,
                n=None if row.n is None else 100 + k,
            )
            for k, row in enumerate(results())
        ),
    )


@dataclass
class Drawn:
    """What matplotlib was asked to draw, by title, while this was in place."""

    canvases: dict[str, Canvas]

    def as_svg(self, made: Canvas, title: str) -> bytes:
        """In place of ``style.as_svg``."""
        made.draw_without_rendering()
        self.canvases[title] = made
        return b"<svg></svg>"


def check(protocol: Protocol, known: Results, figure: Figure, canvas: Canvas) -> int:
    """Every number under the label or color of an arm is an estimate of that arm.

    Returns:
        How many points were compared.
    """
    for part in figure.series:
        estimates_of(protocol, known, figure.name, part)
    compared = 0
    for axes in canvas.axes:
        title = axes.get_title(loc="left")
        for line in axes.get_lines():
            arm = _arm(protocol, line.get_color())
            if arm is None or len(line.get_xdata()) == 0:
                continue
            both = zip(line.get_xdata(), line.get_ydata(), strict=True)
            points = {(float(x), float(y)) for x, y in both if y == y}
            kind = _caps if line.get_marker() in ("_", 2, 3) else _points
            own = [kind(p) for p in _of(figure, arm, title)]
            assert any(points <= each for each in own), (figure.name, arm, points)
            compared += len(points) if kind is _points else 0
        for bars, arm in _bars(protocol, axes):
            own = [_ends(p) for p in _of(figure, arm, title)]
            assert any(bars <= each for each in own), (figure.name, arm)
    for words, color in _legend(canvas):
        arm = _arm(protocol, color)
        if arm is not None:
            assert words.startswith(protocol.arm(arm).label), (figure.name, words)
    return compared


def estimates_of(protocol: Protocol, known: Results, figure: str, part: Series) -> None:
    """The points of a series are the estimates that it names, at their visit or time."""
    rows = {row.id: row for row in known}
    days = {visit.id: visit.day for visit in protocol.schedule.visits}
    sizes = {len(v) for v in (part.x, part.y, part.lower, part.upper, part.n, part.ids)}
    assert len(sizes) == 1
    points = zip(part.ids, part.x, part.y, part.lower, part.upper, part.n, strict=True)
    for name, x, y, lower, upper, n in points:
        if not name:
            continue
        row = rows[name]
        assert row.estimate is not None
        if part.arm:
            assert row.contrast == part.arm, (figure, name, part.arm)
            assert part.label.startswith(protocol.arm(part.arm).label)
        else:
            assert row.contrast is None or " - " in row.contrast, (figure, name)
        if part.panel == "risk":  # a count, drawn as the percentage of its n
            assert y == 100 * row.estimate / (row.n or 1)
            continue
        scale = 1.0 if y == row.estimate else 100.0
        assert y == scale * row.estimate, (figure, name)
        assert lower == (None if row.lower is None else scale * row.lower)
        assert upper == (None if row.upper is None else scale * row.upper)
        assert n == row.n
        if row.analysis in ("ls-mean", "observed"):
            assert x == days[str(row.visit)], (figure, name)
        elif row.statistic is not None and row.endpoint != "events":
            forest = row.analysis in ("subgroup", "difference")
            assert forest or x == row.statistic, (figure, name)


def _of(figure: Figure, arm: str, title: str) -> list[Series]:
    """The series of an arm that belong into a panel: that of its title, or any."""
    titles = {s.panel for s in figure.series}
    own = [s for s in figure.series if s.arm == arm]
    return [s for s in own if s.panel == title] if title in titles else own


def _points(part: Series) -> set[tuple[float, float]]:
    both = set(zip(part.x, part.y, strict=True))
    return both | {(y, x) for x, y in both} if part.panel == "risk" else both


def _caps(part: Series) -> set[tuple[float, float]]:
    """Where the small lines at the ends of intervals lie."""
    sides = (part.lower, part.upper)
    return {
        (x, end)
        for side in sides
        for x, end in zip(part.x, side, strict=True)
        if end is not None
    }


def _ends(part: Series) -> set[tuple[float, float, float]]:
    made = set()
    for x, low, high in zip(part.x, part.lower, part.upper, strict=True):
        if low is not None and high is not None:
            made.add((round(x, 6), round(low, 6), round(high, 6)))
    return made


def _bars(
    protocol: Protocol, axes: Any
) -> Iterator[tuple[set[tuple[float, float, float]], str]]:
    """The intervals that are drawn in the color of an arm."""
    for bars in axes.collections:
        if not hasattr(bars, "get_segments"):
            continue
        arm = _arm(protocol, bars.get_color()[0])
        if arm is None:
            continue
        made = set()
        for ends in bars.get_segments():
            if len(ends) == 2:  # a point without an interval has an empty bar
                (x, low), (_, high) = ((float(a), float(b)) for a, b in ends)
                made.add((round(x, 6), round(low, 6), round(high, 6)))
        yield made, arm


def _legend(canvas: Canvas) -> Iterator[tuple[str, Any]]:
    for legend in canvas.legends:
        for text, handle in zip(legend.get_texts(), legend.legend_handles, strict=True):
            yield text.get_text(), _color(handle)


def _color(handle: Any) -> Any:
    if isinstance(handle, Patch):
        return handle.get_facecolor()
    color = handle.get_color()
    return color[0] if isinstance(handle, LineCollection) else color


def _arm(protocol: Protocol, color: Any) -> str | None:
    """Whose color it is; None for one that is no arm's."""
    for number, arm in enumerate(protocol.arms):
        if to_hex(color).lower() == style.arm_look(number)["color"].lower():
            return arm.id
    return None
