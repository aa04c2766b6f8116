"""British spelling of the report's own words, and of no label of protocol or data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from equipoise.analyze.result import Results
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import (
    Block,
    Bullets,
    Document,
    Figure,
    Paragraph,
    Section,
    Table,
)

BRITISH = {
    "analyze": "analyse",
    "analyzed": "analysed",
    "analyzes": "analyses",
    "analyzing": "analysing",
    "behavior": "behaviour",
    "categorized": "categorised",
    "center": "centre",
    "color": "colour",
    "favor": "favour",
    "favored": "favoured",
    "favoring": "favouring",
    "favors": "favours",
    "generalized": "generalised",
    "labeled": "labelled",
    "minimization": "minimisation",
    "multicenter": "multicentre",
    "randomization": "randomisation",
    "randomize": "randomise",
    "randomized": "randomised",
    "standardization": "standardisation",
    "standardized": "standardised",
    "summarized": "summarised",
}
WORD = re.compile(rf"\b(?:{'|'.join(BRITISH)})\b", re.IGNORECASE)
HIDDEN = "\ufdd0{}\ufdd1"  # noncharacters: no text may hold them (EQ116, EQ319)
FREE_TEXTS = {
    "events": ("term", "action", "outcome"),
    "dispositions": ("reason",),
    "visits": ("reason",),
    "exposures": ("reason", "drug"),
}


def spelled(
    document: Document, protocol: Protocol, data: TrialData, results: Results
) -> Document:
    """The document in the spelling that ``[report]`` asks for.

    Texts of the protocol and of the data keep their spelling, and so do the cells of
    listings, which are data. What is drawn inside a figure is not changed.
    """
    if protocol.report.spelling == "US":
        return document
    kept = sorted(
        {text for text in (*_texts(protocol), *_recorded(data)) if WORD.search(text)},
        key=len,
        reverse=True,
    )

    def own(text: str) -> str:
        return british(text, kept)

    return replace(
        document,
        banners=tuple(own(text) for text in document.banners),
        facts=tuple((own(term), text) for term, text in document.facts),
        title_page=tuple((own(term), text) for term, text in document.title_page),
        sections=tuple(_section(section, own) for section in document.sections),
    )


def british(text: str, kept: list[str]) -> str:
    """A text in British spelling, but for the texts that keep theirs.

    Args:
        text: of the report.
        kept: texts of protocol and data, the longest first.
    """
    if not WORD.search(text):
        return text
    for number, label in enumerate(kept):
        text = text.replace(label, HIDDEN.format(number))
    text = WORD.sub(_same_case, text)
    for number, label in enumerate(kept):
        text = text.replace(HIDDEN.format(number), label)
    return text


def _same_case(match: re.Match[str]) -> str:
    word = match.group()
    other = BRITISH[word.lower()]
    return other.capitalize() if word[0].isupper() else other


def _section(section: Section, own: Any) -> Section:
    blocks = tuple(_block(block, own) for block in section.blocks)
    return replace(section, title=own(section.title), blocks=blocks)


def _block(block: Block, own: Any) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, text=own(block.text))
    if isinstance(block, Bullets):
        return replace(block, items=tuple(own(item) for item in block.items))
    titles = {"title": own(block.title), "subtitle": own(block.subtitle)}
    if isinstance(block, Figure):
        return replace(block, alt=own(block.alt), note=own(block.note), **titles)
    head, note = tuple(own(text) for text in block.head), own(block.note)
    if isinstance(block, Table):
        rows = tuple((own(label), cells) for label, cells in block.rows)
        return replace(block, head=head, note=note, rows=rows, **titles)
    if block.kind == "Listing":
        return replace(block, head=head, note=note, **titles)
    texts = tuple(tuple(own(cell) for cell in row) for row in block.rows)
    return replace(block, head=head, note=note, rows=texts, **titles)


def _texts(part: Any) -> Iterator[str]:
    """Every text of a protocol."""
    if isinstance(part, str):
        yield part
        yield f"{part[:1].upper()}{part[1:]}"
    elif isinstance(part, BaseModel):
        for key in type(part).model_fields:
            yield from _texts(getattr(part, key))
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _texts(key)
            yield from _texts(value)
    elif isinstance(part, tuple | list):
        for value in part:
            yield from _texts(value)


def _recorded(data: TrialData) -> Iterator[str]:
    """Every free text of the data that a table can print."""
    for name, columns in FREE_TEXTS.items():
        frame = getattr(data, name)
        for column in columns:
            if column in frame:
                yield from frame[column].dropna().unique()
