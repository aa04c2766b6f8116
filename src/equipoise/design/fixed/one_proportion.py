"""One proportion against a fixed value, by the exact binomial test."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from scipy import special

from equipoise.design.requirements import Target, check_fractions, check_positive
from equipoise.errors import DesignError

MOST = 100_000  # participants whose exact power is calculated
AHEAD = 100  # sizes that are looked at after the last one without the power


@dataclass(frozen=True, slots=True)
class BinomialTest:
    """The exact binomial test with a number of participants.

    Attributes:
        n: participants.
        lowest: rejected from so many responders up; ``n + 1`` for never.
        highest: rejected up to so many responders; -1 for never.
        power: at the assumed proportion.
        error: type I error at the proportion of the null hypothesis.
    """

    n: int
    lowest: int
    highest: int
    power: float
    error: float


@dataclass(frozen=True, slots=True)
class BinomialSize:
    """Participants for an exact binomial test.

    Attributes:
        needed: from which on every size up to ``horizon`` has the power.
        first_reached: the smallest size that has the power.
        horizon: the largest size that was looked at.
    """

    needed: BinomialTest
    first_reached: BinomialTest
    horizon: int


def binomial_test(
    null: float, assumed: float, n: int, target: Target | None = None
) -> BinomialTest:
    """Critical numbers, power and error of the exact binomial test.

    Args:
        null: proportion of the null hypothesis.
        assumed: proportion under which the power is calculated.
        n: participants, at least 1.
        target: error and sides; on one side the test looks towards ``assumed``; on two
            sides each tail has half of the error.

    Raises:
        DesignError: EQ801.

    Source: R binom.test; SAS PROC POWER ONESAMPLEFREQ TEST=EXACT.
    """
    target = target or Target()
    check_fractions(null=null, assumed=assumed)
    check_positive(n=n, difference=abs(assumed - null))
    tail = target.one_sided
    up = target.sides == 2 or assumed > null
    down = target.sides == 2 or assumed < null
    lowest = _critical(n, null, tail) if up else n + 1
    highest = n - _critical(n, 1 - null, tail) if down else -1
    power = _above(n, lowest, assumed) + _below(n, highest, assumed)
    error = _above(n, lowest, null) + _below(n, highest, null)
    return BinomialTest(n, lowest, highest, power, error)


def binomial_size(
    null: float, assumed: float, target: Target | None = None
) -> BinomialSize:
    """Participants for an exact binomial test of one proportion.

    Exact power has a saw-tooth shape; as in ``exact_size`` two sizes are given.

    Args:
        null: proportion of the null hypothesis, such as that of earlier treatments.
        assumed: proportion to be detected.
        target: error, power and sides.

    Raises:
        DesignError: EQ801; EQ802, more than 100,000 participants.

    Example:
        >>> size = binomial_size(0.05, 0.20, Target(alpha=0.05, sides=1))
        >>> size.first_reached.n, size.first_reached.lowest  # A'Hern 2001: 27, 4
        (27, 4)

    Source: A'Hern 2001, Stat Med 20:859-866; Chernick and Liu 2002, Am Stat 56:149-155.
    """
    target = target or Target()
    check_fractions(null=null, assumed=assumed)
    check_positive(difference=abs(assumed - null))
    a, b = target.z
    spread = a * (null * (1 - null)) ** 0.5 + b * (assumed * (1 - assumed)) ** 0.5
    formula = (spread / (assumed - null)) ** 2
    if formula > MOST / 2:
        raise DesignError.single(
            "EQ802",
            f"about {formula:.3g} participants are needed, more than {MOST:g}",
            where="design, proportion",
            fix="assume a proportion farther from that of the null hypothesis",
        )
    reached = begun = None
    n = 1 if formula < 500 else int(0.8 * formula)
    while begun is None or n <= begun.n + max(AHEAD, ceil(begun.n / 4)):
        now = binomial_test(null, assumed, n, target)
        if now.power >= target.power:
            begun, reached = begun or now, reached or now
        else:
            begun = None
        n += 1
    return BinomialSize(begun, reached or begun, n - 1)


def _critical(n: int, p: float, tail: float) -> int:
    """Smallest count that is reached or exceeded with at most ``tail``."""
    low, high = 0, n + 1  # exceeded with 1, and with 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _above(n, middle, p) <= tail else (middle, high)
    return high


def _above(n: int, count: int, p: float) -> float:
    if count <= 0:
        return 1.0
    return float(special.betainc(count, n - count + 1, p)) if count <= n else 0.0


def _below(n: int, count: int, p: float) -> float:
    return _above(n, n - count, 1 - p) if count >= 0 else 0.0
