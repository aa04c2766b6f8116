"""Forest plots: sensitivity analyses, subgroups, risks of adverse events."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.content import Figure
from equipoise.report.drawings.style import (
    COLOURS,
    INK,
    LINES,
    MARKS,
    across,
    drawn,
    figure,
    folded,
)

MOST_TERMS = 25

Line = tuple[str, Estimate | None]  # a label alone is a heading


def sensitivity(endpoint: Endpoint, results: Results, dummy: bool) -> Figure | None:
    """The planned difference beside that of each sensitivity analysis."""
    found = {e.id: e for e in results.select(endpoint=endpoint.id)}
    lines: list[Line] = [("as planned", results[endpoint.id])]
    for part in endpoint.sensitivity:
        lines.append((part.label, found.get(f"{endpoint.id}.sensitivity.{part.id}")))
    title = f"{endpoint.label}: as planned, and under other assumptions"
    return _forest(f"{endpoint.id}-sensitivity", title, lines, dummy)


def subgroups(endpoint: Endpoint, results: Results, dummy: bool) -> Figure | None:
    """The planned difference, and that in each group."""
    lines: list[Line] = [("everybody", results[endpoint.id])]
    rows = results.select(endpoint=endpoint.id, analysis="subgroup")
    for part in endpoint.subgroups:
        lines.append((part.label, None))
        for row in rows:
            own = row.id.startswith(f"{endpoint.id}.subgroup.{part.id}.")
            if own and row.estimate is not None:
                lines.append((f"{row.note} (n = {row.n})", row))
    title = f"{endpoint.label}: subgroups"
    return _forest(f"{endpoint.id}-subgroups", title, lines, dummy)


def _forest(name: str, title: str, lines: Sequence[Line], dummy: bool) -> Figure | None:
    """None where nothing could be estimated."""
    shown = [
        (label, row) for label, row in lines if row is None or row.estimate is not None
    ]
    if all(row is None for _, row in shown):
        return None
    made, axes = figure(height=0.9 + 0.4 * len(shown))
    across(axes)
    for at, (_, row) in enumerate(shown):
        if row is None:
            continue
        value = float(row.estimate or 0)
        ends = [value if end is None else end for end in (row.lower, row.upper)]
        axes.errorbar(
            [value], [at], xerr=[[value - ends[0]], [ends[1] - value]], capsize=4,
            color=INK if at else COLOURS[0], marker=MARKS[1 if at else 0], markersize=7,
        )  # fmt: skip
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.set_yticks(range(len(shown)), [folded(label) for label, _ in shown])
    for text, (_, row) in zip(axes.get_yticklabels(), shown, strict=True):
        if row is None:
            text.set_fontweight("bold")
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_xlabel("difference, with its interval")
    alt = "Forest plot of differences with intervals: " + "; ".join(
        f"{label} {row.estimate:.1f}"
        for label, row in shown
        if row is not None and row.estimate is not None
    )
    return drawn(made, name, title, f"{alt}.", dummy=dummy)


def dots(protocol: Protocol, results: Results, dummy: bool) -> Figure | None:
    """Risk of each adverse event by arm, and the difference with its interval.

    Source: Amit, Heiberger and Lane 2008, Pharm Stat 7:20-35.
    """
    terms = [
        row
        for row in results.select(endpoint="events", analysis="risk-difference")
        if row.id.startswith("events.term-") and row.estimate is not None
    ][:MOST_TERMS]
    if not terms:
        return None
    made, left = figure(width=7.2, height=1.1 + 0.28 * len(terms))
    left.remove()
    left, right = made.subplots(1, 2, sharey=True, width_ratios=(1, 1.2))
    counts = {row.id: row for row in results.select(endpoint="events")}
    for number, arm in enumerate(protocol.arms):
        values = []
        for term in terms:
            row = counts[f"{term.id.removesuffix('.difference')}.{arm.id}"]
            values.append(100 * float(row.estimate or 0) / max(row.n or 1, 1))
        left.plot(
            values, range(len(terms)), MARKS[number], color=COLOURS[number],
            markersize=6, label=arm.label, alpha=0.9,
        )  # fmt: skip
    for at, row in enumerate(terms):
        value = 100 * float(row.estimate or 0)
        low, high = 100 * float(row.lower or 0), 100 * float(row.upper or 0)
        right.errorbar(
            [value], [at], xerr=[[value - low], [high - value]], color=INK, marker="o",
            markersize=5, capsize=3,
        )  # fmt: skip
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(colors=INK, labelsize=9)
        across(axes)
    right.axvline(0, color=INK, linewidth=0.9)
    left.set_yticks(range(len(terms)), [folded(str(t.note), 24) for t in terms])
    left.set_ylim(len(terms) - 0.5, -0.5)
    left.set_xlabel("participants (%)")
    right.set_xlabel("difference, points, with interval")
    left.legend(frameon=False, fontsize=9, loc="lower right")
    alt = (
        f"Dot plot of the {len(terms)} most frequent adverse events: at the left the "
        "share of participants by arm, at the right the difference with its interval."
    )
    title = "Adverse events by term: risks and differences"
    return drawn(made, "adverse-events", title, alt, dummy=dummy)


def tipping(endpoint: Endpoint, results: Results, dummy: bool) -> Figure | None:
    """How the difference moves as imputed outcomes of the treated arm get worse."""
    found = results.select(endpoint=endpoint.id, analysis="tipping-curve")
    if not found:
        return None
    made, axes = figure()
    parts = [
        (part, [e for e in found if e.id.startswith(_curve_of(endpoint, part.id))])
        for part in endpoint.sensitivity
    ]
    shown = [(part, rows) for part, rows in parts if rows]
    for number, (part, rows) in enumerate(shown):
        x = [float(e.statistic or 0) for e in rows]
        colour = COLOURS[number % len(COLOURS)]
        axes.plot(
            x, [float(e.estimate or 0) for e in rows], color=colour, linewidth=2,
            linestyle=LINES[number % len(LINES)], label=part.label,
        )  # fmt: skip
        low = [float(e.lower or 0) for e in rows]
        high = [float(e.upper or 0) for e in rows]
        axes.fill_between(x, low, high, color=colour, alpha=0.12, linewidth=0)
        tip = results[f"{endpoint.id}.tipping-point.{part.id}"].estimate
        axes.plot([float(tip or 0)], [0], MARKS[number % len(MARKS)], color=colour)
    axes.axhline(0, color=INK, linewidth=0.9)
    axes.set_xlabel("points added to each imputed outcome of the treated arm")
    axes.set_ylabel("difference, with its interval")
    axes.legend(frameon=False, fontsize=9)
    title = f"{endpoint.label}: tipping points"
    alt = (
        "Lines with bands: the difference and its interval as imputed outcomes get "
        "worse; a mark on the line at zero is the tipping point. "
        + "; ".join(
            str(results[f"{endpoint.id}.tipping-point.{p.id}"].note) for p, _ in shown
        )
    )
    return drawn(made, f"{endpoint.id}-tipping", title, f"{alt}.", dummy=dummy)


def _curve_of(endpoint: Endpoint, part: str) -> str:
    return f"{endpoint.id}.tipping-curve.{part}."
