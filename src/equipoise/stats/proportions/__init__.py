"""Proportions: one, two, paired and in strata; tables; covariate-adjusted risks.

One proportion: ``proportion``, ``binomial_test``, ``wilson``. Two: ``risk_difference``,
``risk_ratio``, ``odds_ratio`` with their intervals by ``method``, ``risk_difference_test``
(margins), ``fisher``, ``barnard``, ``boschloo``, ``chi_square``. In strata:
``stratified_risk_difference``, ``common_odds_ratio``, ``common_risk_ratio``,
``homogeneity``, ``cmh``. Pairs: ``mcnemar``, ``paired_difference``, ``paired_ratio``,
``paired_odds_ratio``, ``marginal_homogeneity``. Each takes counts; ``counts_by_stratum``,
``cross_tables`` and ``paired_counts`` give them from a row for each participant.
"""

from equipoise.stats.proportions.chi_square import (
    ChiSquare,
    CrossTables,
    chi_square,
    cross_tables,
)
from equipoise.stats.proportions.cmh import CmhTests, cmh
from equipoise.stats.proportions.common_ratios import (
    StratifiedRatio,
    common_odds_ratio,
    common_risk_ratio,
    homogeneity,
)
from equipoise.stats.proportions.marginal_homogeneity import marginal_homogeneity
from equipoise.stats.proportions.one_proportion import (
    Proportion,
    ProportionTest,
    binomial_test,
    proportion,
    wilson,
)
from equipoise.stats.proportions.paired import (
    McNemar,
    PairedCounts,
    mcnemar,
    paired_counts,
    paired_difference,
    paired_odds_ratio,
    paired_ratio,
)
from equipoise.stats.proportions.ratios import (
    Ratio,
    barnard,
    boschloo,
    newcombe,
    odds_ratio,
    risk_ratio,
)
from equipoise.stats.proportions.risk_difference import (
    RiskDifference,
    RiskDifferenceTest,
    fisher,
    risk_difference,
    risk_difference_test,
)
from equipoise.stats.proportions.standardization import (
    MarginalRisks,
    marginal_risks,
    no_maximum,
    separating_covariates,
)
from equipoise.stats.proportions.strata import StratumCounts, counts_by_stratum
from equipoise.stats.proportions.stratified_difference import (
    StratifiedDifference,
    stratified_risk_difference,
)

__all__ = [
    "ChiSquare",
    "CmhTests",
    "CrossTables",
    "MarginalRisks",
    "McNemar",
    "PairedCounts",
    "Proportion",
    "ProportionTest",
    "Ratio",
    "RiskDifference",
    "RiskDifferenceTest",
    "StratifiedDifference",
    "StratifiedRatio",
    "StratumCounts",
    "barnard",
    "binomial_test",
    "boschloo",
    "chi_square",
    "cmh",
    "common_odds_ratio",
    "common_risk_ratio",
    "counts_by_stratum",
    "cross_tables",
    "fisher",
    "homogeneity",
    "marginal_homogeneity",
    "marginal_risks",
    "mcnemar",
    "newcombe",
    "no_maximum",
    "odds_ratio",
    "paired_counts",
    "paired_difference",
    "paired_odds_ratio",
    "paired_ratio",
    "proportion",
    "risk_difference",
    "risk_difference_test",
    "risk_ratio",
    "separating_covariates",
    "stratified_risk_difference",
    "wilson",
]
