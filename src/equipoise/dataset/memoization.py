"""Caches tables that are derived from a data set."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from equipoise.dataset.trialdata import TrialData

P = ParamSpec("P")
R = TypeVar("R")


def derived_once(function: Callable[P, R]) -> Callable[P, R]:
    """Caches the result of a function of a data set for the lifetime of the data set.

    A ``TrialData`` never changes, so neither do derived values. The result is not copied:
    treat it as read-only, like the tables of ``TrialData``. Arguments are distinguished
    by identity or, if they are texts or numbers, by value.

    Args:
        function: one of its arguments, by position, is the data set.
    """
    saved: WeakKeyDictionary[TrialData, dict[object, tuple[object, R]]]
    saved = WeakKeyDictionary()

    @wraps(function)
    def once(*args: P.args, **kwargs: P.kwargs) -> R:
        data = next(a for a in args if isinstance(a, TrialData))
        own = saved.setdefault(data, {})
        given = tuple(None if a is data else a for a in (*args, *kwargs.values()))
        key = (*map(_key, given), *kwargs)
        if key not in own:
            # The arguments are held, so that no other object can get their identity;
            # not the data set, which would then live as long as its own results.
            own[key] = given, function(*args, **kwargs)
        return own[key][1]

    return once


def _key(value: object) -> object:
    return value if isinstance(value, str | int | float | None) else id(value)
