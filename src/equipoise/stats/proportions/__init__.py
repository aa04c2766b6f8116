"""Two proportions: differences, ratios, exact tests, covariate-adjusted risks."""

from equipoise.stats.proportions.ratios import (
    Ratio,
    barnard,
    boschloo,
    newcombe,
    odds_ratio,
    risk_ratio,
)
from equipoise.stats.proportions.risk_difference import (
    Proportion,
    RiskDifference,
    fisher,
    risk_difference,
    wilson,
)
from equipoise.stats.proportions.standardization import (
    MarginalRisks,
    marginal_risks,
    no_maximum,
    separating_covariates,
)

__all__ = [
    "MarginalRisks",
    "Proportion",
    "Ratio",
    "RiskDifference",
    "barnard",
    "boschloo",
    "fisher",
    "marginal_risks",
    "newcombe",
    "no_maximum",
    "odds_ratio",
    "risk_difference",
    "risk_ratio",
    "separating_covariates",
    "wilson",
]
