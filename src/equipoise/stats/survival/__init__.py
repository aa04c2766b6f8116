"""Times to an event: curves, comparisons of two groups, restricted means."""

from equipoise.stats.survival.comparisons import (
    Comparison,
    RestrictedMean,
    common_horizon,
    hazard_ratio,
    rmst,
    rmst_difference,
    time_ratio,
)
from equipoise.stats.survival.cumulative_incidence import (
    CumulativeIncidence,
    cumulative_incidence,
)
from equipoise.stats.survival.kaplan_meier import KaplanMeier, kaplan_meier
from equipoise.stats.survival.log_rank import LogRank, log_rank, log_rank_estimable
from equipoise.stats.survival.restricted_mean import (
    RmstPermutationTest,
    rmst_permutation_test,
)
from equipoise.stats.survival.turnbull import Turnbull, turnbull

__all__ = [
    "Comparison",
    "CumulativeIncidence",
    "KaplanMeier",
    "LogRank",
    "RestrictedMean",
    "RmstPermutationTest",
    "Turnbull",
    "common_horizon",
    "cumulative_incidence",
    "hazard_ratio",
    "kaplan_meier",
    "log_rank",
    "log_rank_estimable",
    "rmst",
    "rmst_difference",
    "rmst_permutation_test",
    "time_ratio",
    "turnbull",
]
