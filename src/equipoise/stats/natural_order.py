"""The order that the numbers in a text give: "Week 2" before "Week 12"."""

from __future__ import annotations

import re
from collections.abc import Sequence

# A sign belongs to the number only at the start or after a space: "week-2" is week 2.
NUMBER = re.compile(r"(?:(?<!\S)[-+\u2212])?\d+(?:\.\d+)?")
Key = tuple[float, ...]


def natural_order(labels: Sequence[str]) -> tuple[str, ...] | None:
    """The labels in the order of their numbers; None where that order is not certain.

    It is certain where the labels differ in their numbers only, ignoring case and
    spaces: "5 mg", "25 mg", "100 mg". It is not for "baseline", "week 2"; nor for "1.2",
    "1.10", which versions and decimals order differently; nor for "week 2", "week 02".
    """
    keys: dict[Key, str] = {}
    frames = set()
    fractions = []
    for label in labels:
        numbers = [found.group() for found in NUMBER.finditer(label)]
        frames.add(" ".join(NUMBER.sub(" # ", label.casefold()).split()))
        fractions += [n.partition(".")[2] for n in numbers]
        keys[tuple(float(n.replace("\u2212", "-")) for n in numbers)] = label
    written = {len(text) for text in fractions}
    padded = any(text.endswith("0") for text in fractions) and len(written) > 1
    if len(frames) > 1 or len(keys) < len(labels) or () in keys or padded:
        return None
    return tuple(keys[key] for key in sorted(keys))


def reading_order(labels: Sequence[str]) -> tuple[str, ...]:
    """An order for the eye: words by the alphabet, numbers inside them by their size."""
    return tuple(sorted(labels, key=reading_key))


def reading_key(label: str) -> tuple[tuple[tuple[int, float, str], ...], str]:
    """What ``reading_order`` sorts by."""
    parts = []
    at = 0
    for found in NUMBER.finditer(label):
        parts.append((1, 0.0, label[at : found.start()].strip().casefold()))
        parts.append((0, float(found.group().replace("\u2212", "-")), ""))
        at = found.end()
    parts.append((1, 0.0, label[at:].strip().casefold()))
    return tuple(parts), label
