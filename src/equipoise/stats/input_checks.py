"""Checks of the arguments of the public functions of ``equipoise.stats``.

Each raises an ``AnalysisError``: EQ462 for a number that cannot be, unless its docstring
names another code.
"""

from __future__ import annotations

import difflib
import numbers
from collections.abc import Collection, Hashable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import AnalysisError

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
MOST = 2**53  # the largest count that a float holds exactly
LARGEST = 1e100  # of a number whose square must be finite


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
            is also found by its label, such as "jump to reference", and by what R and
            SAS call it.
        code: of the error.
        where: function and argument; the argument if absent.

    Raises:
        AnalysisError: with this code; it names the nearest option and lists all.
    """
    if isinstance(value, Hashable) and value in allowed:
        return
    names = {str(option).casefold(): option for option in allowed}
    if isinstance(allowed, Mapping):
        for attribute in ("label", "aliases", "r", "sas"):
            for option, meaning in allowed.items():
                found = getattr(meaning, attribute, ())
                for text in (found,) if isinstance(found, str) else found:
                    names.setdefault(text.casefold(), option)
        names.pop("", None)
    near = difflib.get_close_matches(str(value).casefold(), names, n=1, cutoff=0.5)
    raise AnalysisError.single(
        code,
        f"{name} = {shown(value)} is not an option"
        + (f"; did you mean {shown(names[near[0]])}?" if near else ""),
        where=where or name,
        fix=f"use one of {', '.join(map(shown, allowed)) or '(none)'}",
    )


def shown(value: object) -> str:
    """A value as a user writes it: ``1`` for ``np.int64(1)``."""
    return repr(value.item() if isinstance(value, np.generic) else value)


def checked_level(level: float, code: str = "EQ460") -> float:
    """Rejects a coverage that is not between 0 and 1, such as 95: EQ460."""
    if not 0 < scalar(level) < 1:
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
    given = scalar(value)
    if not (abs(given) <= LARGEST and low <= given <= high):
        limits = f"a finite number, {low:g} or more" if low > -np.inf else "finite"
        limits = f"from {low:g} to {high:g}" if high < np.inf else limits
        raise impossible(f"{name} = {value!r} must be {limits}", name)
    return given


def scalar(value: Any) -> float:
    """A single number as a float; NaN for anything else, such as text or an array."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, (numbers.Real, Decimal)):
        try:
            return float(value)
        except (OverflowError, ValueError):
            return float("nan")
    return float("nan")


def checked_flag(name: str, value: Any) -> bool:
    """True or False, not a column of them."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise AnalysisError.single(
        "EQ460",
        f"{name} = {value!r} is not True or False",
        where=name,
        fix="give either",
    )


def checked_count(name: str, value: float, low: int = 0) -> int:
    """A whole number, at least ``low``."""
    given = scalar(value)
    if not (low <= given <= MOST and given % 1 == 0):
        raise impossible(f"{name} = {value!r} must be a whole number from {low}", name)
    return int(given)


def checked_events_of(*groups: tuple[float, float], level: float = 0.5) -> None:
    """Numbers of events, each with the size of its group; and a coverage: EQ460."""
    for given_events, given_n in groups:
        events, n = scalar(given_events), scalar(given_n)
        if not (1 <= n <= MOST and 0 <= events <= n and events % 1 == 0 and n % 1 == 0):
            raise impossible(
                f"{given_events} events among {given_n} participants are impossible",
                "events and n",
            )
    checked_level(level)


def float_array(name: str, values: Any, code: str = "EQ462") -> Numbers:
    """Numbers of any shape as floats, missing as NaN.

    Whatever NumPy reads is taken: lists, pandas, polars and PyArrow columns, nullable
    types, Decimal. Text is never read as a number.

    Raises:
        AnalysisError: with this code, for anything but numbers, such as text or dates.
    """
    try:
        array = np.asarray(values)
    except (TypeError, ValueError) as error:
        raise _no_numbers(name, str(error).split(".")[0], code) from error
    if array.dtype.kind in "biuf":
        return array.astype(float)
    if array.dtype.kind == "O":
        flat = [_float(value) for value in array.ravel().tolist()]
        wrong = [v for v, n in zip(array.ravel(), flat, strict=True) if n is None]
        if not wrong:
            return np.array(flat, dtype=float).reshape(array.shape)
        shown = ", ".join(repr(value)[:40] for value in wrong[:3])
        raise _no_numbers(name, f"{len(wrong)} of {array.size} are not: {shown}", code)
    kinds = {"U": "text", "S": "bytes", "M": "dates", "m": "lengths of time"}
    raise _no_numbers(name, f"it holds {kinds.get(array.dtype.kind, 'others')}", code)


def _float(value: Any) -> float | None:
    """A number, NaN for a missing value, None for anything else."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return float("nan")
    if isinstance(value, (numbers.Real, Decimal)):
        try:
            return float(value)
        except (OverflowError, ValueError):
            return None
    return None


