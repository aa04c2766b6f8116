"""Dot plot of adverse events: risk by arm, and the difference of the arms."""

from __future__ import annotations

from equipoise.analyze.result import Results
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Figure, Series
from equipoise.report.figures.series import level_of, of_rows
from equipoise.report.figures.style import (
    INK,
    SIZE,
    across,
    arm_look,
    drawn,
    folded,
    grid,
    legend,
    plain,
    short,
)
from equipoise.report.table_cells import ci

MOST_TERMS = 25


def dots(protocol: Protocol, results: Results, dummy: bool) -> Figure | None:
    """Risk of each adverse event by arm, and the difference with its interval.

    Terms with the largest difference stand first.

    Source: Amit, Heiberger and Lane 2008, Pharm Stat 7:20-35.
    """
    events = results.select(endpoint="events")
    terms = [
        row
        for row in events
        if row.analysis == "risk-difference"
        and row.id.startswith("events.term-")
        and row.estimate is not None
    ][:MOST_TERMS]
    if not terms:
        return None
    terms.sort(key=lambda row: -float(row.estimate or 0))
    made, (left, right) = grid(
        1, 2, 1.3 + 0.24 * len(terms), sharey=True, width_ratios=(1, 1.15)
    )
    counts = {row.id: row for row in events}
    series: list[Series] = []
    for number, arm in enumerate(protocol.arms):
        own = _risks(arm.id, arm.label, [t.id for t in terms], counts)
        series.append(own)
        look = arm_look(number) | {"linestyle": "none"}
        n = max((n for n in own.n if n is not None), default=0)
        left.plot(
            list(own.y), list(own.x), markersize=6, alpha=0.9,
            label=short(f"{arm.label}, n = {n}"), **look,
        )  # fmt: skip
    name = _compared(protocol, str(terms[0].contrast))
    place = {row.id: float(at) for at, row in enumerate(terms)}
    own = of_rows(name, terms, lambda row: place[row.id], 100, panel="difference")
    series.append(own)
    for value, at, low, high in zip(own.y, own.x, own.lower, own.upper, strict=True):
        ends = [value if low is None else low, value if high is None else high]
        right.errorbar(
            [value], [at], xerr=[[value - ends[0]], [ends[1] - value]], color=INK,
            marker="o", markersize=4.5, capsize=3, linewidth=1.4,
        )  # fmt: skip
    for axes in (left, right):
        across(axes)
    right.axvline(0, color=INK, linewidth=0.9)
    left.set_yticks(range(len(terms)), [_term(str(t.note)) for t in terms])
    right.tick_params(labelleft=False)
    left.set_ylim(len(terms) - 0.5, -0.5)
    left.set_xlim(left=min(-2.0, left.get_xlim()[0]))
    left.set_xlabel("Participants with the event, %", fontsize=SIZE)
    interval = ci(level_of(terms))
    right.set_xlabel(f"Difference ({interval}), percentage points", fontsize=SIZE)
    right.set_title(short(name, 50), fontsize=SIZE, color=INK, loc="left")
    legend(made, left)
    alt = (
        f"Dot plot of the {len(terms)} most frequent adverse events: percentage of "
        f"participants by arm (left), difference with its {interval} (right)."
    )
    title = "Adverse events by term: participants with the event and risk differences"
    return drawn(made, "adverse-events", title, alt, series, dummy=dummy)


def _risks(arm: str, label: str, terms: list[str], counts: dict) -> Series:  # type: ignore[type-arg]
    """Percentage of an arm with each event, where the arm has participants at risk."""
    rows = [
        (float(at), row)
        for at, term in enumerate(terms)
        if (row := counts.get(f"{term.removesuffix('.difference')}.{arm}")) is not None
        and row.estimate is not None
        and row.n
    ]
    return Series(
        label,
        arm,
        x=tuple(at for at, _ in rows),
        y=tuple(100 * row.estimate / row.n for _, row in rows),
        lower=(None,) * len(rows),
        upper=(None,) * len(rows),
        n=tuple(row.n for _, row in rows),
        ids=tuple(row.id for _, row in rows),
        panel="risk",
    )


def _term(text: str) -> str:
    words = folded(text[:1].upper() + text[1:], 34)
    return plain(words[0] if len(words) == 1 else f"{words[0]} …")


def _compared(protocol: Protocol, contrast: str) -> str:
    """``ketamine - midazolam`` with the labels of the arms."""
    first, _, second = contrast.partition(" - ")
    return f"{protocol.arm(first).label} minus {protocol.arm(second).label}"
