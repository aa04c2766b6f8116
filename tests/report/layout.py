"""Which estimate stands where in each table: what a reader of the code approves.

``python -m tests.report.layout`` writes the files of ``approved/`` anew; read the
difference before it is committed, for the test only sees that something changed.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from equipoise.analyze.result import Estimate, Results
from equipoise.numerics.rounding import fixed
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import (
    Bullets,
    Document,
    Figure,
    Section,
    Table,
    TextTable,
    titled,
)
from equipoise.report.headline import finding
from equipoise.report.table_cells import Cell
from equipoise.version import __version__
from tests.differences import differences
from tests.report.trials import TRIALS, VARIANTS
from tests.vocabulary import vocabulary

# Words of a drawing; numbers of an axis are left to matplotlib.
WORDS = re.compile(r"<text[^>]*>([^<]*[A-Za-z][^<]*)</text>")
APPROVED = Path(__file__).parent / "approved"


def layout(document: Document, by_id: dict[str, Estimate], listed: int) -> str:
    """Every heading, label, note and number of the tables; a number as its estimate.

    Args:
        document: the report.
        by_id: its estimates.
        listed: rows of a listing that are given: none of virtual participants.
    """
    lines = _front(document)
    for section in document.sections:
        lines += _section(section, by_id, listed)
    return "\n".join(lines) + "\n"


def _front(document: Document) -> list[str]:
    """What stands before, above and below the sections, and on which paper."""
    named = {
        name: str(getattr(document, name))
        for name in ("title", "subtitle", "about", "watermark", "running", "header",
                     "footer", "paper", "lang", "date")
    }  # fmt: skip
    rows = [*named.items(), *document.title_page, *document.facts]
    lines = [f"{name}: {text}" for name, text in rows]
    lines += [f"banner: {text}" for text in document.banners]
    changing = re.compile(rf"\b[0-9a-f]{{12,}}\b|{re.escape(__version__)}")
    return ["# front", *(changing.sub("#", line) for line in lines), ""]


def _findings(protocol: Protocol, results: Results) -> list[str]:
    """One sentence for each endpoint, its numbers written as ``#``."""
    made = [finding(protocol, results, part) for part in protocol.endpoints]
    return ["# findings", *(re.sub(r"\d+\.\d+", "#", text) for text in made), ""]


def _section(section: Section, by_id: dict[str, Estimate], listed: int) -> list[str]:
    lines = [f"# {section.heading} [{section.id}]"]
    for block in section.blocks:
        if isinstance(block, Table):
            lines += ["", f"## {titled(block)} [{block.name}] {block.population}"]
            lines.append(" | ".join(block.head))
            for label, cells in block.rows:
                row = ["".join(_shown(c, by_id) for c in parts) for parts in cells]
                row = _once(row, block.arms[1:])
                lines.append(" | ".join([label.replace("\u2003", "  "), *row]))
            lines.append(f"note: {block.note}")
        elif isinstance(block, TextTable):
            lines += ["", f"## {titled(block)} [{block.name}] {block.population}"]
            lines.append(" | ".join(block.head))
            shown = block.rows if block.kind == "Table" else block.rows[:listed]
            lines += [" | ".join(row) for row in shown]
            lines.append(f"note: {block.note}")
        elif isinstance(block, Figure):
            lines += ["", f"## {titled(block)} [{block.name}] {block.subtitle}"]
            lines += [f"alt: {block.alt}", f"note: {block.note}"]
            words = WORDS.findall(block.svg.decode())
            lines.append("drawn: " + " | ".join(dict.fromkeys(map(unescape, words))))
        elif isinstance(block, Bullets):
            lines += [f"- {item}" for item in block.items]
        else:
            lines.append(block.text)
    return [line.rstrip() for line in lines]


def _once(row: list[str], arms: tuple[str | None, ...]) -> list[str]:
    """Cells of arms that differ in the arm alone are written once, with {arm}."""
    owners = [arm for arm in dict.fromkeys(arms) if arm is not None]
    groups = [
        [
            text.replace(f".{arm}", ".{arm}")
            for text, a in zip(row, arms, strict=True)
            if a == arm
        ]
        for arm in owners
    ]
    if len(groups) < 2 or any(group != groups[0] for group in groups):
        return row
    rest = [text for text, arm in zip(row, arms, strict=True) if arm is None]
    return [f"each arm: {' | '.join(groups[0])}", *rest]


def _shown(cell: Cell, by_id: dict[str, Estimate]) -> str:
    """A text as it is; a number as id, field, decimals and scale."""
    if cell.id is None or cell.field is None:
        return cell.text
    value = getattr(by_id[cell.id], cell.field)
    text = cell.text.replace("−", "-").strip("%")
    sign = cell.text[len(cell.text.rstrip("%")) :]
    if value is None or cell.field == "p":
        return f"<{cell.id} {cell.field}>"
    digits = len(text.partition(".")[2])
    scale = "" if text == fixed(value, digits) else " x100"
    return f"<{cell.id} {cell.field} .{digits}{scale}>{sign}"


def of(name: str) -> str:
    """The layout of the report of a trial; of a variant of another what is otherwise.

    ``vocabulary`` are the tables of words of the whole package.
    """
    if name == "vocabulary":
        return vocabulary("equipoise.report")
    known = VARIANTS.get(name)
    return _whole(name) if known is None else differences(_whole(known), _whole(name))


def _whole(name: str) -> str:
    from tests.report.test_every_table import planted_report

    protocol, results, document = planted_report(name)
    listed = 30 if name in ("complete", "rare", "plain") else 0
    said = "\n".join(_findings(protocol, results))
    return f"{said}\n{layout(document, {row.id: row for row in results}, listed)}"


if __name__ == "__main__":
    APPROVED.mkdir(exist_ok=True)
    for trial in (*TRIALS, *VARIANTS, "vocabulary"):
        (APPROVED / f"{trial}.txt").write_text(of(trial), encoding="utf-8")
