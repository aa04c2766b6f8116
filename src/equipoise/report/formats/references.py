"""Texts that name a table, figure or listing of the document: parts with their target."""

from __future__ import annotations

import re
from collections.abc import Mapping

from equipoise.report.blocks import Document, Figure, Section, Table, TextTable, label

NUMBERED = re.compile(  # a block, or the number with which a heading starts
    r"\b(?:Table|Figure|Listing) \d+(?:\.\d+)+|(?<![\w.])\d+(?:\.\d+)*(?= )"
)


class Names(dict[str, str]):
    """Names -> anchors; headings are found by the number with which they start."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__(names)
        self.headings: dict[str, list[str]] = {}
        for name in names:
            self.headings.setdefault(name.partition(" ")[0], []).append(name)


def targets(document: Document) -> Names:
    """``Table 14.2.1``, or ``12.2 Adverse events`` -> anchor of the block or section."""
    headings = {
        section.heading: heading_anchor(section)
        for section in document.sections
        if section.place
    }
    blocks = {label(block): anchor(block) for _, block in document.numbered()}
    return Names(headings | blocks)


def heading_anchor(section: Section) -> str:
    """A name for links to a section: ``s-design``."""
    return f"s-{section.id}"


def anchor(block: Table | Figure | TextTable) -> str:
    """A name for links, unique in a document: ``table-14.2.1``.

    Names of blocks are not: a table and a listing may both be ``deviations``.
    """
    return label(block).lower().replace(" ", "-") or f"block-{block.name}"


def parts(text: str, known: Mapping[str, str]) -> list[tuple[str, str]]:
    """A text in pieces, each with the anchor that it refers to, or nothing.

    Example:
        >>> parts("See Table 14.2.1.", {"Table 14.2.1": "table-14.2.1"})
        [('See ', ''), ('Table 14.2.1', 'table-14.2.1'), ('.', '')]
    """
    made, end = [], 0
    names = known if isinstance(known, Names) else Names(known)
    for match in NUMBERED.finditer(text):
        if match.start() < end:
            continue
        named = _named(text, match, names)
        if not named:
            continue
        if match.start() > end:
            made.append((text[end : match.start()], ""))
        made.append((named, names[named]))
        end = match.start() + len(named)
    if end < len(text):
        made.append((text[end:], ""))
    return made


def _named(text: str, match: re.Match[str], known: Names) -> str:
    """The block or the longest heading that is named at a match; empty for none."""
    if match.group() in known:
        return match.group()
    rest = text[match.start() :]
    headings = known.headings.get(match.group(), ())
    return max((name for name in headings if _starts(rest, name)), key=len, default="")


def _starts(text: str, name: str) -> bool:
    after = text[len(name) : len(name) + 1]
    return text.startswith(name) and not after.isalnum()
