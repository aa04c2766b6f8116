"""Imputation of missing outcomes: multiple, conditional mean, reference-based.

Example:
    Twelve participants, two visits; participant 4 discontinued before the second visit,
    and participant 9 missed it.

    >>> import numpy as np
    >>> import pandas as pd
    >>> drug = [9, 7, 8, 3, 6, 6, 9, 4, 7, np.nan, 6, 2]
    >>> placebo = [8, 9, 9, 7, 6, 7, 9, np.nan, 8, 8, 6, 5]
    >>> frame = pd.DataFrame({
    ...     "participant": np.repeat(np.arange(12), 2), "visit": ["w1", "w2"] * 12,
    ...     "arm": pd.Categorical(np.repeat(["drug", "placebo"], 12)), "y": drug + placebo})
    >>> data = IncompleteData(
    ...     formula="y ~ arm * visit + us(visit | participant)", frame=frame, arm="arm",
    ...     treated="drug", reference="placebo", covariates=(), first=pd.Series({4: "w2"}))
    >>> jump = reference_based(data, "JR")
    >>> jump.table().round(3)[["visit", "estimate", "std_error", "p"]]
      visit  estimate  std_error      p
    0    w1    -0.167      0.831  0.841
    1    w2    -2.490      1.125  0.027
    >>> round(tipping_point(jump, visit=1), 1)  # points worse for the imputed outcome
    0.9
    >>> table = reference_based_bootstrap(data, "JR", draws=50, seed=1).table()
    >>> print(round(table.loc[1, "std_error"], 2))
    1.09
    >>> imputed = multiple_imputation(data, "JR", visit=1, draws=20, seed=1)
    >>> round(imputed.estimate, 2), round(imputed.std_error, 2)
    (-2.57, 1.14)
    >>> draws = imputed_draws(data, "JR", draws=20, seed=1)  # the same, any delta
    >>> round(tipping_point(draws, visit=1), 1)
    0.0
"""

from equipoise.stats.imputation.imputation_model import IncompleteData
from equipoise.stats.imputation.multiple_imputation import (
    ImputedDraws,
    PooledEstimate,
    imputed_draws,
    multiple_imputation,
    rubins_rules,
)
from equipoise.stats.imputation.reference_based import (
    ImputedDifferences,
    reference_based,
    reference_based_bootstrap,
)
from equipoise.stats.imputation.strategies import (
    STRATEGIES,
    Strategy,
    expected_outcomes,
)
from equipoise.stats.imputation.tipping_point import tipping_point

__all__ = [
    "STRATEGIES",
    "ImputedDifferences",
    "ImputedDraws",
    "IncompleteData",
    "PooledEstimate",
    "Strategy",
    "expected_outcomes",
    "imputed_draws",
    "multiple_imputation",
    "reference_based",
    "reference_based_bootstrap",
    "rubins_rules",
    "tipping_point",
]
