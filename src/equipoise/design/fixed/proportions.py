"""Sizes for a difference of proportions."""

from __future__ import annotations

from math import sqrt

from scipy import special

from equipoise.design.requirements import (
    Size,
    Target,
    check_fractions,
    check_positive,
    limited,
)


def proportions(first: float, second: float, target: Target | None = None) -> Size:
    """Participants for the score (chi-square) test of two proportions, by its formula.

    This is not the test that a report prints for a binary endpoint: that is Fisher's,
    which needs more. ``exact_size`` gives the size for Fisher's, Boschloo's or the score
    test by the exact power.

    Args:
        first: assumed proportion of the first arm.
        second: of the second, different from it.
        target: error, power and allocation.

    Raises:
        DesignError: EQ801, a proportion is not between 0 and 1, or they are equal; EQ802,
            more than 1e9 participants.

    Example:
        >>> round(proportions(0.67, 0.20).first, 4)  # R power.prop.test: 16.2341
        16.2341

    Source: Fleiss, Levin and Paik 2003, Statistical Methods for Rates and Proportions,
    4.3, without continuity correction; R power.prop.test; gsDesign nBinomial (Farrington
    and Manning 1990, Stat Med 9:1447-1454).
    """
    target = target or Target()
    check_fractions(first=first, second=second)
    check_positive(difference=abs(first - second))
    r = target.ratio
    mean = (r * first + second) / (1 + r)
    a, b = target.z
    null = sqrt(mean * (1 - mean) * (1 + 1 / r))
    other = sqrt(first * (1 - first) / r + second * (1 - second))
    n = ((a * null + b * other) / (first - second)) ** 2
    return limited(Size(r * n, n))


def power_of_proportions(
    n_first: float, n_second: float, first: float, second: float, target: Target
) -> float:
    """Power of the score test on one side, by the formula of ``proportions``.

    Args:
        n_first: participants in the first arm, above 0.
        n_second: in the second.
        first: assumed proportion of the first arm.
        second: of the second.
        target: error and sides.

    Example:
        >>> round(power_of_proportions(93, 93, 0.5, 0.3, Target()), 6)
        0.800005

    Source: as ``proportions``; R power.prop.test(n = 93, p1 = .5, p2 = .3): 0.800005.
    """
    r, n = n_first / n_second, n_second
    mean = (r * first + second) / (1 + r)
    null = sqrt(mean * (1 - mean) * (1 + 1 / r))
    other = sqrt(first * (1 - first) / r + second * (1 - second))
    z = -float(special.ndtri(target.one_sided))
    return float(special.ndtr((abs(first - second) * sqrt(n) - z * null) / other))


def corrected(first: float, second: float, target: Target | None = None) -> Size:
    """Participants by the formula with a continuity correction, as Fisher's test needs.

    Args:
        first: assumed proportion of the first arm.
        second: of the second, different from it.
        target: error, power and allocation.

    Raises:
        DesignError: EQ801; EQ802.

    Source: Casagrande, Pike and Smith 1978, Biometrics 34:483-486; Fleiss, Tytun and Ury
    1980, Biometrics 36:343-346 (unequal arms); Fleiss, Levin and Paik 2003, 4.4.
    """
    target = target or Target()
    plain = proportions(first, second, target).second
    r, distance = target.ratio, abs(first - second)
    n = plain / 4 * (1 + sqrt(1 + 2 * (r + 1) / (plain * r * distance))) ** 2
    return limited(Size(r * n, n))


def noninferior_proportions(
    first: float, second: float, margin: float, target: Target | None = None
) -> Size:
    """Participants to show that the first proportion is not worse by the margin.

    Args:
        first: assumed proportion of a good outcome in the first arm.
        second: in the second.
        margin: how much lower is still accepted, above 0.
        target: one-sided error, power and allocation.

    Raises:
        DesignError: EQ801; EQ802.

    Example:
        >>> noninferior_proportions(0.85, 0.85, margin=0.10).whole
        (201, 201)

    Source: Chow, Shao, Wang and Lokhnygina 2018, Sample Size Calculations, 4.2.2.
    """
    target = target or Target(alpha=0.025, sides=1)
    check_fractions(first=first, second=second)
    check_positive(margin=margin, distance=first - second + margin)
    a, b = target.z
    r = target.ratio
    variance = first * (1 - first) / r + second * (1 - second)
    n = variance * ((a + b) / (first - second + margin)) ** 2
    return limited(Size(r * n, n))
