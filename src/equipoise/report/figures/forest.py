"""Forest plots: sensitivity analyses, subgroups, tipping points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from equipoise.analyze.result import Estimate, Results
from equipoise.numerics.rounding import fixed
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Figure, Series
from equipoise.report.figures.series import level_of, of_rows, statistic
from equipoise.report.figures.style import (
    GREY,
    INK,
    PALE,
    SIZE,
    across,
    drawn,
    figure,
    folded,
    legend,
    plain,
    short,
)
from equipoise.report.table_cells import ci

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# A tipping point is drawn where enough was imputed to move the result: at least this
# many participants, and this share of those analyzed.
LEAST_IMPUTED, LEAST_SHARE = 3, 0.05
FREE = 0.09  # of the axis, at each side of the longest interval
BOTH = 24  # letters of two labels that fit over the axis side by side
GREYS = ((INK, "-"), (GREY, "--"), (PALE, "-."))  # of assumptions: colors are arms

Line = tuple[str, Estimate | None]  # a label alone is a heading


def sensitivity(
    protocol: Protocol, endpoint: Endpoint, results: Results, dummy: bool
) -> Figure | None:
    """The primary analysis and each sensitivity analysis."""
    found = {e.id: e for e in results.select(endpoint=endpoint.id)}
    lines: list[Line] = [("Primary analysis", results[endpoint.id])]
    for part in endpoint.sensitivity:
        lines.append((part.label, found.get(f"{endpoint.id}.sensitivity.{part.id}")))
    set_aside = any(e.analysis == "set-aside" and e.estimate for e in found.values())
    others = "sensitivity and supplementary" if set_aside else "sensitivity"
    title = f"{endpoint.label}: primary and {others} analyses"
    name = f"{endpoint.id}-sensitivity"
    return _forest(protocol, endpoint, name, title, lines, dummy)


def subgroups(
    protocol: Protocol, endpoint: Endpoint, results: Results, dummy: bool
) -> Figure | None:
    """The difference in all participants, and that in each subgroup."""
    lines: list[Line] = [("All participants", results[endpoint.id])]
    rows = results.select(endpoint=endpoint.id, analysis="subgroup")
    for part in endpoint.subgroups:
        own = [
            (f"\u2003{row.note}", row)
            for row in rows
            if row.id.startswith(f"{endpoint.id}.subgroup.{part.id}.")
            and row.estimate is not None
        ]
        if own:
            lines += [(part.label, None), *own]
    title = f"{endpoint.label}: subgroups"
    name = f"{endpoint.id}-subgroups"
    return _forest(protocol, endpoint, name, title, lines, dummy)


def _forest(
    protocol: Protocol,
    endpoint: Endpoint,
    name: str,
    title: str,
    lines: Sequence[Line],
    dummy: bool,
) -> Figure | None:
    """None where there is nothing to compare."""
    shown = [
        (label, row) for label, row in lines if row is None or row.estimate is not None
    ]
    if sum(row is not None for _, row in shown) < 2:
        return None
    texts = [folded(label.replace("\u2003", "  "), 40) for label, _ in shown]
    high = sum(0.10 + 0.16 * len(lines) for lines in texts)
    drawing, axes = figure(height=1.1 + high)
    across(axes)
    scale = 100 if endpoint.type == "binary" else 1
    unit = "percentage points" if scale == 100 else _unit(endpoint)
    series = []
    places = _places([len(lines) for lines in texts])
    for at, (label, row) in zip(places, shown, strict=True):
        if row is None:
            continue
        points = of_rows(label.strip(), [row], lambda _, at=at: at, scale)  # type: ignore[misc]
        series.append(points)
        _bar(axes, points, at, "s" if at == places[0] else "o", big=at == places[0])
    axes.axvline(0, color=INK, linewidth=0.9)
    _room(axes, series)
    axes.set_ylim(places[-1] + 0.8, -0.8)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    _labels(axes, places, texts, shown)
    _numbers(axes, places, shown, scale)
    interval = ci(level_of(row for _, row in shown if row is not None))
    axes.set_xlabel(f"Difference ({interval}), {unit}")
    _directions(axes, protocol, endpoint)
    alt = f"Forest plot of differences with {interval}: " + "; ".join(
        f"{part.label} {fixed(part.y[0], 1)}" for part in series
    )
    return drawn(drawing, name, title, f"{alt}.", series, dummy=dummy)


def _unit(endpoint: Endpoint) -> str:
    return "%" if endpoint.variable.measure == "percent-change" else "points"


def _places(heights: Sequence[int]) -> list[float]:
    """Middle of each row on an axis on which a line of text is 0.6 high, and 0.4 free."""
    made, top = [], 0.0
    for lines in heights:
        made.append(top + 0.3 * (lines - 1))
        top += 0.4 + 0.6 * lines
    return made


def _bar(axes: Axes, own: Series, at: float, mark: str, *, big: bool) -> None:
    value, low, high = own.y[0], own.lower[0], own.upper[0]
    ends = [[value - (value if low is None else low)]]
    ends.append([(value if high is None else high) - value])
    axes.errorbar(
        [value], [at], xerr=ends, capsize=3, color=INK, marker=mark,
        markersize=7 if big else 5, linewidth=1.4,
    )  # fmt: skip


def _room(axes: Axes, series: Sequence[Series]) -> None:
    """Room at both sides, so that no interval ends at the frame."""
    ends = [
        end
        for own in series
        for end in (*own.y, *own.lower, *own.upper)
        if end is not None
    ]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    space = FREE * ((high - low) or 1.0)
    axes.set_xlim(low - space, high + space)


def _labels(
    axes: Axes,
    places: Sequence[float],
    texts: Sequence[Sequence[str]],
    shown: Sequence[Line],
) -> None:
    """Labels at the left, line by line, so that any typeface is aligned."""
    for at, lines, (label, row) in zip(places, texts, shown, strict=True):
        for k, text in enumerate(lines):
            down = (k - (len(lines) - 1) / 2) * 11
            inset = "  " if label.startswith("\u2003") else ""
            axes.annotate(
                plain(inset + text), (0, at), xycoords=("axes fraction", "data"),
                xytext=(-6, -down), textcoords="offset points", ha="right", va="center",
                fontsize=SIZE, color=INK, fontweight="bold" if row is None else "normal",
            )  # fmt: skip


def _numbers(
    axes: Axes, places: Sequence[float], shown: Sequence[Line], scale: float
) -> None:
    """Beside each row at the right: n, the difference and its interval."""
    for at, (_, row) in zip(places, shown, strict=True):
        if row is None or row.estimate is None:
            continue
        words = fixed(scale * row.estimate, 1)
        if row.lower is not None and row.upper is not None:
            ends = fixed(scale * row.lower, 1), fixed(scale * row.upper, 1)
            words += f" ({ends[0]} to {ends[1]})"
        columns = [(26, "" if row.n is None else str(row.n), "right")]
        columns.append((36, words.replace("-", "−"), "left"))
        for far, text, side in columns:
            axes.annotate(
                text, (1, at), xycoords=("axes fraction", "data"), xytext=(far, 0),
                textcoords="offset points", ha=side, va="center", fontsize=SIZE,
                color=INK,
            )  # fmt: skip
    for far, text, side in ((26, "n", "right"), (36, "Difference", "left")):
        axes.annotate(
            text, (1, 1), xycoords="axes fraction", xytext=(far, 2), ha=side,
            va="bottom", textcoords="offset points", fontsize=SIZE, color=INK,
            fontweight="bold",
        )  # fmt: skip


def _directions(axes: Axes, protocol: Protocol, endpoint: Endpoint) -> None:
    """Which arm each side of zero favors."""
    if endpoint.type != "continuous" or endpoint.variable.score is None:
        return
    pair = endpoint.estimand.treatment
    lower = protocol.better(endpoint.variable.score) == "lower"
    left, right = (pair.arm, pair.versus) if lower else (pair.versus, pair.arm)
    names = [folded(protocol.arm(arm).label, 24)[0] for arm in (left, right)]
    texts = (f"← favors {names[0]}", f"favors {names[1]} →")
    # Longer labels are on two lines, so that they do not meet in the middle.
    line = 12 if sum(map(len, texts)) > BOTH else 0
    for at, words, side, up in ((0, texts[0], "left", line), (1, texts[1], "right", 0)):
        axes.annotate(
            plain(words), (at, 1), xycoords="axes fraction", xytext=(0, 2 + up), ha=side,
            va="bottom", textcoords="offset points", fontsize=SIZE, color=GREY,
        )  # fmt: skip


def tipping(endpoint: Endpoint, results: Results, dummy: bool) -> Figure | None:
    """How the difference moves as imputed outcomes of the treated arm get worse.

    None where too little was imputed for it to say anything.
    """
    estimates = results.select(endpoint=endpoint.id, analysis="tipping-curve")
    if not estimates or not _enough(endpoint, results):
        return None
    drawing, axes = figure(3.4)
    parts = [
        (part, [e for e in estimates if e.id.startswith(_curve_of(endpoint, part.id))])
        for part in endpoint.sensitivity
    ]
    shown = [(part, rows) for part, rows in parts if rows]
    series = []
    for number, (part, rows) in enumerate(shown):
        points = of_rows(part.label, rows, statistic)
        series.append(points)
        color, line = GREYS[number % len(GREYS)]
        axes.plot(
            list(points.x), list(points.y), color=color, linewidth=1.8, linestyle=line,
            label=short(part.label),
        )  # fmt: skip
        for ends in (points.lower, points.upper):
            axes.plot(
                list(points.x), [float("nan") if v is None else v for v in ends],
                color=color, linewidth=0.8, linestyle=line,
            )  # fmt: skip
    axes.axhline(0, color=INK, linewidth=0.9)
    axes.set_xlabel("Points added to each imputed outcome of the experimental arm")
    axes.set_ylabel(f"Difference ({ci(level_of(estimates))}), points")
    legend(drawing, axes)
    title = f"{endpoint.label}: tipping-point analysis"
    said = "; ".join(
        str(row.note)
        for part, _ in shown
        for row in results.select(endpoint=endpoint.id, analysis="tipping-point")
        if row.id == f"{endpoint.id}.tipping-point.{part.id}" and row.note
    )
    alt = (
        "Lines with the ends of their intervals: the difference as imputed outcomes get "
        f"worse. {said}"
    )
    name = f"{endpoint.id}-tipping"
    return drawn(drawing, name, title, f"{alt}.", series, dummy=dummy)


def _enough(endpoint: Endpoint, results: Results) -> bool:
    """Whether enough outcomes were imputed at the visit of the estimate."""
    pair = endpoint.estimand.treatment
    rated = [
        row.n or 0
        for row in results.select(endpoint=endpoint.id, analysis="observed")
        if row.visit == endpoint.variable.at and row.contrast in (pair.arm, pair.versus)
    ]
    analyzed = max(
        (
            e.n or 0
            for e in results.select(endpoint=endpoint.id, analysis="sensitivity")
        ),
        default=0,
    )
    missing = analyzed - sum(rated)
    return missing >= max(LEAST_IMPUTED, LEAST_SHARE * analyzed)


def _curve_of(endpoint: Endpoint, part: str) -> str:
    return f"{endpoint.id}.tipping-curve.{part}."
