"""Figures of safety: side effects by infusion, acute effects, vital signs."""

from __future__ import annotations

from equipoise.analyze.result import Results
from equipoise.analyze.safety.vital_signs import EVERY
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.cells import score_label
from equipoise.report.content import Figure
from equipoise.report.drawings.style import (
    COLOURS,
    INK,
    LINES,
    MARKS,
    drawn,
    errorbars,
    figure,
)


def by_infusion(
    protocol: Protocol, endpoint: Endpoint, results: Results, dummy: bool
) -> Figure:
    """Share of participants with an event after each infusion."""
    made, axes = figure()
    found = results.select(endpoint=endpoint.id, analysis="proportion-by-infusion")
    for number, arm in enumerate(protocol.arms):
        rows = [e for e in found if e.contrast == arm.id and e.estimate is not None]
        shift = (number - (len(protocol.arms) - 1) / 2) * 0.1
        at = [float(e.statistic or 0) + shift for e in rows]
        errorbars(axes, number, at, rows, label=arm.label)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
    axes.set_xlabel("infusion")
    axes.set_ylabel("participants with an event (%)")
    if found:
        axes.legend(frameon=False, fontsize=10)
    alt = (
        "Share of participants with an adverse event after each infusion, by arm, with "
        "intervals; the values stand in the table."
    )
    name = f"{endpoint.id}-by-infusion"
    return drawn(made, name, endpoint.label, alt, dummy=dummy)


def course(
    protocol: Protocol, endpoint: Endpoint, results: Results, dummy: bool
) -> Figure:
    """Mean of an acute effect by minute, one panel for each infusion."""
    found = results.select(endpoint=endpoint.id, analysis="course")
    numbers = sorted({_infusion(str(e.note)) for e in found}) or [1]
    columns = min(3, len(numbers))
    lines = -(-len(numbers) // columns)
    made, first = figure(width=7.2, height=1.0 + 1.9 * lines)
    first.remove()
    panels = made.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
    for place, panel in enumerate(panels.flat):
        panel.spines[["top", "right"]].set_visible(False)
        panel.tick_params(colors=INK, labelsize=9)
        panel.grid(axis="y", color="#e4e7eb", linewidth=0.8)
        if place >= len(numbers):
            panel.set_visible(False)
            continue
        panel.set_title(f"infusion {numbers[place]}", fontsize=9, color=INK)
        for number, arm in enumerate(protocol.arms):
            rows = [
                e
                for e in found
                if e.contrast == arm.id and _infusion(str(e.note)) == numbers[place]
            ]
            at = [float(e.statistic or 0) for e in rows]
            errorbars(panel, number, at, rows, label=arm.label)
    if found:
        panels[0, 0].legend(frameon=False, fontsize=8)
    made.supxlabel("minutes from the start of the infusion", fontsize=10)
    score = score_label(protocol, endpoint.variable.score or "")
    made.supylabel(f"{score}, mean with interval", fontsize=10)
    alt = (
        f"A panel for each of {len(numbers)} infusions: mean {score} by minute and arm, "
        "with intervals; peaks and times stand in the table."
    )
    return drawn(made, f"{endpoint.id}-course", endpoint.label, alt, dummy=dummy)


def _infusion(note: str) -> int:
    return int(note.partition("infusion ")[2].partition(",")[0])


def vitals(
    protocol: Protocol, endpoint: Endpoint, results: Results, dummy: bool
) -> Figure | None:
    """Mean change by minute over all infusions, one panel for each measurement."""
    found = results.select(endpoint=endpoint.id, analysis="vital-change", visit=EVERY)
    names = [
        n
        for n in endpoint.variable.measurements
        if any(n in str(e.note) for e in found)
    ]
    if not names:
        return None
    made, first = figure(width=7.2, height=0.8 + 2.1 * -(-len(names) // 2))
    first.remove()
    panels = made.subplots(-(-len(names) // 2), 2, sharex=True, squeeze=False)
    for place, panel in enumerate(panels.flat):
        panel.spines[["top", "right"]].set_visible(False)
        panel.tick_params(colors=INK, labelsize=9)
        panel.grid(axis="y", color="#e4e7eb", linewidth=0.8)
        if place >= len(names):
            panel.set_visible(False)
            continue
        panel.axhline(0, color=INK, linewidth=0.8)
        panel.set_title(names[place], fontsize=9, color=INK)
        for number, arm in enumerate(protocol.arms):
            rows = [
                e
                for e in found
                if e.contrast == arm.id and str(e.note).startswith(f"{names[place]},")
            ]
            errorbars(
                panel, number, [float(e.statistic or 0) for e in rows], rows,
                label=arm.label,
            )  # fmt: skip
    panels[0, 0].legend(frameon=False, fontsize=8)
    made.supxlabel("minutes from the start of the infusion", fontsize=10)
    made.supylabel("change, mean with interval", fontsize=10)
    alt = (
        f"A panel for each of {', '.join(names)}: mean change from before the infusion "
        "by minute and arm, with intervals."
    )
    title = "Vital signs: change from before the infusion"
    return drawn(made, "vital-signs", title, alt, dummy=dummy)


def guesses(
    protocol: Protocol, endpoint: Endpoint, results: Results, dummy: bool
) -> Figure:
    """Bang's index of each arm with its interval."""
    pair = endpoint.estimand.treatment
    made, axes = figure(height=1.9)
    for number, arm in enumerate(protocol.arms):
        if arm.id not in (pair.arm, pair.versus):
            continue
        row = results[f"{endpoint.id}.bang.{arm.id}"]
        if row.estimate is None:
            continue
        low, high = float(row.lower or 0), float(row.upper or 0)
        axes.errorbar(
            [row.estimate], [number], xerr=[[row.estimate - low], [high - row.estimate]],
            color=COLOURS[number], marker=MARKS[number], linestyle=LINES[number],
            markersize=8, capsize=4,
        )  # fmt: skip
    axes.axvspan(-0.2, 0.2, color="#e4e7eb", zorder=0)
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.set_yticks(range(len(protocol.arms)), [arm.label for arm in protocol.arms])
    axes.set_ylim(len(protocol.arms) - 0.5, -0.5)
    axes.set_xlim(-1, 1)
    axes.set_xlabel("Bang's index: −1 all wrong, 0 chance, 1 all right")
    alt = (
        "Bang's blinding index of each arm with its interval; the band is −0.2 to 0.2."
    )
    title = f"{endpoint.label}: Bang's index"
    return drawn(made, f"{endpoint.id}-bang", title, alt, dummy=dummy)
