"""Adaptive randomization methods: urn and big stick."""

from __future__ import annotations

from collections.abc import Mapping

Shares = Mapping[str, int]


def urn(
    counts: Shares, ratios: Shares, *, start: float = 1.0, add: float = 1.0
) -> dict[str, float]:
    """Probabilities of Wei's urn: each draw makes the other arms more likely.

    The urn starts with ``start`` balls of each arm times its ratio; an allocation adds
    ``add`` balls times the ratio to every other arm. With unequal ratios, the balls that
    an arm gets are divided by the proportion of the other arms, relative to equal arms:
    a larger arm gets balls less often, and would otherwise end below its ratio.

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
        raise ValueError(f"impossible urn with {start:g} and {add:g} balls")
    done = sum(counts.get(arm, 0) for arm in ratios)
    balls = {
        arm: share * (start + add * _scale(arm, ratios) * (done - counts.get(arm, 0)))
        for arm, share in ratios.items()
    }
    total = sum(balls.values())
    if total == 0:
        balls, total = dict(ratios), sum(ratios.values())
    return {arm: number / total for arm, number in balls.items()}


def _scale(arm: str, ratios: Shares) -> float:
    """Makes the ratios the balance of the urn; 1 for equal ratios."""
    whole = sum(ratios.values())
    if whole == len(ratios) * ratios[arm]:
        return 1.0
    return (1 - 1 / len(ratios)) * whole / (whole - ratios[arm])


def big_stick(counts: Shares, ratios: Shares, *, bound: int) -> dict[str, float]:
    """Probabilities of the big stick: a fair coin, until the imbalance is at its bound.

    Args:
        counts: allocations so far by arm.
        ratios: two arms with equal ratios.
        bound: largest difference of the counts, at least 1.

    Raises:
        ValueError: there are not two arms with equal ratios.

    Example:
        >>> big_stick({"drug": 5, "placebo": 2}, {"drug": 1, "placebo": 1}, bound=3)
        {'drug': 0.0, 'placebo': 1.0}

    Source: Soares and Wu 1983, Commun Stat Theory Methods 12:2017-2034.
    """
    arms = list(ratios)
    if len(arms) != 2 or len(set(ratios.values())) != 1 or bound < 1:
        raise ValueError("the big stick method needs two arms with equal ratios")
    difference = counts.get(arms[0], 0) - counts.get(arms[1], 0)
    if abs(difference) < bound:
        return {arms[0]: 0.5, arms[1]: 0.5}
    behind = arms[1] if difference > 0 else arms[0]
    return {arm: float(arm == behind) for arm in arms}
