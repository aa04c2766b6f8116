"""Tables that are derived once for each data set, however often they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from equipoise.dataset.trialdata import TrialData

P = ParamSpec("P")
R = TypeVar("R")
D = TypeVar("D", bound=TrialData)


def derived_once(
    function: Callable[Concatenate[D, P], R],
) -> Callable[Concatenate[D, P], R]:
    """Keeps the result of a function of a data set for as long as the data set lives.

    A ``TrialData`` never changes, so neither does what follows from it. The result is
    handed out as it is: treat it as read-only, as the tables of ``TrialData`` are.
    Arguments are told apart by identity or, if they are texts or numbers, by value.

    Args:
        function: its first argument is the data set.
    """
    saved: WeakKeyDictionary[TrialData, dict[object, tuple[object, R]]]
    saved = WeakKeyDictionary()

    @wraps(function)
    def once(data: D, *args: P.args, **kwargs: P.kwargs) -> R:
        own = saved.setdefault(data, {})
        given = (*args, *kwargs.values())
        key = (*(_key(a) for a in args), *((k, _key(v)) for k, v in kwargs.items()))
        if key not in own:
            # The arguments are held, so that no other object can get their identity.
            own[key] = given, function(data, *args, **kwargs)
        return own[key][1]

    return once  # type: ignore[return-value]  # `data` may be given by name


def _key(value: object) -> object:
    return value if isinstance(value, str | int | float | None) else id(value)
