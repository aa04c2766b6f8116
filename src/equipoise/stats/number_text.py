"""How a single number of a result prints."""

from __future__ import annotations

from typing import Any

EXACT = 1000.0  # from here one decimal is shown, below it four significant digits


def number_text(value: Any) -> str:
    """A value for the eye: four significant digits, one decimal from 1,000."""
    if isinstance(value, tuple):
        return f"({', '.join(map(number_text, value))})"
    if isinstance(value, float):
        return f"{value:.1f}" if EXACT <= abs(value) < 1e15 else f"{value:.4g}"
    return str(value) if not isinstance(value, str) else repr(value)
