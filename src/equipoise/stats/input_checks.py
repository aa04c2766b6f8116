"""Checks of the arguments of the public functions of ``equipoise.stats``.

Each raises an ``AnalysisError``: EQ462 for a number that cannot be, unless its docstring
names another code.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import AnalysisError

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


def checked_option(
    name: str,
    value: object,
    allowed: Collection[Any],
    *,
    code: str = "EQ460",
    where: str | None = None,
) -> None:
    """Rejects an option that is not one of those allowed.

    Args:
        name: of the argument.
        value: of the argument.
        allowed: names; if it maps them to options with a ``label``, the nearest name
            is also found by its label, such as "jump to reference".
        code: of the error.
        where: function and argument; the argument if absent.

    Raises:
        AnalysisError: with this code; it names the nearest option and lists all.
    """
    if value in allowed:
        return
    names = {str(option).casefold(): option for option in allowed}
    if isinstance(allowed, Mapping):
        labels = {n: getattr(option, "label", "") for n, option in allowed.items()}
        names |= {label.casefold(): n for n, label in labels.items() if label}
    near = difflib.get_close_matches(str(value).casefold(), names, n=1, cutoff=0.5)
    raise AnalysisError.single(
        code,
        f"{name} = {value!r} is not an option"
        + (f"; did you mean {names[near[0]]!r}?" if near else ""),
        where=where or name,
        fix=f"use one of {', '.join(map(repr, allowed)) or '(none)'}",
    )


def checked_level(level: float, code: str = "EQ460") -> float:
    """Rejects a coverage that is not between 0 and 1, such as 95: EQ460."""
    if not 0 < level < 1:
        raise AnalysisError.single(
            code,
            f"level = {level!r} is not a coverage",
            where="level",
            fix="give a number between 0 and 1, such as 0.95",
        )
    return float(level)


def checked_number(
    name: str, value: float, low: float = -np.inf, high: float = np.inf
) -> float:
    """A finite number from ``low`` to ``high``."""
    if not (np.isfinite(value) and low <= value <= high):
        limits = f"a finite number, {low:g} or more" if low > -np.inf else "finite"
        limits = f"from {low:g} to {high:g}" if high < np.inf else limits
        raise impossible(f"{name} = {value!r} must be {limits}", name)
    return float(value)


def checked_count(name: str, value: float, low: int = 0) -> int:
    """A whole number, at least ``low``."""
    if not (low <= value < np.inf and value % 1 == 0):
        raise impossible(f"{name} = {value!r} must be a whole number from {low}", name)
    return int(value)


def checked_events_of(*groups: tuple[float, float], level: float = 0.5) -> None:
    """Numbers of events, each with the size of its group; and a coverage: EQ460."""
    for events, n in groups:
        if not (n >= 1 and 0 <= events <= n and events % 1 == 0 and n % 1 == 0):
            raise impossible(
                f"{events} events among {n} participants are impossible", "events and n"
            )
    checked_level(level)


def checked_numbers(name: str, values: ArrayLike) -> Numbers:
    """Finite numbers, one-dimensional; there may be none."""
    numbers = np.asarray(values, dtype=float)
    if numbers.ndim != 1:
        raise impossible(f"{name} has shape {numbers.shape}, not one dimension", name)
    if not np.isfinite(numbers).all():
        bad = int((~np.isfinite(numbers)).sum())
        raise impossible(f"{name} holds {bad} missing or infinite values", name)
    return numbers


def checked_probabilities(name: str, values: ArrayLike) -> Numbers:
    """Numbers from 0 to 1, such as P values."""
    numbers = np.asarray(values, dtype=float)
    bad = ~((numbers >= 0) & (numbers <= 1))
    if bad.any():
        raise impossible(
            f"{name} holds {numbers[bad][0]:g}, which is not from 0 to 1", name
        )
    return numbers


def checked_lengths(**arrays: Any) -> None:
    """Rejects arrays of the same participants that differ in length."""
    lengths = {name: len(each) for name, each in arrays.items() if each is not None}
    if len(set(lengths.values())) > 1:
        text = ", ".join(f"{name} {n}" for name, n in lengths.items())
        raise impossible(f"the arguments differ in length: {text}", "arguments")


def checked_times(time: ArrayLike) -> Numbers:
    """Times as numbers, neither negative nor missing nor infinite: EQ461."""
    values = np.asarray(time, dtype=float)
    wrong = ~np.isfinite(values) | (values < 0)
    if wrong.any():
        raise AnalysisError.single(
            "EQ461",
            f"{int(wrong.sum())} of {values.size} times are negative, missing or "
            f"infinite, the first of them {values[wrong][0]:g}",
            where="time",
            fix="count time from its start, and exclude participants without one",
        )
    return values


def checked_events(
    event: ArrayLike,
    name: str = "event",
    fix: str = "give True for an event, such as status == 2 where 1 is censored",
) -> Flags:
    """Events, or another argument that is true or false, as booleans.

    Anything but True, False, 1 and 0 is rejected (EQ461), such as a status coded 1 and 2.
    """
    values = np.asarray(event)
    if values.dtype != bool:
        numbers = [_number(value) for value in values.ravel().tolist()]
        others = sorted({str(v) for v, n in zip(values.ravel(), numbers, strict=True)
                         if n not in (0.0, 1.0)})  # fmt: skip
        if others:
            raise AnalysisError.single(
                "EQ461",
                f"{name} is coded with {', '.join(others[:5])}, not True and False",
                where=name,
                fix=fix,
            )
        values = np.array(numbers).reshape(values.shape) == 1.0
    return values.astype(bool)


def checked_survival(
    time: ArrayLike, event: ArrayLike, **others: Any
) -> tuple[Numbers, Flags]:
    """Times and events as arrays, of one length with the other arguments."""
    times, events = checked_times(time), checked_events(event)
    checked_lengths(time=times, event=events, **others)
    return times, events


def checked_intervals(
    since: ArrayLike, until: ArrayLike, event: ArrayLike, **others: Any
) -> tuple[Numbers, Numbers, Flags]:
    """Times between which an event lies; a row without event ends at its start."""
    starts, events = checked_survival(since, event, until=np.asarray(until), **others)
    ends = checked_times(np.where(events, np.asarray(until, dtype=float), starts))
    if (ends < starts).any():
        raise AnalysisError.single(
            "EQ461",
            f"{int((ends < starts).sum())} events are dated before the last time at "
            "which the state held",
            where="until",
            fix="correct the dates of the two visits",
        )
    return starts, ends, events


def checked_groups(treated: ArrayLike) -> Flags:
    """Membership of the group of interest, as booleans; no group is empty."""
    fix = "give True for the group of interest, such as group == 'drug'"
    flags = checked_events(treated, "treated", fix)
    if flags.all() or not flags.any():
        raise impossible("one of the two groups has no participant", "treated")
    return flags


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def impossible(
    what: str,
    where: str,
    fix: str = "correct the argument, and exclude participants without a value",
) -> AnalysisError:
    """The error EQ462, for a number that cannot be."""
    return AnalysisError.single(
        "EQ462",
        what,
        where=where,
        fix=fix,
    )
