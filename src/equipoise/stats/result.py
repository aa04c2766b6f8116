"""How the results of ``equipoise.stats`` print: each number with its name."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

EXACT = 1000.0  # from here one decimal is shown, below it four significant digits


class Result:
    """A result whose ``print()`` shows its numbers with their names.

    Numbers are rounded for the eye only; the attributes hold all digits. Tables and
    arrays follow below the numbers.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        values = {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]
        tables = {n: v for n, v in values.items() if getattr(v, "ndim", 0)}
        numbers = [f"{n}={_text(v)}" for n, v in values.items() if n not in tables]
        head = f"{type(self).__name__}({', '.join(numbers)})"
        return "\n".join([head, *(f"{n}:\n{table_text(v)}" for n, v in tables.items())])


@dataclass(frozen=True, slots=True, repr=False)
class IntervalEstimate(Result):
    """An estimate with the limits of its interval."""

    estimate: float
    lower: float
    upper: float

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper limit."""
        return self.lower, self.upper


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_text, value))})"
    if isinstance(value, float):
        return f"{value:.1f}" if EXACT <= abs(value) < 1e15 else f"{value:.4g}"
    return str(value) if not isinstance(value, str) else repr(value)


def table_text(value: Any) -> str:
    """A frame or array to four significant digits, at most ten rows of it."""
    import pandas as pd

    frame = pd.DataFrame(value) if value.ndim < 3 else value
    if not isinstance(frame, pd.DataFrame):
        return f"array of shape {value.shape}"
    shown = (
        frame.astype(object)
        .where(frame.notna(), None)
        .map(lambda value: value if isinstance(value, str) else _text(value))
    )
    return shown.to_string(
        max_rows=10, index=not isinstance(frame.index, pd.RangeIndex)
    )
