"""The numbers of a result that an estimate can hold."""

from __future__ import annotations

from math import inf
from typing import Any


def finite(found: Any, *names: str) -> dict[str, Any]:
    """The numbers of a result that are finite, and infinite degrees of freedom.

    Args:
        found: a result with these attributes, or a row with these keys.
        names: fields of an estimate.
    """
    read = found.get if hasattr(found, "get") else lambda name: getattr(found, name)
    values = {name: read(name) for name in names}
    return {
        name: float(value)
        for name, value in values.items()
        if value is not None and (abs(value) < inf or (name == "df" and value > 0))
    }
