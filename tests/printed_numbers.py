"""Numbers that SAS and R print on the pages of CAMIS, and when ours agrees with one."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tests.shared_data import shared


def camis(name: str) -> dict[str, Any]:
    """The content of ``../shared/reference/camis_<name>.json``."""
    path = shared(f"reference/camis_{name}.json")
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def printed(name: str, program: str = "") -> dict[str, str]:
    """Texts by id, of the programs whose names start as given."""
    return {
        row["id"]: row["value"]
        for row in camis(name)["printed"]
        if row["program"].startswith(program)
    }


def disagreements(
    ours: Mapping[str, float], texts: Mapping[str, str]
) -> dict[str, tuple[str, float]]:
    """Numbers of ours that are not what is printed, and ids under which nothing is."""
    return {
        name: (texts.get(name, "absent"), value)
        for name, value in ours.items()
        if name not in texts or not agrees(texts[name], value)
    }


def half_unit(text: str) -> float:
    """Half a unit of the last printed digit: ``0.67`` has 0.005, ``1.2e-3`` 0.00005."""
    exponent = Decimal(text).as_tuple().exponent
    assert isinstance(exponent, int)
    return 0.5 * 10.0**exponent


def agrees(text: str, ours: float | None, allowed: float = 0.0) -> bool:
    """Whether ours is the printed number, or lies as near to it as is allowed.

    The sum of 1e-9 is for numbers that end on a half in binary.
    """
    if text == "none":
        return ours is None or math.isnan(ours)
    if ours is None or math.isnan(ours):
        return False
    if text.startswith("<"):
        return 0 <= ours < float(text[1:])
    return abs(ours - float(text)) <= max(half_unit(text) * (1 + 1e-9), allowed)
