"""Sparse visits: the rule by which a visit has too few ratings for a mixed model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import pandas as pd

from equipoise.stats.mmrm.structures import structure

Reason = Literal["no rating", "too few ratings", "few shared participants"]


@dataclass(frozen=True)
class LeftOut:
    """A visit that the rule excludes from the model.

    Attributes:
        ratings: participants with a complete rating at the visit.
        needed: ratings that the rule asks for.
        other: for ``no shared participant``, the visit without a common participant.
    """

    visit: str
    reason: Reason
    ratings: int
    needed: int
    other: str = ""

    def describe(self, labels: dict[str, str]) -> str:
        """The reason as text, with the labels of the visits."""
        name = labels.get(self.visit, self.visit)
        if self.reason == "no rating":
            return f"no participant was rated at {name}: the visit is not in the model"
        if self.reason == "few shared participants":
            other = labels.get(self.other, self.other)
            return (
                f"{name} was excluded from the model: participants rated at both {name} "
                f"and {other} {self.ratings}, needed at least {self.needed}"
            )
        return (
            f"{name} was excluded from the model: ratings {self.ratings}, needed at least "
            f"{self.needed}"
        )


@cache
def _parameters(covariance: str, n_visits: int) -> int:
    return structure(covariance, np.arange(n_visits)).n_parameters


@dataclass(frozen=True)
class _Table:
    """Ratings by visit: the participant of each, and the arms that were rated."""

    people: dict[str, list[Any]]
    arms: dict[str, set[Any]]

    @classmethod
    def of(cls, ratings: pd.DataFrame) -> _Table:
        """Of ``participant, arm, visit``."""
        people: dict[str, list[Any]] = {}
        arms: dict[str, set[Any]] = {}
        columns = (ratings[name].tolist() for name in ("participant", "arm", "visit"))
        for person, arm, visit in zip(*columns, strict=True):
            people.setdefault(str(visit), []).append(person)
            known = arms.setdefault(str(visit), set())
            if not pd.isna(arm):
                known.add(arm)
        return cls(people, arms)

    def number(self, visit: str) -> int:
        """Ratings at a visit."""
        return len(self.people.get(visit, ()))


@dataclass(frozen=True)
class VisitRule:
    """The rule, for one model.

    A visit is in the model if it has at least as many ratings as parameters that it adds:
    a mean for each arm that was rated at it, a slope for each covariate that acts
    differently at each visit, and the covariance parameters that a further visit adds to
    the structure (with T visits: T for ``us``, 2 for ``toeph`` and ``adh``, 1 for
    ``ar1h``, ``csh``, ``toep`` and ``ad``, 0 for ``ar1`` and ``cs``; of a single visit
    the variance). With fewer, its residuals are a combination of those of the others: the
    likelihood of ``us`` has no maximum. For ``us``, as many participants as a model of
    two visits needs must be rated at both of any two. Visits are excluded one at a time,
    the one with the fewest ratings first, the earlier of two; the visit of the estimate
    never is.

    Attributes:
        at: visit of the estimate.
        covariance: structure, as the formula names it.
        slopes: columns of the covariates that are crossed with the visit.
        shared: columns of the other covariates; a single visit needs them alone.
        spare: ratings beyond the parameters, such as 1 where each participant is
            excluded in turn.

    Source: the residuals of n ratings around p means have rank n - p; a covariance
    matrix of T visits is regular for n - p >= T (Mardia, Kent and Bibby 1979,
    Multivariate Analysis, theorem 3.4.8).
    """

    at: str
    covariance: str
    slopes: int
    shared: int = 0
    spare: int = 0

    def needed(self, n_arms: int, n_visits: int) -> int:
        """Parameters that a visit adds to a model of so many visits."""
        own = _parameters(self.covariance, n_visits)
        own -= _parameters(self.covariance, n_visits - 1) if n_visits > 1 else 0
        shared = self.shared if n_visits == 1 else 0
        return n_arms + self.slopes + shared + own

    def apply(
        self, ratings: pd.DataFrame, order: tuple[str, ...]
    ) -> tuple[tuple[str, ...], tuple[LeftOut, ...]]:
        """The visits of the model, and those that are excluded.

        Args:
            ratings: complete rows, ``participant, arm, visit``.
            order: planned visits.
        """
        table = _Table.of(ratings.assign(arm=[str(arm) for arm in ratings["arm"]]))
        rated = [visit for visit in order if table.number(visit)]
        left = [
            LeftOut(visit, "no rating", 0, 0) for visit in order if visit not in rated
        ]
        while True:
            worst = self._sparsest(table, rated)
            if worst is None and self._shortage(table, len(rated)) is None:
                worst = self._unshared(table, rated)
            if worst is None:
                return tuple(rated), tuple(left)
            rated.remove(worst.visit)
            left.append(worst)

    def shortage(self, ratings: pd.DataFrame, visits: tuple[str, ...]) -> str | None:
        """Why the visit of the estimate itself cannot be in a model of these visits."""
        return self._shortage(_Table.of(ratings), len(visits))

    def _shortage(self, table: _Table, n_visits: int) -> str | None:
        n, needed = self._count(table, self.at, n_visits)
        return None if n >= needed else f"ratings {n}, needed at least {needed}"

    def _count(self, table: _Table, visit: str, n_visits: int) -> tuple[int, int]:
        arms = len(table.arms.get(visit, ()))
        return table.number(visit), self.needed(arms, n_visits) + self.spare

    def _sparsest(self, table: _Table, rated: list[str]) -> LeftOut | None:
        """The visit with the fewest ratings among those with too few."""
        short = []
        for visit in rated:
            n, needed = self._count(table, visit, len(rated))
            if visit != self.at and n < needed:
                short.append(LeftOut(visit, "too few ratings", n, needed))
        return min(short, key=lambda each: each.ratings, default=None)

    def _unshared(self, table: _Table, rated: list[str]) -> LeftOut | None:
        """For ``us``, a visit that has too few participants in common with another."""
        if self.covariance != "us" or len(rated) < 2:
            return None
        people = {v: set(table.people[v]) for v in rated}
        apart = []
        for visit in rated:
            n, needed = self._count(table, visit, 2)
            for other in rated:
                both = len(people[visit] & people[other])
                if visit not in (other, self.at) and both < needed:
                    found = LeftOut(
                        visit, "few shared participants", both, needed, other
                    )
                    apart.append((n, found))
        return min(apart, key=lambda pair: pair[0], default=(0, None))[1]
