"""Participant flow as a diagram in SVG.

Source: Hopewell et al. 2025, CONSORT 2025 statement, BMJ 389:e081123, figure 1.
"""

from __future__ import annotations

from equipoise.analyze.result import Results
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Figure, Series
from equipoise.report.figures import box_diagram
from equipoise.report.figures.box_diagram import INDENT, Line
from equipoise.report.figures.style import SANS

WIDTH, LEFT, GAP = 776.0, 110.0, 22.0
NARROWEST = 168.0  # box of an arm; more arms than fit make the diagram wider
IN_DATA = "Participants in the data"
STAGES = {  # stage -> steps of flow.<step>.<arm>, with their text
    "Allocation": (
        ("allocated", "Allocated"),
        ("in-data", IN_DATA),
        ("received", "Received the treatment"),
        ("not-received", "Did not receive the treatment"),
    ),
    "Follow-up": (
        ("discontinued", "Discontinued the treatment"),
        ("lost", "Left the study"),
        ("completed", "Completed the study"),
        ("treatment-end-unknown", "End of treatment not recorded"),
        ("study-end-unknown", "End of study not recorded"),
    ),
    "Analysis": (
        ("rated", "Rated at {visit}"),
        ("analysed", "Analyzed for the primary endpoint"),
        ("not-analysed", "Excluded from the analysis"),
    ),
}
UNKNOWN, NO_BREAK = "not\u00a0recorded", "\u00a0"


def flowchart(protocol: Protocol, results: Results) -> str:
    """The diagram; every number carries its id in the results."""
    arms = protocol.arms
    space = max(WIDTH - LEFT, len(arms) * (NARROWEST + GAP) - GAP)
    wide = (space - GAP * (len(arms) - 1)) / len(arms)
    wide = min(wide, 400.0)
    start = LEFT + (space - (len(arms) * (wide + GAP) - GAP)) / 2
    middles = [start + k * (wide + GAP) + wide / 2 for k in range(len(arms))]
    parts: list[str] = []
    partial = any(row.id == "flow.in-data" for row in results.select(endpoint="flow"))
    y = _enrollment(parts, results, space)
    top = y
    y += 24
    if len(arms) > 1:
        parts.append(box_diagram.line(LEFT + space / 2, top, LEFT + space / 2, y))
        parts.append(box_diagram.line(middles[0], y, middles[-1], y))
        top = y
        y += 24
    for stage, steps in STAGES.items():
        cells = []
        for arm in arms:
            lines = [Line(arm.label, bold=True)] if stage == "Allocation" else []
            for step, words in steps:
                words = words.replace("{visit}", _visit(protocol))
                if step == "not-analysed" and partial:
                    words = "In the data and not analyzed"
                lines += _step(results, step, words, arm.id)
            cells.append([part for line in lines for part in _folded(line, wide)])
        tall = max(box_diagram.height(lines) for lines in cells)
        for middle, lines in zip(middles, cells, strict=True):
            parts.append(box_diagram.down(middle, top, y))
            parts.append(box_diagram.box(middle - wide / 2, y, wide, tall, lines))
        parts.append(box_diagram.band(y, stage))
        top = y + tall
        y = top + 30
    return (
        f'<svg font-family="{SANS}" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {LEFT + space + 1:g} {top + 1:g}" font-size="{box_diagram.SIZE}" '
        f'role="img" aria-label="Participant flow" class="flow">{"".join(parts)}</svg>'
    )


def _visit(protocol: Protocol) -> str:
    """The visit of the first primary endpoint, as it is called in a sentence."""
    primary = next(e for e in protocol.endpoints if e.level == "primary")
    if primary.variable.at is None:
        return "the visit of the primary endpoint"
    label = protocol.schedule.visit(primary.variable.at).label
    return label[0].lower() + label[1:] if label[1:2].islower() else label


