"""How strong an unmeasured cause would have to be to explain an effect away."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt

from equipoise.stats.input_checks import checked_number
from equipoise.stats.result import Result

RISK_RATIO = 0.91  # log risk ratio for one standard deviation
HALF_WIDTH = 1.78  # the same times 1.96, for the end of an interval of 95%


@dataclass(frozen=True, slots=True, repr=False)
class EValue(Result):
    """E-value of an estimate, and of the end of its interval nearest to no effect.

    Attributes:
        estimate: at least 1.
        limit: 1 for an interval that includes no effect; None without an interval.
    """

    estimate: float
    limit: float | None


def e_value(d: float, std_error: float | None = None) -> EValue:
    """E-value of a standardized difference, and of the end of its interval nearest 0.

    The risk ratio that expectancy, say, would need with both the arm (through a broken
    blind) and the outcome to bring the effect to none.

    Args:
        d: standardized difference; its sign does not matter.
        std_error: of d; None for no interval.

    Raises:
        AnalysisError: EQ462, numbers that are missing or infinite.

    Example:
        >>> e_value(-0.5, 0.2)
        EValue(estimate=2.529, limit=1.443)

    Source: VanderWeele and Ding 2017, Ann Intern Med 167:268-274, table 2 (the risk
    ratio is approximately exp(0.91 d), Chinn 2000).
    """
    size = abs(checked_number("d", d))
    point = _of_ratio(exp(RISK_RATIO * size))
    if std_error is None:
        return EValue(point, None)
    checked_number("std_error", std_error, 0)
    near = exp(RISK_RATIO * size - HALF_WIDTH * std_error)
    return EValue(point, _of_ratio(near) if near > 1 else 1.0)


def _of_ratio(ratio: float) -> float:
    return ratio + sqrt(ratio * (ratio - 1))
