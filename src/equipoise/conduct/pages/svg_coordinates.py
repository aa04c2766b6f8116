"""Coordinates of the SVG drawings in the templates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from equipoise.conduct.capture.timeline import Series, Span, Timeline
from equipoise.conduct.forms.short_labels import short

WIDTH, LEFT, RIGHT = 720, 46, 14
TOP, FLOOR = 14.0, 170.0  # of the scores of a time line
COLOURS = 6
X = Callable[[float], float]  # day -> coordinate


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at a position, with its text for pointer and screen reader."""

    x: float
    y: float
    width: float = 0.0
    text: str = ""
    strong: bool = False
    left: bool = False  # the text is to the left, so that it stays in the frame


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points."""

    label: str
    points: str
    dots: tuple[Mark, ...]
    colour: int


@dataclass(frozen=True, slots=True)
class Course:
    """The timeline of a participant."""

    width: int
    height: int
    floor: float
    lines: tuple[Line, ...]
    infusions: tuple[Mark, ...]
    events: tuple[Mark, ...]
    milestones: tuple[Mark, ...]
    ticks: tuple[Mark, ...]
    today: float | None


def course(found: Timeline) -> Course:
    """The timeline: scores as percent of their range above, events as bars below."""
    days = [day for s in found.series for day, _ in s.points]
    days += [s.start for s in (*found.infusions, *found.events, *found.milestones)]
    low, high = min([0, *days]), max([14, *days])
    if found.today < 400:
        high = max(high, found.today)

    def x(day: float) -> float:
        return round(LEFT + (day - low) / (high - low) * (WIDTH - LEFT - RIGHT), 1)

    events = _bars(found.events, x)
    return Course(
        WIDTH, int(FLOOR + 50 + 18 * len(events)), FLOOR, _lines(found.series, x),
        _marks(found.infusions, x, FLOOR + 8),
        events,
        _marks(found.milestones, x, TOP + 8),
        _ticks(low, high, x, FLOOR),
        x(found.today) if low <= found.today <= high else None,
    )  # fmt: skip


def _lines(of: Sequence[Series], x: X) -> tuple[Line, ...]:
    """Each score as percent of its range."""
    lines = []
    for place, series in enumerate(of):
        name = short(series.label)
        lowest, highest = series.range
        dots = tuple(
            Mark(
                x(day),
                round(FLOOR - (value - lowest) / (highest - lowest) * (FLOOR - TOP), 1),
                text=_("{name}, day {day}: {value:g} of {highest:g}").format(
                    name=name, day=day, value=value, highest=highest
                ),
            )
            for day, value in series.points
        )
        path = " ".join(f"{dot.x},{dot.y}" for dot in dots)
        lines.append(Line(name, path, dots, 1 + place % COLOURS))
    return tuple(lines)


def _marks(spans: Sequence[Span], x: X, y: float) -> tuple[Mark, ...]:
    return tuple(
        Mark(
            at,
            y + 14 * n,
            text=_("{name}, day {day}").format(name=s.label, day=s.start),
            left=at > WIDTH / 2,
        )
        for n, s in enumerate(spans)
        for at in [x(s.start)]
    )


def _bars(events: Sequence[Span], x: X) -> tuple[Mark, ...]:
    bars = []
    for place, span in enumerate(events):
        left, end = x(span.start), x(span.start if span.end is None else span.end)
        y, long = FLOOR + 46 + 18 * place, max(5.0, end - left)
        bars.append(Mark(left, y, long, span.label, span.serious, left > WIDTH / 2))
    return tuple(bars)


@dataclass(frozen=True, slots=True)
class Curve:
    """Number randomized over time, against the planned number."""

    width: int
    height: int
    points: str
    goal_y: float
    floor: float
    ticks: tuple[Mark, ...]
    last: Mark | None


def growth(days: Sequence[date], goal: int, start: date, today: date) -> Curve:
    """A curve of steps from the first screening to today."""
    top, floor, height = 20.0, 190.0, 220
    length = max(1, (today - start).days)
    most = max(goal, len(days))

    def x(day: float) -> float:
        return round(LEFT + day / length * (WIDTH - LEFT - RIGHT), 1)

    def y(count: float) -> float:
        return round(floor - count / most * (floor - top), 1)

    points = [f"{x(0)},{y(0)}"]
    for count, day in enumerate(days, start=1):
        at = x((day - start).days)
        points += [f"{at},{y(count - 1)}", f"{at},{y(count)}"]
    points.append(f"{x(length)},{y(len(days))}")
    last = Mark(x(length), y(len(days)), text=str(len(days)))
    ticks = _ticks(0, length, x, floor)
    return Curve(WIDTH, height, " ".join(points), y(goal), floor, ticks, last)


def _ticks(low: int, high: int, x: X, floor: float) -> tuple[Mark, ...]:
    days = (7, 14, 28, 56, 91, 182, 364, 10**6)
    step = next(s for s in days if (high - low) / s <= 12)
    first = -(-low // step) * step
    return tuple(Mark(x(d), floor, text=f"{d}") for d in range(first, high + 1, step))
