"""Recognizes recorded scores, and weighs the columns that could be one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from equipoise.errors.counted import counted
from equipoise.exchange.column_profile import CODES, Look, Numbers
from equipoise.exchange.header_words import stated_range
from equipoise.exchange.recognition import Confidence, Finding, Scene
from equipoise.exchange.recognize_items import Form
from equipoise.exchange.recognize_participants import number_keys
from equipoise.instruments.model import Score

SCORE = re.compile(r"(total|tot|sum|score|tl|ttl|ts)\d*")
TOTAL = re.compile(r"(total|tot|sum|tl|ttl|ts)\d*")
BAND = {"sev", "severity", "item", "q", "rating", "response", "form", "scale"}
SMALL = 8  # cells below which the range of the values says nothing
NARROW = 0.1  # part of the range that a tick or a band uses
LEVELS = 5  # different values of a tick or a band
AGREES = 0.9  # proportion of rows in which a total must equal the sum of the items


def candidates(
    look: Look,
    scene: Scene,
    target: tuple[str, str | None, str | None],
    *,
    said: Sequence[str],
    items: Form | None,
    unsure: bool = False,
) -> Iterator[Finding]:
    """A recorded score, if its values are possible.

    Args:
        look: the column.
        scene: the file.
        target: instrument; score, None if the name contains none; and visit, None if
            the rows state it.
        said: the words of the name without the instrument and the visit.
        items: the items of the same instrument and visit, if the file has them.
        unsure: whether the visit is a guess.
    """
    instrument, named, visit = target
    scale = scene.protocol.scales[instrument]
    score = named or scale.primary_score
    part = scale.scores[score]
    found = look.numbers
    if found is None:
        return
    low, high = part.range
    if stated_range(look.column) not in (None, part.range):
        return  # such as the band in `severity (0-3)`, or another version of the form
    codes = [t for t, v in found.values.items() if t in CODES and not low <= v <= high]
    numbers = [v for t, v in found.values.items() if t not in codes]
    if not numbers or not all(low <= v <= high for v in numbers):
        return
    same, note = _agreement(look, found, part, items, scene)
    if named is None and items is not None and same < AGREES:
        return  # the name tells only the instrument, which has items already
    narrow = _narrow(look, numbers, part)
    if narrow and named is None and look.rows >= SMALL:
        return  # a tick such as "MADRS done", or a band of severity
    points = _points(look, said, numbers, part) + (6.0 * same if note else 0.0)
    points -= 2.0 * (scene.long and look.once and visit is None)
    rule: dict[str, Any] = {"to": f"score.{instrument}.{score}"}
    rule |= {"visit": visit} if visit else {}
    rule |= number_keys(look, scene)
    missing = [*codes, *found.missing]
    rule |= {"missing": missing} if missing else {}
    why = f"named like {scale.name}, values within {low:g} to {high:g}{note}{look.none}"
    sure: Confidence = "high" if named else "medium"
    doubts = [
        "it uses only a small part of the range" if narrow else "",
        "few agree with the items" if note and same < AGREES else "",
        "the numbers in the names are taken as the visits in their order"
        if unsure
        else "",
    ]
    if any(doubts) or look.none:
        sure, why = "low", "; ".join([why, *filter(None, doubts)])
    yield Finding((look.column,), rule, why, sure, points)


def _points(
    look: Look, said: Sequence[str], numbers: Sequence[float], part: Score
) -> float:
    low, high = part.range
    used = (max(numbers) - min(numbers)) / (high - low) if high > low else 1.0
    label = set(look.label.split())
    points = 3.0 * min(1.0, 2.0 * used) + look.filled
    points += 3.0 * any(TOTAL.fullmatch(word) for word in said)
    points += 2.0 * any(
        SCORE.fullmatch(word) and not TOTAL.fullmatch(word) for word in said
    )
    points += 1.0 * bool(label & {"total", "sum", "score"})
    points += 2.0 * (look.field is not None and look.field.type == "calc")
    points -= 2.0 * bool(BAND & set(said))
    return points - 1.0 * any(not value.is_integer() for value in numbers)


def _narrow(look: Look, numbers: Sequence[float], part: Score) -> bool:
    """Whether the values are those of a tick or a band rather than of a score."""
    low, high = part.range
    used = (max(numbers) - low) / (high - low) if high > low else 1.0
    few = len(set(numbers)) <= LEVELS and look.rows > 1
    return few and used < NARROW


def compared(
    items: Form, total: pd.Series[Any], part: Score, cells: pd.DataFrame
) -> tuple[str, float]:
    """Why items need a check next to their recorded total, and the offset that fits it.

    Codes from 1 to 6 look like answers of a form that starts at 0, and only their sum
    tells. Empty if the items agree with the total, or cannot be compared.

    Args:
        items: of the file.
        total: the recorded total of each row.
        part: the score.
        cells: of the file.
    """
    sums = items.sums(part.items, cells) if part.rule == "sum" else None
    if sums is None:
        return "", 0.0
    both = sums.notna() & total.notna()
    n = int(both.sum())
    if n < SMALL or int((sums[both] == total[both]).sum()) >= AGREES * n:
        return "", 0.0
    for offset in (-1.0, 1.0):
        moved = sums[both] + offset * len(part.items)
        same = int((moved == total[both]).sum())
        if same >= AGREES * n and not items.values and not items.offset:
            change = "less by 1" if offset < 0 else "more by 1"
            note = f"with each code {change}, their sum is the recorded total in "
            return f"{note}{same} of {counted(n, 'row')}", offset
    return "their sum is not the recorded total in most rows", 0.0


def _agreement(
    look: Look, found: Numbers, part: Score, items: Form | None, scene: Scene
) -> tuple[float, str]:
    """Proportion of rows in which a column is the sum of the items, and as text."""
    if items is None or scene.cells is None or part.rule != "sum":
        return 0.0, ""
    sums = items.sums(part.items, scene.cells)
    if sums is None:
        return 0.0, ""
    held = scene.cells[look.column].map(dict(found.values)).astype("float64")
    both = sums.notna() & held.notna()
    n, same = int(both.sum()), int((sums[both] == held[both]).sum())
    if not n:
        return 0.0, ""
    return same / n, f"; equals the sum of the items in {same} of {counted(n, 'row')}"
