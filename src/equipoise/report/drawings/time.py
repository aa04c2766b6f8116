"""Curves of time to an event, with the number at risk below."""

from __future__ import annotations

from equipoise.analyze.result import Estimate, Results
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.content import Figure
from equipoise.report.drawings.style import COLOURS, INK, LINES, PALE, drawn, figure

TICKS = 7


def curve(
    protocol: Protocol, endpoint: Endpoint, results: Results, dummy: bool
) -> Figure:
    """Kaplan and Meier's curve by arm, Turnbull's behind it, and the number at risk."""
    made, axes = figure(height=4.4 + 0.25 * len(protocol.arms))
    last = 1.0
    for number, arm in enumerate(protocol.arms):
        rows = [
            e
            for e in results.select(endpoint=endpoint.id, analysis="survival")
            if e.contrast == arm.id
        ]
        if not rows:
            continue
        days = [float(e.statistic or 0) for e in rows]
        last = max(last, days[-1])
        axes.step(
            days, [float(e.estimate or 0) for e in rows], where="post",
            color=COLOURS[number], linestyle=LINES[number], linewidth=2, label=arm.label,
        )  # fmt: skip
        ends = [e for e in rows if _censored(e)]
        axes.plot(
            [float(e.statistic or 0) for e in ends],
            [float(e.estimate or 0) for e in ends],
            "|", color=COLOURS[number], markersize=10,
        )  # fmt: skip
        _turnbull(axes, results, endpoint, arm.id)
    axes.set_ylim(0, 1.03)
    axes.set_xlim(0, last * 1.02)
    axes.set_ylabel("share without the event")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False, fontsize=10)
    _at_risk(axes, protocol, endpoint, results, last)
    alt = (
        "Falling steps for each arm: the share without the event by day, with the number "
        "at risk below; thin grey lines show the loss between two visits."
    )
    return drawn(made, f"{endpoint.id}-curve", endpoint.label, alt, dummy=dummy)


def _turnbull(axes: object, results: Results, endpoint: Endpoint, arm: str) -> None:
    rows = [
        e
        for e in results.select(endpoint=endpoint.id, analysis="turnbull")
        if e.contrast == arm
    ]
    days, value = [0.0], [1.0]
    for row in rows:
        low = float(str(row.note).partition("after day ")[2].partition(" ")[0])
        days += [low, float(row.statistic or 0)]
        value += [value[-1], float(row.estimate or 0)]
    axes.plot(days, value, color=PALE, linewidth=0.9)  # type: ignore[attr-defined]


def _at_risk(
    axes: object, protocol: Protocol, endpoint: Endpoint, results: Results, last: float
) -> None:
    """Rows of numbers under the horizontal axis."""
    found = results.select(endpoint=endpoint.id, analysis="at-visit")
    days = sorted(
        {float(e.statistic or 0) for e in found if (e.statistic or 0) <= last}
    )
    step = max(1, -(-len(days) // TICKS))
    ticks = [0.0, *days[::-1][::step][::-1]]
    axes.set_xticks(ticks)  # type: ignore[attr-defined]
    lines = [f"{day:g}" for day in ticks]
    for arm in protocol.arms:
        start = [
            e
            for e in results.select(endpoint=endpoint.id, analysis="survival")
            if e.contrast == arm.id
        ]
        number = {0.0: start[0].n if start else 0}
        number |= {float(e.statistic or 0): e.n for e in found if e.contrast == arm.id}
        lines = [
            f"{a}\n{number.get(day, 0)}" for a, day in zip(lines, ticks, strict=True)
        ]
    axes.set_xticklabels(lines)  # type: ignore[attr-defined]
    names = "\n".join(f"{arm.label} at risk" for arm in protocol.arms)
    axes.annotate(  # type: ignore[attr-defined]
        f"days\n{names}", (0, 0), xycoords="axes fraction", xytext=(-12, -5.5),
        textcoords="offset points", ha="right", va="top", fontsize=10, color=INK,
    )  # fmt: skip
    axes.set_xlabel(f"days since {time_zero(protocol, endpoint)}")  # type: ignore[attr-defined]


def time_zero(protocol: Protocol, endpoint: Endpoint) -> str:
    """What time counts from, in words."""
    definition = protocol.definition(endpoint.variable.definition or "")
    if definition.zero == "last-infusion":
        return "the last infusion"
    if definition.at is None:
        return "time zero"
    return protocol.schedule.visit(definition.at).label.lower()


def _censored(row: Estimate) -> bool:
    return row.note is not None and "; 0 censored" not in row.note
