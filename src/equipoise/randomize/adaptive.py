"""Methods that look at the allocations so far: urn, big stick."""

from __future__ import annotations

from collections.abc import Mapping

Shares = Mapping[str, int]


def urn(
    counts: Shares, ratios: Shares, *, start: float = 1.0, add: float = 1.0
) -> dict[str, float]:
    """Probabilities of Wei's urn: each draw makes the other arms likelier.

    The urn begins with ``start`` balls of each arm for each share of its ratio; an
    allocation adds ``add`` balls to every other arm, by its ratio.

    Args:
        counts: allocations so far by arm.
        ratios: arm -> positive share.
        start: above 0, or 0 for a first draw by the ratios alone.
        add: at least 0; 0 is complete randomization.

    Example:
        >>> urn({"drug": 2, "placebo": 1}, {"drug": 1, "placebo": 1})
        {'drug': 0.4, 'placebo': 0.6}

    Source: Wei 1978, Ann Stat 6:92-100; Rosenberger and Lachin 2016, 3.5.1.
    """
    if start < 0 or add < 0 or (start == 0 and add == 0):
        raise ValueError(f"an urn of {start:g} and {add:g} balls")
    done = sum(counts.get(arm, 0) for arm in ratios)
    balls = {
        arm: share * (start + add * (done - counts.get(arm, 0)))
        for arm, share in ratios.items()
    }
    total = sum(balls.values())
    if total == 0:
        balls, total = dict(ratios), sum(ratios.values())
    return {arm: number / total for arm, number in balls.items()}


def big_stick(counts: Shares, ratios: Shares, *, bound: int) -> dict[str, float]:
    """Probabilities of the big stick: a fair coin, until the imbalance is at its bound.

    Args:
        counts: allocations so far by arm.
        ratios: two arms with equal shares.
        bound: largest difference of the counts, at least 1.

    Raises:
        ValueError: there are not two arms with equal shares.

    Example:
        >>> big_stick({"drug": 5, "placebo": 2}, {"drug": 1, "placebo": 1}, bound=3)
        {'drug': 0.0, 'placebo': 1.0}

    Source: Soares and Wu 1983, Commun Stat Theory Methods 12:2017-2034.
    """
    arms = list(ratios)
    if len(arms) != 2 or len(set(ratios.values())) != 1 or bound < 1:
        raise ValueError("the big stick is for two arms with equal shares")
    difference = counts.get(arms[0], 0) - counts.get(arms[1], 0)
    if abs(difference) < bound:
        return {arms[0]: 0.5, arms[1]: 0.5}
    behind = arms[1] if difference > 0 else arms[0]
    return {arm: float(arm == behind) for arm in arms}