def _enrollment(parts: list[str], results: Results, space: float) -> float:
    """From eligibility to randomization; the y of its lower end."""
    middle = LEFT + space / 2
    wide, aside = 290.0, min(space / 2 - 33, 360.0)
    first = _boxed(results, "assessed", "Assessed for eligibility", wide)
    second = _boxed(results, "excluded", "Excluded", aside)
    third = _boxed(results, "randomized", "Randomized", wide)
    third += _boxed(results, "in-data", IN_DATA, wide)
    y = 1.0
    parts.append(
        box_diagram.box(middle - wide / 2, y, wide, box_diagram.height(first), first)
    )
    y += box_diagram.height(first)
    high = box_diagram.height(second)
    turn = y + 16 + high / 2
    end = y + high + 32
    parts.append(box_diagram.down(middle, y, end))
    parts.append(box_diagram.right(middle, middle + 32, turn))
    parts.append(box_diagram.box(middle + 32, y + 16, aside, high, second))
    parts.append(
        box_diagram.box(middle - wide / 2, end, wide, box_diagram.height(third), third)
    )
    bottom = end + box_diagram.height(third)
    parts.append(box_diagram.band(1.0, "Enrollment"))
    return bottom


def _boxed(results: Results, step: str, words: str, wide: float) -> list[Line]:
    lines = _step(results, step, words)
    return [part for line in lines for part in _folded(line, wide)]


def _folded(line: Line, wide: float) -> list[Line]:
    return box_diagram.fold(line, wide - 2 * box_diagram.PAD)


def _step(
    results: Results, step: str, words: str, arm: str | None = None
) -> list[Line]:
    """The line of a step and those of its reasons; nothing for a step that is unknown."""
    name = f"flow.{step}" if arm is None else f"flow.{step}.{arm}"
    rows = {row.id: row for row in results.select(endpoint="flow")}
    if name not in rows:
        return []
    count = rows[name].estimate
    shown = UNKNOWN if count is None else f"n{NO_BREAK}={NO_BREAK}{count:.0f}"
    made = [Line(f"{words} ({shown})", name)]
    for key, row in rows.items():
        if key.startswith(f"{name}.reason-") and row.estimate is not None:
            text = str(row.note)
            number = f"n{NO_BREAK}={NO_BREAK}{row.estimate:.0f}"
            text = f"{text[:1].upper()}{text[1:]} ({number})"
            made.append(Line(text, key, inset=INDENT))
    return made


def flow_figure(protocol: Protocol, results: Results) -> Figure:
    """The diagram as a figure of the report."""
    rows = {row.id: row for row in results.select(endpoint="flow")}
    said = []
    for step in ("assessed", "randomized"):
        said.append(f"{step} {_count(rows.get(f'flow.{step}'))}")
    if "flow.in-data" in rows:
        said.append(f"participants in the data {_count(rows['flow.in-data'])}")
    for arm in protocol.arms:
        counted = _count(rows.get(f"flow.analysed.{arm.id}"))
        said.append(f"analyzed with {arm.label} {counted}")
    return Figure(
        "participant-flow",
        "Participant flow",
        f"Flow diagram from eligibility to analysis: {'; '.join(said)}.",
        flowchart(protocol, results).encode(),
        series=_series(protocol, results),
    )


def _count(row: object) -> str:
    count = getattr(row, "estimate", None)
    return "not recorded" if count is None else f"{count:.0f}"


def _series(protocol: Protocol, results: Results) -> tuple[Series, ...]:
    """The counts of the diagram by arm; of all participants first."""
    rows = [e for e in results.select(endpoint="flow") if e.estimate is not None]
    labels: dict[str | None, str] = {None: "All participants"}
    labels |= {arm.id: arm.label for arm in protocol.arms}
    made = []
    for arm, label in labels.items():
        own = [e for e in rows if e.contrast == arm]
        none = (None,) * len(own)
        made.append(
            Series(
                label,
                arm or "",
                x=tuple(float(k) for k in range(len(own))),
                y=tuple(float(e.estimate or 0) for e in own),
                lower=none,
                upper=none,
                n=tuple(e.n for e in own),
                ids=tuple(e.id for e in own),
            )
        )
    return tuple(made)
