"""Supporting methods of a continuous endpoint by ranks."""

from __future__ import annotations

from typing import Any

from equipoise.analyze.supporting.numbers import finite
from equipoise.analyze.supporting.rows import Compared
from equipoise.stats.ranks import (
    hodges_lehmann,
    rank_sum_test,
    van_elteren,
    win_probability,
)


def by_rank_sum(compared: Compared) -> dict[str, Any]:
    """Shift of Hodges and Lehmann, with the P value of the rank-sum test."""
    first, second = compared.groups
    shift = hodges_lehmann(first, second, level=compared.level)
    test = rank_sum_test(first, second)
    return {
        "estimate": shift.estimate,
        "lower": shift.lower,
        "upper": shift.upper,
        "statistic": test.z,
        "p": test.p,
    }


def by_van_elteren(compared: Compared) -> dict[str, Any]:
    """Rank-sum test within strata."""
    test = van_elteren(
        compared.frame["value"], compared.frame["treated"], compared.frame["stratum"]
    )
    return {"statistic": test.chi_square, "df": 1.0, "p": test.p}


def by_win_probability(compared: Compared) -> dict[str, Any]:
    """Probability of a higher value, with its test of one half."""
    found = win_probability(*compared.groups, level=compared.level)
    return finite(found, "estimate", "lower", "upper", "std_error", "df", "p")
