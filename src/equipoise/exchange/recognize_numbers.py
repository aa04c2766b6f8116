"""Recognizes the items of a form by their number alone, where names are only codes.

A survey tool may head its columns ``G1Q1[SQ001]`` or ``m1`` to ``m10``. As many numbered
columns as an instrument has items are a form only if nothing else in the file fits as
well, and always have to be checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from equipoise.exchange.column_profile import Look
from equipoise.exchange.recognition import Scene

FEWEST = 5  # items of a form that is recognized by their number
NUMBER = re.compile(r"\d+")
LETTERS = re.compile(r"[^\W\d_]+")
SHORT = 2  # letters of a code; a longer word says what the column is
IDLE = {"item", "items", "question", "frage", "var", "col", "column"}
NOTE = (
    "only because there are as many numbered columns as the form has items, with "
    "possible values; no column names the instrument"
)


def forms_by_numbers(
    scene: Scene, free: Sequence[str]
) -> Iterator[tuple[str, list[tuple[str, Look]]]]:
    """Instrument, and item and column of each form, if it is clear.

    Args:
        scene: the file; a column of it states the visit of each row.
        free: columns that may be items.

    Yields:
        Nothing for columns that fit several instruments, or an instrument that several
        families of columns fit.
    """
    if not scene.long:
        return
    codes = [column for column in free if _is_code(scene.looks[column])]
    families = [one for one in _families(codes) if _numeric(one, scene)]
    for name, scale in scene.protocol.scales.items():
        size = len(scale.items)
        alike = [s for s in scene.protocol.scales.values() if len(s.items) == size]
        fits = [one for one in families if len(one) == size]
        if size >= FEWEST and len(alike) == 1 and len(fits) == 1:
            looks = [scene.looks[column] for column in fits[0]]
            yield name, list(zip(scale.items, looks, strict=True))


def _is_code(look: Look) -> bool:
    """Whether neither the name nor a label says what the column is."""
    said = [word.lower() for word in LETTERS.findall(look.column)]
    return not look.label and all(len(w) <= SHORT or w in IDLE for w in said)


def _families(columns: Sequence[str]) -> list[list[str]]:
    """Columns whose names differ only in one number, which counts from 1."""
    found: dict[str, list[tuple[int, str]]] = {}
    for column in columns:
        for place in NUMBER.finditer(column):
            frame = f"{column[: place.start()]}\0{column[place.end() :]}"
            found.setdefault(frame, []).append((int(place[0]), column))
    return [
        [column for _, column in family]
        for family in found.values()
        if [number for number, _ in family] == [*range(1, 1 + len(family))]
    ]


def _numeric(columns: Sequence[str], scene: Scene) -> bool:
    return all(scene.looks[column].numbers is not None for column in columns)
