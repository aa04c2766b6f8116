"""The familywise error where no dose works, and where only some do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Familywise:
    """Errors under null hypotheses.

    Attributes:
        none_works: no dose has an effect.
        some_work: largest error where only the doses with the m largest assumed effects
            have them, for each m below the number of doses; 0 with one dose.
    """

    none_works: float
    some_work: float


def familywise(
    effects: Sequence[float], error: Callable[[tuple[float, ...]], float]
) -> Familywise:
    """Calculates the error under the global and under partial null hypotheses.

    Args:
        effects: assumed of each dose.
        error: the familywise error for given effects, integrated or simulated.
    """
    order = sorted(range(len(effects)), key=lambda dose: -effects[dose])
    errors = []
    for working in range(len(effects)):
        kept = set(order[:working])
        errors.append(
            error(tuple(e if i in kept else 0.0 for i, e in enumerate(effects)))
        )
    return Familywise(errors[0], max(errors[1:], default=0.0))
