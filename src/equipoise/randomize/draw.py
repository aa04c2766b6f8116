"""One allocation: the number that was drawn, and all that is needed to draw it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.numerics.rng import stream


@dataclass(frozen=True, slots=True)
class Draw:
    """An allocation that can be replayed.

    Attributes:
        stratum: name of the list.
        place: in the list, from 0.
        u: uniform number, from the seed, the stratum and the place alone.
        probabilities: of the arms, in the order in which u chooses among them.
        arm: that u chose.
    """

    stratum: str
    place: int
    u: float
    probabilities: tuple[tuple[str, float], ...]
    arm: str

    def holds(self, seed: int) -> bool:
        """Whether the seed gives this number, and the number this arm."""
        again = drawn(seed, self.stratum, self.place, dict(self.probabilities))
        return again == self


def drawn(
    seed: int, stratum: str, place: int, probabilities: Mapping[str, float]
) -> Draw:
    """The allocation of a place.

    The number depends on seed, stratum and place, and not on what was drawn before: the
    places of a list can be drawn and checked in any order.

    Args:
        seed: of the list.
        stratum: its name.
        place: from 0.
        probabilities: by arm, adding up to 1; their order counts.

    Raises:
        ValueError: the probabilities are none.

    Example:
        >>> drawn(1, "all", 0, {"drug": 0.5, "placebo": 0.5}).arm
        'placebo'
    """
    total = sum(probabilities.values())
    if min(probabilities.values(), default=-1) < 0 or abs(total - 1) > 1e-9:
        raise ValueError(f"probabilities {dict(probabilities)} do not add up to 1")
    u = float(stream(seed, "allocate", stratum, place).random())
    arm = chosen(u, probabilities)
    return Draw(stratum, place, u, tuple(probabilities.items()), arm)


def chosen(u: float, probabilities: Mapping[str, float]) -> str:
    """The arm in whose part of the line from 0 to 1 a number lies."""
    passed, last = 0.0, ""
    for arm, share in probabilities.items():
        if share > 0:
            last = arm  # where rounding leaves the sum a little below u
        passed += share
        if u < passed:
            break
    return last
