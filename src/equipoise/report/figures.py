"""The figures of a report, drawn from the results and, for individuals, the data."""

from __future__ import annotations

from textwrap import wrap

from equipoise.analyze.observed import changes
from equipoise.analyze.result import Estimate, Results
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.report.cells import score_label
from equipoise.report.style import COLOURS, INK, LINES, MARKS, figure, svg

MEANS = {  # analysis -> in words
    "observed": "mean by visit as observed, with intervals",
    "ls-mean": "adjusted mean change by visit, with intervals of the model",
}


def figures(
    protocol: Protocol, data: UnblindedTrialData, results: Results
) -> dict[str, tuple[str, bytes]]:
    """Every figure: name -> caption and SVG."""
    dummy = results.provenance.allocation == "dummy"
    made: dict[str, tuple[str, bytes]] = {}
    for endpoint in protocol.endpoints:
        if endpoint.type == "continuous" and endpoint.level != "exploratory":
            score = score_label(protocol, endpoint.variable.score or "")
            for analysis, words in MEANS.items():
                caption = f"{score}: {words}"
                drawn = _means(protocol, endpoint, results, analysis, caption, dummy)
                made[f"{endpoint.id}-{analysis}"] = (caption, drawn)
        if endpoint.type == "continuous" and endpoint.level == "primary":
            caption = f"{endpoint.label}: each participant"
            drawn = _waterfall(protocol, data, endpoint, caption, dummy)
            made[f"{endpoint.id}-participants"] = (caption, drawn)
        if endpoint.sensitivity:
            caption = f"{endpoint.label}: as planned, and under other assumptions"
            drawn = _forest(endpoint, results, caption, dummy)
            made[f"{endpoint.id}-sensitivity"] = (caption, drawn)
        if endpoint.type == "binary" and endpoint.level != "exploratory":
            made[f"{endpoint.id}-arms"] = (
                endpoint.label,
                _proportions(protocol, endpoint, results, dummy),
            )
            if results.select(endpoint=endpoint.id, analysis="responder-curve"):
                caption = f"{endpoint.label}: at every cut-off"
                drawn = _responders(protocol, endpoint, results, caption, dummy)
                made[f"{endpoint.id}-cut-offs"] = (caption, drawn)
        if endpoint.type == "time-to-event":
            made[f"{endpoint.id}-curve"] = (
                endpoint.label,
                _curve(protocol, endpoint, results, dummy),
            )
    return made


def _means(
    protocol: Protocol,
    endpoint: Endpoint,
    results: Results,
    analysis: str,
    title: str,
    dummy: bool,
) -> bytes:
    made, axes = figure()
    labels = {visit.id: visit.label for visit in protocol.schedule.visits}
    found = results.select(endpoint=endpoint.id, analysis=analysis)
    order = list(dict.fromkeys(str(e.visit) for e in found))
    for number, arm in enumerate(protocol.arms):
        rows = [e for e in found if e.contrast == arm.id and e.estimate is not None]
        shift = (number - (len(protocol.arms) - 1) / 2) * 0.08
        x = [order.index(str(e.visit)) + shift for e in rows]
        y = [float(e.estimate or 0) for e in rows]
        low = [
            v - (v if e.lower is None else e.lower)
            for v, e in zip(y, rows, strict=True)
        ]
        high = [
            (v if e.upper is None else e.upper) - v
            for v, e in zip(y, rows, strict=True)
        ]
        axes.errorbar(
            x, y, yerr=[low, high], color=COLOURS[number], marker=MARKS[number],
            linestyle=LINES[number], capsize=3, markersize=6, label=arm.label,
        )  # fmt: skip
    axes.set_xticks(range(len(order)), [_wrapped(labels[v]) for v in order])
    score = score_label(protocol, endpoint.variable.score or "")
    change = analysis == "ls-mean" and endpoint.variable.measure != "value"
    axes.set_ylabel(f"change: {score}" if change else score)
    axes.legend(frameon=False, fontsize=10)
    return svg(made, title, dummy=dummy)


def _waterfall(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    title: str,
    dummy: bool,
) -> bytes:
    made, axes = figure()
    table = changes(protocol, data, endpoint)
    for number, arm in enumerate(protocol.arms):
        rows = table[table["arm"] == arm.id]
        axes.bar(
            rows.index.to_numpy() + 1,
            rows["change"].to_numpy(),
            color=COLOURS[number],
            hatch=("" if number == 0 else "///"),
            edgecolor="white",
            label=arm.label,
        )
    axes.axhline(0, color=INK, linewidth=0.9)
    axes.set_xlabel("participants, best change first")
    axes.set_ylabel(f"change: {score_label(protocol, endpoint.variable.score or '')}")
    axes.legend(frameon=False, fontsize=10)
    return svg(made, title, dummy=dummy)


