"""Figures of safety: adverse events by infusion, acute effects, vital signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from equipoise.analyze.result import Estimate, Results
from equipoise.analyze.safety.vital_signs import EVERY
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.vital_sign_names import vital_sign
from equipoise.report.blocks import Figure, Series
from equipoise.report.figures.series import from_zero, level_of, of_arm, statistic
from equipoise.report.figures.style import (
    INK,
    PALE,
    SIZE,
    drawn,
    errorbars,
    figure,
    grid,
    legend,
    short,
)
from equipoise.report.figures.visit_axis import PLOT, Below, apart, counts
from equipoise.report.table_cells import ci, score_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MINUTES = "Minutes from the start of the infusion"


def by_infusion(
    protocol: Protocol, endpoint: Endpoint, results: Results, dummy: bool
) -> Figure:
    """Percentage of participants with an event after each infusion."""
    drawing, axes = figure(3.1 + 0.17 * len(protocol.arms))
    estimates = results.select(endpoint=endpoint.id, analysis="proportion-by-infusion")
    series = []
    for number, arm in enumerate(protocol.arms):
        points = of_arm(arm.id, arm.label, estimates, scale=100)
        series.append(points)
        errorbars(axes, number, points, of=len(protocol.arms))
    axes.set_ylim(0, 100)
    numbers = sorted({x for points in series for x in points.x})
    axes.set_xticks(numbers, [""] * len(numbers))
    if numbers:
        axes.set_xlim(numbers[0] - 0.4, numbers[-1] + 0.4)
    rows = Below(axes)
    rows.add("Infusion", {x: f"{x:g}" for x in numbers})
    counts(rows, series)
    interval = ci(level_of(estimates))
    axes.set_ylabel(f"Participants with an event, % ({interval})")
    legend(drawing, axes)
    alt = (
        "Percentage of participants with an adverse event after each infusion, by arm, "
        f"with {interval}; the values are in the table."
    )
    name = f"{endpoint.id}-by-infusion"
    return drawn(drawing, name, endpoint.label, alt, series, dummy=dummy)


def course(
    protocol: Protocol, endpoint: Endpoint, results: Results, dummy: bool
) -> Figure:
    """Mean of an acute effect by minute, one panel for each infusion."""
    found = results.select(endpoint=endpoint.id, analysis="course")
    numbers = sorted({_infusion(str(e.note)) for e in found}) or [1]
    panels = {
        f"Infusion {number}": [e for e in found if _infusion(str(e.note)) == number]
        for number in numbers
    }
    score = score_label(protocol, endpoint.variable.score or "")
    interval = ci(level_of(found))
    made, series = _by_minute(
        protocol, panels, 3, 1.75, f"Mean ({interval}), points", sharey=True
    )
    alt = (
        f"A panel for each of {len(numbers)} infusions: mean {score} by minute and arm, "
        f"with {interval}; peaks and times are in the table."
    )
    name = f"{endpoint.id}-course"
    note = f"n at each time: {_smallest(series)}."
    return drawn(
        made, name, endpoint.label, alt, series, dummy=dummy, note=note if found else ""
    )


def _infusion(note: str) -> int:
    return int(note.partition("infusion ")[2].partition(",")[0])


def _smallest(series: Sequence[Series]) -> str:
    """``Ketamine 14 to 15, Midazolam 15``."""
    by_arm: dict[str, list[int]] = {}
    for part in series:
        by_arm.setdefault(part.label, []).extend(n for n in part.n if n is not None)
    return ", ".join(
        f"{label} {min(n)}" + (f" to {max(n)}" if max(n) > min(n) else "")
        for label, n in by_arm.items()
        if n
    )


def vitals(
    protocol: Protocol, endpoint: Endpoint, results: Results, dummy: bool
) -> Figure | None:
    """Mean change by minute over all infusions, one panel for each measurement."""
    found = results.select(endpoint=endpoint.id, analysis="vital-change", visit=EVERY)
    titles = {row.id: str(row.note) for row in results.select(analysis="measurement")}
    panels = {}
    for name in endpoint.variable.measurements:
        title = titles.get(f"{endpoint.id}.measurement.{name}", vital_sign(name))
        rows = [e for e in found if e.id.startswith(f"{endpoint.id}.change.{name}.")]
        if rows:
            panels[title] = rows
    if not panels:
        return None
    interval = ci(level_of(found))
    drawing, series = _by_minute(
        protocol, panels, 2, 2.0, f"Mean change ({interval})",
        starts=_before(endpoint, results, list(panels.items())),
    )  # fmt: skip
    alt = (
        f"A panel for each of {'; '.join(panels)}: mean change from before the infusion "
        f"by minute and arm, with {interval}."
    )
    title = "Vital signs: mean change from before the infusion, all infusions"
    note = f"n at each time: {_smallest(series)}."
    return drawn(drawing, "vital-signs", title, alt, series, dummy=dummy, note=note)


def _before(
    endpoint: Endpoint, results: Results, panels: Sequence[tuple[str, list[Estimate]]]
) -> dict[tuple[str, str], tuple[float, int | None]]:
    """The last minute before each infusion, from which changes are measured, and n.

    Returns:
        (title of a panel, id of an arm) -> minute and participants with a value.
    """
    values = results.select(endpoint=endpoint.id, analysis="vital-value", visit=EVERY)
    made = {}
    for title, rows in panels:
        sign = rows[0].id.partition(".change.")[2].partition(".")[0]
        first = min(statistic(e) for e in rows)
        for e in sorted(values, key=statistic):
            own = e.id.startswith(f"{endpoint.id}.value.{sign}.")
            if own and statistic(e) < first and e.estimate is not None:
                made[title, str(e.contrast)] = statistic(e), e.n
    return made


def _by_minute(  # type: ignore[no-untyped-def]
    protocol: Protocol,
    rows: dict[str, list[Estimate]],
    columns: int,
    height: float,
    what: str,
    *,
    starts: Mapping[tuple[str, str], tuple[float, int | None]] | None = None,
    sharey: bool = False,
):
    """A panel for each title, by minute, and what is drawn in them.

    Args:
        protocol: of the trial.
        rows: title of a panel -> estimates.
        columns: of panels, at most.
        height: of a panel in inches, without the lines under it.
        what: title of the vertical axes.
        starts: (title, arm) -> minute and n at which a change of zero is drawn.
        sharey: whether all panels have one vertical axis.
    """
    columns = min(columns, len(rows))
    lines = -(-len(rows) // columns)
    height += 0.17 * (1 + len(protocol.arms))
    drawing, panels = grid(
        lines, columns, 0.7 + height * lines, sharex=True, sharey=sharey
    )
    series = []
    for axes in panels[len(rows) :]:
        axes.set_visible(False)
    for axes in panels[: len(rows) : columns]:
        axes.set_ylabel(what, fontsize=SIZE)
    for place, (axes, (title, own)) in enumerate(
        zip(panels, rows.items(), strict=False)
    ):
        look: Any = {"fontsize": SIZE, "color": INK, "loc": "left"}
        # At a stated height: else matplotlib measures all ticks to find it.
        axes.set_title(short(title, 34), **look, y=1.0)
        parts = []
        if starts is not None:
            axes.axhline(0, color=PALE, linewidth=0.9)
        for number, arm in enumerate(protocol.arms):
            part = of_arm(arm.id, arm.label, own, panel=title)
            if part.ids and (title, arm.id) in (starts or {}):
                part = from_zero(part, *(starts or {})[title, arm.id])
            parts.append(part)
            errorbars(axes, number, part, of=len(protocol.arms))
        _minutes(axes, parts, PLOT / columns, named=place % columns == 0)
        series += parts
    legend(drawing, panels[0])
    drawing.supxlabel(MINUTES, fontsize=SIZE)
    return drawing, series


def _minutes(
    axes: Axes, parts: Sequence[Series], points: float, *, named: bool
) -> None:
    """Ticks at the minutes of measurements; those with room have a label and n."""
    places = sorted({x for part in parts for x in part.x})
    axes.set_xticks(places, [""] * len(places))
    shown = apart(places, points)
    rows = Below(axes)
    texts = {x: f"{x:g}".replace("-", "−") for x in shown}
    rows.add("Minute" if named else "", texts)
    counts(rows, parts, named=named, places=shown)
