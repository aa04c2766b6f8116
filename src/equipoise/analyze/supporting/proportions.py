"""Supporting methods of a binary endpoint within strata."""

from __future__ import annotations

from typing import Any

from equipoise.analyze.supporting.numbers import finite
from equipoise.analyze.supporting.rows import Compared
from equipoise.stats.proportions import (
    common_odds_ratio,
    common_risk_ratio,
    stratified_risk_difference,
)


def by_odds_ratio(compared: Compared) -> dict[str, Any]:
    """Common odds ratio of Mantel and Haenszel."""
    found = common_odds_ratio(*compared.counts, level=compared.level)
    return finite(found, "estimate", "lower", "upper")


def by_risk_ratio(compared: Compared) -> dict[str, Any]:
    """Common risk ratio of Mantel and Haenszel."""
    found = common_risk_ratio(*compared.counts, level=compared.level)
    return finite(found, "estimate", "lower", "upper")


def by_newcombe(compared: Compared) -> dict[str, Any]:
    """Common risk difference with the stratified Newcombe interval."""
    found = stratified_risk_difference(
        *compared.counts, method="newcombe", level=compared.level
    )
    return finite(found, "estimate", "lower", "upper")
