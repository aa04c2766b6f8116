"""Participant flow as a diagram (CONSORT 2025), in SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from equipoise.analyze.result import Results
from equipoise.protocol.model import Protocol
from equipoise.report.compiler import compiled
from equipoise.report.content import Figure

BOX, GAP, LINE = 300, 26, 19
STEPS = {
    "allocated": "Allocated",
    "received": "Received the treatment",
    "discontinued": "Stopped the treatment",
    "lost": "Left the study",
    "analysed": "Analysed for the primary endpoint",
}


def flowchart(protocol: Protocol, results: Results) -> str:
    """The diagram; every number carries its id in the results."""
    arms = protocol.arms
    width = max(2 * BOX + GAP, len(arms) * (BOX + GAP) - GAP) + 20
    middle = width / 2
    parts: list[str] = []
    y = 10.0
    top = _lines(results, "assessed", "Assessed for eligibility")
    height = _height(top)
    parts.append(_box(middle - BOX / 2, y, top))
    excluded = _lines(results, "excluded", "Not randomized")
    y += height
    side = _height(excluded)
    parts.append(_arrow(middle, y, middle, y + side + 2 * GAP))
    parts.append(_arrow(middle, y + GAP + side / 2, middle + 22, y + GAP + side / 2))
    parts.append(_box(middle + 22, y + GAP, excluded, BOX - 12))
    y += side + 2 * GAP
    chosen = _lines(results, "randomized", "Randomized")
    parts.append(_box(middle - BOX / 2, y, chosen))
    start = y + _height(chosen)
    left = (width - (len(arms) * (BOX + GAP) - GAP)) / 2
    bottom = start
    for number, arm in enumerate(arms):
        x = left + number * (BOX + GAP)
        lines: list[Line] = [(arm.label, None)]
        for step, words in STEPS.items():
            lines += _lines(results, f"{step}", words, arm.id)
        parts.append(_arrow(middle, start, x + BOX / 2, start + GAP + 8))
        parts.append(_box(x, start + GAP + 8, lines))
        bottom = max(bottom, start + GAP + 8 + _height(lines))
    body = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {bottom + 10:g}" '
        f'role="img" aria-label="Participant flow" class="flow">{body}</svg>'
    )


Line = tuple[str, str | None]


def _lines(
    results: Results, step: str, words: str, arm: str | None = None
) -> list[Line]:
    name = f"flow.{step}" if arm is None else f"flow.{step}.{arm}"
    row = results[name]
    count = "not recorded" if row.estimate is None else f"{row.estimate:.0f}"
    found: list[Line] = [(f"{words}: {count}", row.id)]
    for reason in results.select(endpoint="flow"):
        if reason.id.startswith(f"{name}.reason-"):
            found.append((f"   {reason.estimate:.0f}  {reason.note}", reason.id))
    return [(part, at) for text, at in found for part in _folded(text)]


def _folded(text: str, limit: int = 44) -> list[str]:
    """A long line as several; continuation lines are indented."""
    if len(text) <= limit:
        return [text]
    cut = text.rfind(" ", 8, limit)
    cut = limit if cut < 0 else cut
    return [text[:cut], *_folded("      " + text[cut:].strip(), limit)]


def _height(lines: Sequence[Line]) -> float:
    return 18 + LINE * len(lines)


def _box(x: float, y: float, lines: Sequence[Line], width: float = BOX) -> str:
    texts = "".join(
        f'<text x="{x + 12:g}" y="{y + 24 + LINE * n:g}" xml:space="preserve"'
        f"{'' if at is None else f' data-id={chr(34)}{escape(at)}{chr(34)}'}"
        f"{' font-weight=' + chr(34) + '600' + chr(34) if at is None else ''}>"
        f"{escape(text)}</text>"
        for n, (text, at) in enumerate(lines)
    )
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{_height(lines):g}" '
        f'rx="4" fill="#fff" stroke="#52606d"/>{texts}'
    )


def _arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="#52606d" '
        'stroke-width="1.4"/>'
    )


def flow_figure(protocol: Protocol, results: Results) -> Figure:
    """The diagram as a figure of the report."""
    drawing = flowchart(protocol, results)
    said = []
    for step in ("assessed", "randomized"):
        row = results[f"flow.{step}"]
        count = "not recorded" if row.estimate is None else f"{row.estimate:.0f}"
        said.append(f"{step} {count}")
    for arm in protocol.arms:
        row = results[f"flow.analysed.{arm.id}"]
        count = "not recorded" if row.estimate is None else f"{row.estimate:.0f}"
        said.append(f"analysed with {arm.label} {count}")
    return Figure(
        "participant-flow",
        "Participant flow",
        f"Flow diagram from eligibility to analysis: {'; '.join(said)}.",
        drawing.encode(),
        as_png(drawing),
    )


def as_png(drawing: str, dots: int = 200) -> bytes:
    """The diagram as pixels, drawn by Typst: no browser and no fonts of the machine."""
    plain = drawing.replace(
        "<svg ", '<svg font-family="Libertinus Serif" font-size="14" ', 1
    )
    page = '#set page(width: auto, height: auto, margin: 4pt)\n#image("a.svg")'
    return compiled(page, {"a.svg": plain.encode()}, form="png", dots=dots)
