"""The factors of a stratified trial, with the proportions of their levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import isclose, prod

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import DesignError

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
MOST_STRATA = 5_000


@dataclass(frozen=True)
class TrialFactors:
    """Independent factors, whose levels a participant has at random.

    Attributes:
        proportions: factor -> level -> proportion of participants, above 0, adding up to
            1 in each factor; empty for a trial without strata.

    Raises:
        DesignError: EQ843, proportions that are not, or too many strata.

    Example:
        >>> TrialFactors({"sex": {"F": 0.7, "M": 0.3}}).strata
        array([0.7, 0.3])
    """

    proportions: Mapping[str, Mapping[str, float]]

    def __post_init__(self) -> None:
        """Rejects what cannot be proportions."""
        for name, own in self.proportions.items():
            values = list(own.values())
            positive = bool(values) and all(0 < v <= 1 for v in values)
            if not (positive and isclose(sum(values), 1, abs_tol=1e-9)):
                raise _rejected(
                    f"the proportions of {name!r} are not positive numbers that add up "
                    "to 1",
                    name,
                    "give a positive number for each level of the factor",
                )
        strata = prod(self.levels)
        if strata > MOST_STRATA:
            raise _rejected(
                f"the factors have {strata} strata",
                "strata",
                f"use factors with at most {MOST_STRATA} strata together",
            )

    @property
    def levels(self) -> tuple[int, ...]:
        """Number of levels of each factor."""
        return tuple(len(own) for own in self.proportions.values())

    @cached_property
    def strata(self) -> Floats:
        """Proportion of each stratum, the last factor varying fastest."""
        own = (list(levels.values()) for levels in self.proportions.values())
        return np.array([prod(values) for values in product(*own)])

    def draw(self, n: int, rng: np.random.Generator) -> Integers:
        """Levels of ``n`` participants, (participants, factors)."""
        drawn = [
            rng.choice(len(own), size=n, p=list(own.values()))
            for own in self.proportions.values()
        ]
        return np.array(drawn, dtype=np.int64).reshape(len(drawn), n).T

    def stratum(self, levels: Integers) -> Integers:
        """Position of the stratum, for levels of shape (..., factors)."""
        found = np.zeros(levels.shape[:-1], dtype=np.int64)
        for k, count in enumerate(self.levels):
            found = found * count + levels[..., k]
        return found


def _rejected(what: str, where: str, fix: str) -> DesignError:
    return DesignError.single(
        "EQ843", what, where=f"comparison of methods, {where}", fix=fix
    )