def _no_numbers(name: str, why: str, code: str) -> AnalysisError:
    return AnalysisError.single(
        code,
        f"{name} must hold numbers: {why}",
        where=name,
        fix="give numbers, such as a column of a frame; pandas.to_numeric converts text",
    )


def checked_numbers(name: str, values: ArrayLike) -> Numbers:
    """Finite numbers, one-dimensional; there may be none."""
    numbers = float_array(name, values)
    if numbers.ndim != 1:
        raise impossible(f"{name} has shape {numbers.shape}, not one dimension", name)
    if not np.isfinite(numbers).all():
        bad = int((~np.isfinite(numbers)).sum())
        raise impossible(f"{name} holds {bad} missing or infinite values", name)
    return numbers


def checked_labels(name: str, values: Any) -> NDArray[Any]:
    """Labels of groups or strata, one for each row: one-dimensional and hashable.

    Raises:
        AnalysisError: EQ462, they are neither.
    """
    try:
        array = np.asarray(values)
        if array.dtype.kind == "O":
            set(array.ravel().tolist())
    except (TypeError, ValueError) as error:
        raise impossible(f"{name} must hold one label for each row", name) from error
    if array.ndim != 1:
        raise impossible(f"{name} has shape {array.shape}, not one dimension", name)
    return array


def checked_names(values: Any, n: int) -> NDArray[Any]:
    """Names of strata, or their numbers from 1 where there are none."""
    if values is None:
        return np.arange(1, n + 1)
    return checked_labels("strata", values)


def checked_probabilities(name: str, values: ArrayLike) -> Numbers:
    """Numbers from 0 to 1, such as P values."""
    numbers = float_array(name, values)
    if numbers.ndim == 0:
        raise impossible(f"{name} is one number, not a sequence of them", name)
    bad = ~((numbers >= 0) & (numbers <= 1))
    if bad.any():
        raise impossible(
            f"{name} holds {numbers[bad][0]:g}, which is not from 0 to 1", name
        )
    return numbers


def checked_lengths(**arrays: Any) -> None:
    """Rejects arrays of the same participants that differ in length."""
    lengths = {}
    for name, each in arrays.items():
        if each is None:
            continue
        if not hasattr(each, "__len__") or getattr(each, "ndim", 1) == 0:
            raise impossible(f"{name} is a single value, not one for each row", name)
        lengths[name] = len(each)
    if len(set(lengths.values())) > 1:
        text = ", ".join(f"{name} {n}" for name, n in lengths.items())
        raise impossible(f"the arguments differ in length: {text}", "arguments")


def checked_times(time: ArrayLike) -> Numbers:
    """Times as numbers, neither negative nor missing nor infinite: EQ461."""
    values = float_array("time", time, "EQ461")
    if values.ndim != 1:
        raise impossible(f"time has shape {values.shape}, not one dimension", "time")
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
    try:
        values = np.asarray(event)
    except (TypeError, ValueError):
        values = np.empty((0, 0))
    if values.ndim != 1:
        raise impossible(f"{name} has shape {values.shape}, not one dimension", name)
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
    until = float_array("until", until, "EQ461")
    starts, events = checked_survival(since, event, until=until, **others)
    ends = checked_times(np.where(events, until, starts))
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
