"""How the results of ``equipoise.stats`` print: each number with its name."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from equipoise.stats.number_text import number_text

MOST_ROWS = 10  # of a table that is printed


class Result:
    """A result whose ``print()`` shows its numbers with their names.

    Numbers are rounded for the eye only; the attributes hold all digits. Tables follow
    below the numbers, and long arrays are named by their shape. A notebook shows the same
    as tables. A result with a method ``table`` shows that table instead of its arrays.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        numbers, tables, others = self._shown()
        named = ", ".join(f"{n}={number_text(v)}" for n, v in numbers.items())
        lines = [f"{type(self).__name__}({named})"]
        lines += [f"{n}:\n{table_text(v)}" for n, v in tables.items()]
        return "\n".join([*lines, *others])

    def _repr_html_(self) -> str:
        from equipoise.stats.table import page_of

        numbers, tables, others = self._shown()
        facts = [(n, number_text(v)) for n, v in numbers.items()]
        frames = [(name, _frame(table)) for name, table in tables.items()]
        return page_of(type(self).__name__, facts, frames, others, rows=MOST_ROWS)

    def _shown(self) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
        """Numbers, tables, and a line that names what is too long to show."""
        numbers: dict[str, Any] = {}
        tables: dict[str, Any] = {}
        long: dict[str, Any] = {}
        for field in fields(self):  # type: ignore[arg-type]
            if not field.repr:  # what serves the methods of the result
                continue
            value = getattr(self, field.name)
            shape = getattr(value, "shape", ())
            if not shape:
                numbers[field.name] = value
            elif _is_long(value):
                long[field.name] = shape
            else:
                tables[field.name] = value
        if callable(getattr(self, "table", None)):
            long |= {n: v.shape for n, v in tables.items()}
            tables = {"table": self.table()}  # type: ignore[attr-defined]
        named = [f"{n} ({' x '.join(map(str, shape))})" for n, shape in long.items()]
        return numbers, tables, [f"Also: {', '.join(named)}"] if named else []


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


def table_text(value: Any) -> str:
    """A frame or array to four significant digits, at most ten rows of it."""
    from equipoise.stats.table import rounded

    if value.ndim > 2:
        return f"array of shape {value.shape}"
    frame = _frame(value)
    return rounded(frame).to_string(max_rows=MOST_ROWS, index=_is_named(frame))


def _is_long(value: Any) -> bool:
    """An array of more numbers than a reader would look at; frames are cut instead."""
    return value.ndim > 2 or (not hasattr(value, "iloc") and len(value) > MOST_ROWS)


def _is_named(frame: Any) -> bool:
    import pandas as pd

    return not isinstance(frame.index, pd.RangeIndex)


def _frame(value: Any) -> Any:
    import pandas as pd

    return pd.DataFrame(value)
