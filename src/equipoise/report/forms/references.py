"""Texts that name a table, figure or listing of the document: parts with their target."""

from __future__ import annotations

import re
from collections.abc import Mapping

from equipoise.report.content import Document, Figure, Table, TextTable, label

NAMED = re.compile(r"\b(?:Table|Figure|Listing) \d+(?:\.\d+)+")


def targets(document: Document) -> dict[str, str]:
    """``Table 14.2.1`` -> anchor of that block."""
    return {label(block): anchor(block) for _, block in document.numbered()}


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
    for match in NAMED.finditer(text):
        name = known.get(match.group())
        if name is None:
            continue
        if match.start() > end:
            made.append((text[end : match.start()], ""))
        made.append((match.group(), name))
        end = match.end()
    if end < len(text):
        made.append((text[end:], ""))
    return made
