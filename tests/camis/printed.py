"""Printed numbers, and when ours agrees with one."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatch
from functools import cache
from typing import Any

from tests.shared_data import shared


@dataclass(frozen=True)
class Method:
    """The way to the printed numbers of one method.

    Attributes:
        file: of the printed numbers, without ``camis_``.
        title: heading of the page.
        call: what a user writes, as shown on the page.
        ours: the values by id, a number or None for "none" or "not estimable".
        tolerance: by pattern of an id, how far ours may lie from the printed number and
            why; the first that matches counts. Others must round to the printed digits.
        why: remarks of the page, such as where SAS and R differ.
        absent: by pattern of an id, why there is no way to this number.
    """

    file: str
    title: str
    call: str
    ours: Callable[[], Mapping[str, float | None]]
    tolerance: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    why: tuple[str, ...] = ()
    absent: Mapping[str, str] = field(default_factory=dict)

    @property
    def printed(self) -> list[dict[str, Any]]:
        """``id, value, program, page`` of each printed number."""
        return self._content()["printed"]

    @property
    def definition(self) -> str:
        """What was analyzed."""
        return str(self._content()["definition"])

    def _content(self) -> dict[str, Any]:
        path = shared(f"reference/camis_{self.file}.json")
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return content

    def values(self) -> Mapping[str, float | None]:
        """Ours, computed once."""
        return _values(self.ours)

    def allowed(self, name: str) -> tuple[float, str] | None:
        """How far ours may lie from the printed number, with the reason."""
        return _first(self.tolerance, name)

    def reason_absent(self, name: str) -> str | None:
        """Why there is no way to a number."""
        return _first(self.absent, name)


@cache
def _values(ours: Callable[[], Mapping[str, float | None]]) -> Mapping[str, Any]:
    return ours()


def _first(entries: Mapping[str, Any], name: str) -> Any:
    """Of the first pattern that the name matches."""
    return next((v for pattern, v in entries.items() if fnmatch(name, pattern)), None)


def half_unit(printed: str) -> float:
    """Half a unit of the last printed digit: ``0.67`` has 0.005, ``1.2e-3`` 0.00005."""
    exponent = Decimal(printed).as_tuple().exponent
    assert isinstance(exponent, int)
    return 0.5 * 10.0**exponent


def agrees(printed: str, ours: float | None, allowed: float = 0.0) -> bool:
    """Whether ours is the printed number, or lies as near to it as is allowed.

    The sum of 1e-9 is for numbers that end on a half in binary.
    """
    if printed == "none":
        return ours is None or math.isnan(ours)
    if ours is None or math.isnan(ours):
        return False
    if printed.startswith("<"):
        return 0 <= ours < float(printed[1:])
    return abs(ours - float(printed)) <= max(half_unit(printed) * (1 + 1e-9), allowed)
