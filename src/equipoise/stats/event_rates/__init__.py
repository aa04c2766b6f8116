"""Rates of events in person-time: one rate, ratios, differences, tables by arm.

``event_rate`` and ``rate_test`` are of one rate; ``rate_ratio`` and ``rate_ratio_test`` of
two, given their events; ``rate_difference`` and ``common_rate_ratio`` of two arms, on
request over strata; ``incidence_table`` of arms, from a row for each participant.
"""

from equipoise.stats.event_rates.differences import common_rate_ratio, rate_difference
from equipoise.stats.event_rates.incidence import IncidenceTable, incidence_table
from equipoise.stats.event_rates.rates import (
    Rate,
    RateTestResult,
    event_rate,
    rate_ratio,
    rate_ratio_test,
    rate_test,
)

__all__ = [
    "IncidenceTable",
    "Rate",
    "RateTestResult",
    "common_rate_ratio",
    "event_rate",
    "incidence_table",
    "rate_difference",
    "rate_ratio",
    "rate_ratio_test",
    "rate_test",
]
