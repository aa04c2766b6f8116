"""Points of a total, given out to items so that they sum exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.simulate.random_draws import Floats

Ints = NDArray[np.int64]


def fill(
    points: Ints,
    room: Sequence[int],
    propensity: Floats,
    least: Ints | None = None,
    most: Ints | None = None,
) -> Ints:
    """Gives out points to items in proportion to propensity and room.

    Point s of item j (counted from 1) has the rank (s − ½) / (room_j · propensity_j),
    and the points with the lowest ranks are given out: the divisor method of
    Sainte-Laguë, a relative of the largest remainder that respects the room by itself.

    Args:
        points: (n,) to be given out; from 0 to the sum of ``room``.
        room: (items,) most points of each item.
        propensity: (n, items) positive.
        least: (n, items) points that each item gets before any other is given out.
        most: (n, items) points above which an item gets one only if nothing else is left.

    Returns:
        (n, items) whole numbers with row sums ``points``.

    Source:
        Balinski & Young 2001, Fair Representation, chapter on divisor methods.
    """
    item = np.repeat(np.arange(len(room)), room)
    step = np.concatenate([np.arange(r) + 0.5 for r in room]) if len(item) else item
    rank = step / (np.asarray(room)[item] * propensity[:, item])
    if least is not None:
        rank = np.where(step < least[:, item], 0.0, rank)
    if most is not None:
        rank = np.where(step > most[:, item], np.inf, rank)
    order = np.argsort(rank, axis=1, kind="stable")
    given = np.zeros(rank.shape, dtype=bool)
    chosen = np.arange(rank.shape[1]) < points[:, None]
    np.put_along_axis(given, order, chosen, axis=1)
    return np.asarray(given.astype(np.int64) @ (item[:, None] == np.arange(len(room))))


@dataclass(frozen=True)
class Steps:
    """Parts of a score: the lowest value, the highest, and the step between values.

    Attributes:
        lowest: (parts,) lowest value of each part.
        room: (parts,) number of steps above it.
        size: (parts,) points of one step: 1, or one other size for all other parts.
    """

    lowest: tuple[int, ...]
    room: tuple[int, ...]
    size: tuple[int, ...]

    @property
    def is_exact(self) -> bool:
        """Whether every total between the lowest and the highest can be reached."""
        sizes = set(self.size) - {1}
        free = sum(r for r, s in zip(self.room, self.size, strict=True) if s == 1)
        return not sizes or (len(sizes) == 1 and free >= max(sizes) - 1)

    def values(
        self,
        totals: Floats,
        propensity: Floats,
        least: Ints | None = None,
        most: Ints | None = None,
    ) -> Ints:
        """Values of the parts that sum to the totals.

        Args:
            totals: (n,) whole numbers within the range of the sum.
            propensity: (n, parts) positive.
            least: (n, parts) values that parts in steps of one point have first.
            most: (n, parts) values that they only exceed if nothing else is left.

        Returns:
            (n, parts).
        """
        lowest, room, size = (np.array(x) for x in (self.lowest, self.room, self.size))
        points = np.rint(totals).astype(np.int64) - lowest.sum()
        single = size == 1
        steps = np.zeros(propensity.shape, dtype=np.int64)
        large = int(size.max())
        if large > 1:
            # First as if every point were free, then whole steps for the large parts.
            free = fill(points, (room * size).tolist(), propensity)
            wanted = free[:, ~single].sum(axis=1) // large
            fewest = -((room[single].sum() - points) // large)  # ceiling of a quotient
            highest = np.minimum(points // large, room[~single].sum())
            wanted = np.clip(wanted, np.maximum(fewest, 0), highest)
            steps[:, ~single] = fill(
                wanted, room[~single].tolist(), propensity[:, ~single]
            )
            points = points - large * wanted
        floor = None if least is None else (least - lowest)[:, single]
        ceiling = None if most is None else (most - lowest)[:, single]
        steps[:, single] = fill(
            points, room[single].tolist(), propensity[:, single], floor, ceiling
        )
        return np.asarray(lowest + steps * size)
