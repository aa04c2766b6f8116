"""What times to an event must be before anything is estimated from them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import AnalysisError


def checked_times(time: ArrayLike) -> NDArray[np.float64]:
    """Times as numbers.

    Raises:
        AnalysisError: EQ461, a time is negative, missing or infinite.
    """
    values = np.asarray(time, dtype=float)
    wrong = ~np.isfinite(values) | (values < 0)
    if wrong.any():
        raise AnalysisError.single(
            "EQ461",
            f"{int(wrong.sum())} of {values.size} times are negative, missing or "
            f"infinite, the first of them {values[wrong][0]:g}",
            where="time",
            mend="count time from its start, and leave out participants without one",
        )
    return values


def checked_events(event: ArrayLike) -> NDArray[np.bool_]:
    """Events as booleans.

    Raises:
        AnalysisError: EQ461, a value is not True, False, 1 or 0, such as a status that
            is coded 1 and 2.
    """
    values = np.asarray(event)
    if values.dtype != bool:
        numbers = [_number(value) for value in values.ravel().tolist()]
        others = sorted({str(v) for v, n in zip(values.ravel(), numbers, strict=True)
                         if n not in (0.0, 1.0)})  # fmt: skip
        if others:
            raise AnalysisError.single(
                "EQ461",
                f"events are coded with {', '.join(others[:5])}, not True and False",
                where="event",
                mend="give True for an event, such as status == 2 where 1 is censored",
            )
        values = np.array(numbers).reshape(values.shape) == 1.0
    return values.astype(bool)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def checked_option(name: str, value: object, allowed: Collection[object]) -> None:
    """Rejects an option that is not one of those allowed.

    Raises:
        AnalysisError: EQ460.
    """
    if value not in allowed:
        raise AnalysisError.single(
            "EQ460",
            f"{name} = {value!r} is not an option",
            where=name,
            mend=f"use one of {', '.join(map(repr, allowed))}",
        )


def checked_level(level: float) -> float:
    """Rejects a coverage that is not between 0 and 1, such as 95.

    Raises:
        AnalysisError: EQ460.
    """
    if not 0 < level < 1:
        raise AnalysisError.single(
            "EQ460",
            f"level = {level!r} is not a coverage",
            where="level",
            mend="give a number between 0 and 1, such as 0.95",
        )
    return float(level)
