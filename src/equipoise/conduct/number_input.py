"""Numbers as users enter them."""

from __future__ import annotations

import math


def decimal(text: str) -> float:
    """A number with a point or a comma; 0 for any other text."""
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def whole(text: str) -> int:
    """An integer of at most six digits; 0 for any other text."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0
