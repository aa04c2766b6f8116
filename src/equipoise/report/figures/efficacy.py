"""Figures of continuous and binary endpoints."""

from __future__ import annotations

from equipoise.analyze.observed import changes
from equipoise.analyze.result import Results
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors.counted import agreeing
from equipoise.protocol.estimand import Definition, Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Figure, Series
from equipoise.report.figures.series import from_zero, level_of, of_arm
from equipoise.report.figures.style import (
    GREY,
    INK,
    PALE,
    SIZE,
    arm_look,
    drawn,
    errorbars,
    figure,
    legend,
    short,
)
from equipoise.report.figures.visit_axis import VisitAxis
from equipoise.report.table_cells import ci, plural, score_label

HATCHES = ("", "////", "....", "xxxx")
HATCHED = 60  # bars: more are too narrow for a pattern
MEANS = {  # analysis -> what is drawn
    "observed": "observed mean by visit",
    "ls-mean": "adjusted mean change from baseline by visit",
}


def means(
    protocol: Protocol, endpoint: Endpoint, results: Results, analysis: str, dummy: bool
) -> Figure | None:
    """Mean by visit and arm with intervals, time to scale, n below.

    Args:
        protocol: of the trial.
        endpoint: continuous.
        results: of its analysis.
        analysis: ``observed`` or ``ls-mean``.
        dummy: whether the arms are shuffled.

    Returns:
        None where there is no mean: the tables say why.
    """
    estimates = results.select(endpoint=endpoint.id, analysis=analysis)
    if all(row.estimate is None for row in estimates):
        return None
    score = score_label(protocol, endpoint.variable.score or "")
    change = analysis == "ls-mean" and endpoint.variable.measure != "value"
    names = list(dict.fromkeys(str(e.visit) for e in estimates))
    observed = results.select(endpoint=endpoint.id, analysis="observed")
    first = next((str(e.visit) for e in observed if str(e.visit) not in names), None)
    axis = VisitAxis(protocol, [first, *names] if change and first else names)
    drawing, axes = figure(3.5 + 0.17 * len(protocol.arms))
    series = []
    for number, arm in enumerate(protocol.arms):
        points = of_arm(arm.id, arm.label, estimates, lambda e: axis.at[str(e.visit)])
        if change and first and points.ids:
            n = [e.n for e in observed if (e.visit, e.contrast) == (first, arm.id)]
            points = from_zero(points, axis.at[first], n[0] if n else None)
        series.append(points)
        errorbars(axes, number, points, of=len(protocol.arms))
    axis.draw(axes, series)
    interval = ci(level_of(estimates))
    percent = endpoint.variable.measure == "percent-change"
    unit = "%" if change and percent else "points"
    if change:
        axes.axhline(0, color=PALE, linewidth=0.9)
        what = f"Adjusted mean change ({interval}), {unit}"
    elif analysis == "ls-mean":
        what = f"Adjusted mean ({interval}), points"
    else:
        what = f"Mean ({interval}), points"
    axes.set_ylabel(what)
    legend(drawing, axes)
    said = MEANS[analysis] if change or analysis == "observed" else "adjusted mean"
    title = f"{score}: {said}"
    alt = (
        f"Line chart of {score} with a point and a {interval} for each arm at "
        f"{', '.join(axis.labels.values())}; n below the axis; the values are in the "
        "tables."
    )
    name = f"{endpoint.id}-{analysis}"
    return drawn(drawing, name, title, alt, series, dummy=dummy)


