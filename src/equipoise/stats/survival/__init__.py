"""Times to an event: curves, comparisons of groups, regression, restricted means."""

from equipoise.stats.survival.comparisons import (
    Comparison,
    RestrictedMean,
    common_horizon,
    hazard_ratio,
    rmst,
    rmst_difference,
    rmst_ratio,
    time_ratio,
)
from equipoise.stats.survival.cox import CoxFit, cox
from equipoise.stats.survival.cumulative_incidence import (
    CumulativeIncidence,
    cumulative_incidence,
    cumulative_incidence_curve,
)
from equipoise.stats.survival.fine_gray import cause_specific_hazard, fine_gray
from equipoise.stats.survival.gray import GrayTest, gray_test
from equipoise.stats.survival.kaplan_meier import (
    KaplanMeier,
    kaplan_meier,
    number_at_risk,
)
from equipoise.stats.survival.log_rank import (
    LogRank,
    log_rank,
    log_rank_estimable,
    log_rank_trend,
)
from equipoise.stats.survival.max_combo import MaxCombo, max_combo
from equipoise.stats.survival.mean_cumulative import (
    MeanCumulativeDifference,
    mean_cumulative_difference,
    mean_cumulative_function,
)
from equipoise.stats.survival.recurrent_events import (
    andersen_gill,
    event_intervals,
    lwyy,
)
from equipoise.stats.survival.restricted_mean import (
    RmstPermutationTest,
    rmst_permutation_test,
)
from equipoise.stats.survival.turnbull import Turnbull, turnbull

__all__ = [
    "Comparison",
    "CoxFit",
    "CumulativeIncidence",
    "GrayTest",
    "KaplanMeier",
    "LogRank",
    "MaxCombo",
    "MeanCumulativeDifference",
    "RestrictedMean",
    "RmstPermutationTest",
    "Turnbull",
    "andersen_gill",
    "cause_specific_hazard",
    "common_horizon",
    "cox",
    "cumulative_incidence",
    "cumulative_incidence_curve",
    "event_intervals",
    "fine_gray",
    "gray_test",
    "hazard_ratio",
    "kaplan_meier",
    "log_rank",
    "log_rank_estimable",
    "log_rank_trend",
    "lwyy",
    "max_combo",
    "mean_cumulative_difference",
    "mean_cumulative_function",
    "number_at_risk",
    "rmst",
    "rmst_difference",
    "rmst_permutation_test",
    "rmst_ratio",
    "time_ratio",
    "turnbull",
]
