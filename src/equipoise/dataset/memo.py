"""Tables that are derived once for each data set, however often they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from equipoise.dataset.trialdata import TrialData

P = ParamSpec("P")
R = TypeVar("R")


def derived_once(function: Callable[P, R]) -> Callable[P, R]:
    """Keeps the result of a function of a data set for as long as the data set lives.

    A ``TrialData`` never changes, so neither does what follows from it. The result is
    handed out as it is: treat it as read-only, as the tables of ``TrialData`` are.
    Arguments are told apart by identity or, if they are texts or numbers, by value.

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