def waterfall(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    results: Results,
    dummy: bool,
) -> Figure | None:
    """Change of each participant, best first, with the line of response.

    The note says how many participants are not shown because they were not rated.
    None where no participant was.
    """
    table = changes(protocol, data, endpoint)
    rule = _response(protocol, endpoint)
    percent = rule is not None and rule.rule == "percent-reduction"
    lower = protocol.better(endpoint.variable.score or "") == "lower"
    if percent:
        share = 100 * table["change"] / table["baseline"].where(table["baseline"] != 0)
        table = table.assign(drawn=share).dropna(subset="drawn")
    else:
        table = table.assign(drawn=table["change"])
    table = table.sort_values(
        ["drawn", "participant"], ascending=[lower, True], ignore_index=True
    )
    if table.empty:
        return None
    drawing, axes = figure(3.4)
    series = []
    for number, arm in enumerate(protocol.arms):
        rows = table[table["arm"] == arm.id]
        own = Series(
            arm.label,
            arm.id,
            x=tuple(float(k) + 1 for k in rows.index),
            y=tuple(float(v) for v in rows["drawn"]),
            lower=(None,) * len(rows),
            upper=(None,) * len(rows),
            n=(1,) * len(rows),
            ids=("",) * len(rows),
        )
        series.append(own)
        axes.bar(
            list(own.x), list(own.y), color=arm_look(number)["color"], width=0.85,
            hatch=HATCHES[number % 4] if len(table) <= HATCHED else "",
            edgecolor="white", linewidth=0.4 if len(table) <= HATCHED else 0,
            label=short(f"{arm.label}, n = {len(rows)}"),
        )  # fmt: skip
    axes.axhline(0, color=INK, linewidth=0.9)
    if rule is not None and rule.threshold is not None:
        at = -rule.threshold if lower else rule.threshold
        _line(axes, at, f"response: {'−' if lower else '+'}{rule.threshold:g}", percent)
    axes.set_xlim(0.2, len(table) + 0.8)
    axes.set_xticks([])
    axes.set_xlabel(f"Participants, best change first (n = {len(table)})")
    score = score_label(protocol, endpoint.variable.score or "")
    axes.set_ylabel(f"Change from baseline, {'%' if percent else 'points'}")
    legend(drawing, axes)
    at_visit = protocol.schedule.visit(endpoint.variable.at or "").label
    alt = (
        f"Bars, one for each of {plural(len(table), 'participant')}, "
        f"of the change of {score} at "
        f"{at_visit}, ordered from the best to the worst and colored by arm."
    )
    title = f"{score}: change of each participant at {at_visit}"
    name = f"{endpoint.id}-participants"
    note = _not_rated(results, endpoint)
    return drawn(drawing, name, title, alt, series, dummy=dummy, note=note)


def _not_rated(results: Results, endpoint: Endpoint) -> str:
    """``43 participants who were not rated are not shown``, from the estimates of n."""
    row = {e.id: e for e in results}.get(
        f"{endpoint.id}.rated.{endpoint.variable.at or ''}"
    )
    if row is None or row.estimate is None or row.n is None:
        return ""
    missing = row.n - round(row.estimate)
    if missing == 0:
        return ""
    who = f"{plural(missing, 'participant')} who {agreeing(missing, 'was')} not rated"
    return f"{who} {agreeing(missing, 'is')} not shown."


def _line(axes, at: float, text: str, percent: bool) -> None:  # type: ignore[no-untyped-def]
    """A cut-off across the plot, its label in the margin."""
    axes.axhline(at, color=GREY, linewidth=1.1, linestyle=(0, (5, 3)))
    words = text + ("%" if percent else " points")
    axes.annotate(
        words, (1, at), xycoords=("axes fraction", "data"), xytext=(-2, 3),
        textcoords="offset points", ha="right", va="bottom", fontsize=SIZE, color=GREY,
    )  # fmt: skip


def _response(protocol: Protocol, endpoint: Endpoint) -> Definition | None:
    """The first response that the protocol defines on the score of an endpoint."""
    used = [
        e.variable.definition
        for e in protocol.endpoints
        if e.type == "binary" and e.level != "exploratory"
    ]
    for part in protocol.definitions:
        reduction = part.rule in ("percent-reduction", "points-reduction")
        if reduction and part.score == endpoint.variable.score and part.id in used:
            return part
    return None


def responders(
    protocol: Protocol, endpoint: Endpoint, results: Results, dummy: bool
) -> Figure | None:
    """Participants who reach each cut-off of the reduction, as FDA labels show it.

    None where no participant was rated.
    """
    estimates = results.select(endpoint=endpoint.id, analysis="responder-curve")
    if all(row.estimate is None for row in estimates):
        return None
    drawing, axes = figure(3.4)
    series = []
    for number, arm in enumerate(protocol.arms):
        points = of_arm(arm.id, arm.label, estimates, scale=100)
        series.append(points)
        n = next((n for n in points.n if n is not None), 0)
        axes.step(
            list(points.x), list(points.y), where="post", linewidth=1.8,
            label=short(f"{arm.label}, n = {n}"), color=arm_look(number)["color"],
            linestyle=arm_look(number)["linestyle"],
        )  # fmt: skip
    rule = protocol.definition(endpoint.variable.definition or "")
    if rule.threshold is not None:
        axes.axvline(rule.threshold, color=GREY, linewidth=1.1, linestyle=(0, (5, 3)))
        axes.annotate(
            f"definition: {rule.threshold:g}%", (rule.threshold, 1),
            xycoords=("data", "axes fraction"), xytext=(3, -2), va="top", ha="left",
            textcoords="offset points", fontsize=SIZE, color=GREY,
        )  # fmt: skip
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 103)
    axes.set_xlabel("Reduction from baseline of at least, %")
    axes.set_ylabel("Participants, %")
    legend(drawing, axes)
    title = f"{endpoint.label}: participants by cut-off of the reduction"
    alt = (
        "A falling line for each arm: the percentage of participants whose reduction is "
        "at least the percentage on the horizontal axis."
    )
    return drawn(drawing, f"{endpoint.id}-cut-offs", title, alt, series, dummy=dummy)
