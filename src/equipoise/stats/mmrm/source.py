"""Where the rows of a fit come from, as often as they are needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from equipoise.stats.mmrm.aliasing import Basis
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.design import Design, Encoding
from equipoise.stats.mmrm.likelihood import Model
from equipoise.stats.mmrm.participants import participant_rows


@dataclass(frozen=True)
class Source:
    """Rows in parts, each with whole participants.

    Attributes:
        encoding: how rows become columns of X.
        visits: levels of the visit that have rows.
        planned: the same and the planned visits without a row, in order.
        groups: levels of the group of the covariance; ``(None,)`` without one.
        parts: gives the parts, again at each call.
        excluded: rows that were set aside; a count where they are not held.
        whole: all rows, where they are in memory.
        notes: what a reader of the results should know of the rows.
    """

    encoding: Encoding
    visits: tuple[Any, ...]
    planned: tuple[Any, ...]
    groups: tuple[Any, ...]
    parts: Callable[[], Iterator[Design]]
    excluded: pd.DataFrame | int
    whole: Design | None
    notes: tuple[str, ...] = ()

    def whitened(
        self, basis: Basis, model: Model, theta: Matrix
    ) -> Callable[[], Iterator[Matrix]]:
        """``[X, y]`` of participants with independent rows of unit variance."""

        def slices() -> Iterator[Matrix]:
            for part in self.parts():
                for some in participant_rows(part, basis, model, theta):
                    yield some.whitened()

        return slices

    def shares(self, names: list[str]) -> dict[tuple[Any, ...], float]:
        """Rows in each combination of the levels of factors."""
        counts: Counter[tuple[Any, ...]] = Counter()
        for part in self.parts():
            found = part.rows.groupby(names, observed=True).size()
            for cell, n in found.items():
                counts[cell if isinstance(cell, tuple) else (cell,)] += int(n)
        return {cell: float(n) for cell, n in counts.items()}


@dataclass(frozen=True, eq=False)
class OnePart:
    """All rows together; unlike a closure it can be pickled and copied."""

    design: Design

    def __call__(self) -> Iterator[Design]:
        """The one part."""
        return iter([self.design])


def in_memory(design: Design) -> Source:
    """One part that holds every row."""
    return Source(
        encoding=design.encoding,
        visits=design.visits,
        planned=design.planned,
        groups=design.groups,
        parts=OnePart(design),
        excluded=design.excluded,
        whole=design,
        notes=design.notes,
    )
