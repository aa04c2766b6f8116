"""The way to the printed numbers of a method."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache
from typing import Any

from tests.printed_numbers import camis


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
        rows: list[dict[str, Any]] = camis(self.file)["printed"]
        return rows

    @property
    def definition(self) -> str:
        """What was analyzed."""
        return str(camis(self.file)["definition"])

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
