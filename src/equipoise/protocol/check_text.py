"""Checks the texts of a protocol for characters and lengths that cannot be printed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from equipoise.errors import Problem
from equipoise.protocol.model import Protocol
from equipoise.protocol.names import Names

LONGEST = {  # letters, by the key of a text
    "title": 255,  # of the core properties of a Word file (ECMA-376 part 2, 11.1)
    "label": 160,
    "labels": 160,
    "values": 80,
    "name": 160,
    "registry": 80,
    "version": 80,
    "phase": 40,
    "sponsor": 255,
    "unit": 40,
    "header": 160,
    "footer": 160,
}
LONGEST_TEXT = 2000  # of every other text, such as a note
SEVERAL_LINES = ("note", "rationale", "do", "text", "source")
# Not characters of XML 1.0, or controls, surrogates and noncharacters of Unicode.
CANNOT_BE_PRINTED = (
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
LINES = r"[\t\n\r]"
REORDERED = r"[\u202a-\u202e\u2066-\u2069]"  # would show numbers in another order
REFUSED = re.compile("|".join((CANNOT_BE_PRINTED, REORDERED)))
REFUSED_IN_LABELS = re.compile("|".join((CANNOT_BE_PRINTED, REORDERED, LINES)))
SHOWN = 40  # letters of a text in a message


def problems(protocol: Protocol, names: Names, origin: str) -> Iterator[Problem]:
    """EQ116 for characters that cannot be printed, EQ117 for texts that are too long."""
    for place, key, text in texts(protocol):
        where = f"{origin}, {place}"
        letters = unprintable(text, lines=key in SEVERAL_LINES)
        if letters:
            yield Problem(
                code="EQ116",
                what=f"{shown(text)} contains {', '.join(letters)}",
                where=where,
                fix="retype the text without this character",
            )
        longest = LONGEST.get(key, LONGEST_TEXT)
        if len(text) > longest:
            yield Problem(
                code="EQ117",
                what=f"{shown(text)} has {len(text)} characters, {key!r} allows {longest}",
                where=where,
                fix="shorten it, and move the rest to a note of the statement",
            )


def unprintable(text: str, *, lines: bool = False) -> tuple[str, ...]:
    r"""Characters that XML cannot contain, that control a terminal or that reorder text.

    Args:
        text: any.
        lines: True if the text may contain a tab or a line break.

    Returns:
        Each such character once, as ``U+0007``; empty if all can be printed.

    Source: XML 1.0 (5th edition), 2.2, production Char; Unicode 15, 23.1 (controls) and
    23.7 (noncharacters); UAX 9 (controls of direction).

    Example:
        >>> unprintable("Ketamine\x07")
        ('U+0007',)
    """
    pattern = REFUSED if lines else REFUSED_IN_LABELS
    return tuple(
        f"U+{ord(letter):04X}" for letter in dict.fromkeys(pattern.findall(text))
    )


def shown(text: str) -> str:
    """The start of a text for a message, with escapes."""
    short = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return ascii(short) if unprintable(short) else repr(short)


def texts(
    part: object, place: str = "", key: str = ""
) -> Iterator[tuple[str, str, str]]:
    """Every text of a protocol and of its instruments: place, key, text."""
    if isinstance(part, str):
        yield place or "top level", key, part
    elif isinstance(part, BaseModel):
        for field in type(part).model_fields:
            inner = f"{place}.{field}" if place else field
            yield from texts(getattr(part, field), inner, field)
    elif isinstance(part, Mapping):
        for name, value in part.items():
            yield f"{place}, key", key, str(name)
            yield from texts(value, f"{place}[{ascii(name)[1:-1]}]", key)
    elif isinstance(part, tuple | list):
        for number, value in enumerate(part):
            name = str(getattr(value, "id", getattr(value, "name", number)))
            yield from texts(value, f"{place}[{name}]", key)
