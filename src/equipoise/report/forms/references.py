"""Texts that name a table, figure or listing of the document: parts with their target."""

from __future__ import annotations

import re
from collections.abc import Mapping

from equipoise.report.content import Document, label

NAMED = re.compile(r"\b(?:Table|Figure|Listing) \d+(?:\.\d+)+")


def targets(document: Document) -> dict[str, str]:
    """``Table 14.2.1`` -> name of that block."""
    return {label(block): block.name for _, block in document.numbered()}


def parts(text: str, known: Mapping[str, str]) -> list[tuple[str, str]]:
    """A text in pieces, each with the name of the block that it refers to, or nothing.

    Example:
        >>> parts("See Table 14.2.1.", {"Table 14.2.1": "primary"})
        [('See ', ''), ('Table 14.2.1', 'primary'), ('.', '')]
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
