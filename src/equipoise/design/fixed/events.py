"""Sizes for a time to event: events first, then the participants who have them."""

from __future__ import annotations

from math import exp, log
from typing import Literal

from equipoise.design.requirements import (
    Size,
    Target,
    check_fractions,
    check_positive,
    limited,
    out_of_range,
)
from equipoise.errors import DesignError, require_known


def events(
    hazard_ratio: float,
    target: Target | None = None,
    *,
    method: Literal["schoenfeld", "freedman"] = "schoenfeld",
) -> float:
    """Events that a log-rank test needs.

    Args:
        hazard_ratio: assumed, above 0 and not 1.
        target: error, power and allocation.
        method: of Schoenfeld, or of Freedman.

    Raises:
        DesignError: EQ801.

    Example:
        >>> round(events(0.7), 3)  # gsDesign::nEvents: 246.787
        246.787

    Source: Schoenfeld 1981, Biometrika 68:316-319; Freedman 1982, Stat Med 1:121-129.
    """
    target = target or Target()
    check_positive(hazard_ratio=hazard_ratio)
    if not 1e-4 <= hazard_ratio <= 1e4:
        needed = "from 0.0001 to 10000, other than 1"
        raise DesignError(out_of_range("hazard_ratio", hazard_ratio, needed))
    require_known("method", method, ("schoenfeld", "freedman"))
    if hazard_ratio == 1:
        raise DesignError(out_of_range("hazard_ratio", 1.0, "other than 1"))
    a, b = target.z
    r = target.ratio
    if method == "freedman":
        return (
            (a + b) ** 2 * (1 + r * hazard_ratio) ** 2 / (r * (1 - hazard_ratio) ** 2)
        )
    return (a + b) ** 2 * target.spread / log(hazard_ratio) ** 2


def survival(
    hazard_ratio: float,
    median: float,
    accrual: float,
    follow_up: float,
    target: Target | None = None,
    *,
    method: Literal["schoenfeld", "freedman"] = "schoenfeld",
    dropout: float = 0.0,
) -> Size:
    """Participants who have enough events, times exponential, accrual uniform.

    Args:
        hazard_ratio: of the first arm to the second.
        median: time to event in the second arm.
        accrual: length of recruitment, in the same unit.
        follow_up: of the last participant.
        target: error, power and allocation.
        method: of ``events``.
        dropout: share lost in a unit of time; 0 for none.

    Raises:
        DesignError: EQ801; EQ802, more than 1e9 participants.

    Example:
        >>> size = survival(0.7, median=12, accrual=12, follow_up=12)
        >>> round(size.total, 1), round(size.events, 1)  # as rpact
        (428.6, 246.8)

    Source: Lachin and Foulkes 1986, Biometrics 42:507-519.
    """
    target = target or Target()
    check_positive(median=median, accrual=accrual, follow_up=follow_up)
    loss = 0.0
    if dropout:
        check_fractions(dropout=dropout)
        loss = -log(1 - dropout)
    needed = events(hazard_ratio, target, method=method)
    hazard = log(2) / median
    first = observed(hazard * hazard_ratio, loss, accrual, follow_up)
    second = observed(hazard, loss, accrual, follow_up)
    r = target.ratio
    n = needed / (r * first + second)
    return limited(Size(r * n, n, needed))


def observed(hazard: float, loss: float, accrual: float, follow_up: float) -> float:
    """Probability that the event of a participant is seen.

    Args:
        hazard: of the event.
        loss: hazard of leaving before.
        accrual: length of recruitment.
        follow_up: of the last participant.
    """
    both = hazard + loss
    last = exp(-both * follow_up) - exp(-both * (accrual + follow_up))
    return hazard / both * (1 - last / (both * accrual))