def _forest(endpoint: Endpoint, results: Results, title: str, dummy: bool) -> bytes:
    named = [("as planned", results[endpoint.id])]
    found = {e.id: e for e in results.select(endpoint=endpoint.id)}
    for part in endpoint.sensitivity:
        row = found.get(f"{endpoint.id}.sensitivity.{part.id}")
        if row is not None and row.estimate is not None:
            named.append((part.label, row))
    drawn = [(name, row) for name, row in named if row.estimate is not None]
    made, axes = figure(height=0.9 + 0.5 * len(drawn))
    axes.grid(axis="x", color="#e4e7eb", linewidth=0.8)
    axes.grid(visible=False, axis="y")
    for at, (_, row) in enumerate(drawn):
        value = float(row.estimate or 0)
        ends = [value if end is None else end for end in (row.lower, row.upper)]
        axes.errorbar(
            [value], [at], xerr=[[value - ends[0]], [ends[1] - value]], capsize=4,
            color=INK if at else COLOURS[0], marker=MARKS[1 if at else 0], markersize=7,
        )  # fmt: skip
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.set_yticks(range(len(drawn)), [_two_lines(name) for name, _ in drawn])
    axes.set_ylim(len(drawn) - 0.5, -0.5)
    axes.set_xlabel("difference, with its interval")
    return svg(made, title, dummy=dummy)


def _two_lines(label: str, most: int = 28) -> str:
    return "\n".join(wrap(label, most))


def _proportions(
    protocol: Protocol, endpoint: Endpoint, results: Results, dummy: bool
) -> bytes:
    made, axes = figure(height=0.9 + 0.7 * len(protocol.arms))
    axes.grid(axis="x", color="#e4e7eb", linewidth=0.8)
    axes.grid(visible=False, axis="y")
    labels = []
    for number, arm in enumerate(protocol.arms):
        row = results[f"{endpoint.id}.proportion.{arm.id}"]
        value = 100 * (row.estimate or 0.0)
        low, high = 100 * (row.lower or 0.0), 100 * (row.upper or 0.0)
        axes.errorbar(
            [value], [number], xerr=[[value - low], [high - value]],
            color=COLOURS[number], marker=MARKS[number], markersize=8, capsize=4,
        )  # fmt: skip
        labels.append(f"{arm.label}\n{value:.0f} % of {row.n}")
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xlim(0, 100)
    axes.set_xlabel("participants (%), with 95 % intervals of Wilson")
    return svg(made, endpoint.label, dummy=dummy)


def _responders(
    protocol: Protocol, endpoint: Endpoint, results: Results, title: str, dummy: bool
) -> bytes:
    made, axes = figure()
    found = results.select(endpoint=endpoint.id, analysis="responder-curve")
    for number, arm in enumerate(protocol.arms):
        rows = [e for e in found if e.contrast == arm.id and e.estimate is not None]
        axes.plot(
            [float(e.statistic or 0) for e in rows],
            [100 * float(e.estimate or 0) for e in rows],
            color=COLOURS[number], linestyle=LINES[number], marker=MARKS[number],
            markersize=4, linewidth=2, label=arm.label,
        )  # fmt: skip
    stated = protocol.definition(endpoint.variable.definition or "").threshold
    if stated is not None:
        axes.axvline(stated, color=INK, linewidth=0.9, linestyle=":")
        axes.annotate(
            "as defined", (stated, 97), xytext=(4, 0), textcoords="offset points"
        )
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 103)
    axes.set_xlabel("reduction of at least … % of the baseline")
    axes.set_ylabel("participants (%)")
    axes.legend(frameon=False, fontsize=10)
    return svg(made, title, dummy=dummy)


def _curve(
    protocol: Protocol, endpoint: Endpoint, results: Results, dummy: bool
) -> bytes:
    made, axes = figure()
    for number, arm in enumerate(protocol.arms):
        rows = [
            e
            for e in results.select(endpoint=endpoint.id, analysis="survival")
            if e.contrast == arm.id
        ]
        if not rows:
            continue
        days = [float(e.statistic or 0) for e in rows]
        axes.step(
            days,
            [float(e.estimate or 0) for e in rows],
            where="post",
            color=COLOURS[number],
            linestyle=LINES[number],
            linewidth=2,
            label=f"{arm.label} ({rows[0].n} at risk at day 0)",
        )
        ends = [e for e in rows if _censored(e)]
        axes.plot(
            [float(e.statistic or 0) for e in ends],
            [float(e.estimate or 0) for e in ends],
            "|",
            color=COLOURS[number],
            markersize=10,
        )
    axes.set_ylim(0, 1.03)
    axes.set_xlim(left=0)
    axes.set_xlabel(f"days since {_time_zero(protocol, endpoint)}")
    axes.set_ylabel("share without the event")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False, fontsize=10)
    return svg(made, endpoint.label, dummy=dummy)


def _time_zero(protocol: Protocol, endpoint: Endpoint) -> str:
    at = protocol.definition(endpoint.variable.definition or "").at
    return protocol.schedule.visit(at).label.lower() if at else "time zero"


def _censored(row: Estimate) -> bool:
    return row.note is not None and "; 0 censored" not in row.note


def _wrapped(label: str) -> str:
    return label.replace(" after ", "\nafter ")
