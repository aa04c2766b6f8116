"""Adjusted comparisons of arms: ANCOVA, marginal effects, counts, GEE.

Each takes a data frame with one row for each participant (``gee``: for each participant
and visit) and the names of its columns.

Example:
    >>> import pandas as pd
    >>> from equipoise.stats.regression import marginal_effect
    >>> frame = pd.DataFrame({"arm": ["drug"] * 4 + ["placebo"] * 4,
    ...                       "base": [20, 24, 28, 22, 21, 25, 27, 23],
    ...                       "week2": [11, 15, 17, 14, 17, 20, 25, 18]})
    >>> effect = marginal_effect(frame, outcome="week2", arm="arm", covariates=["base"],
    ...                          family="gaussian", reference="placebo")
    >>> round(effect.estimate, 4), round(effect.lower, 2), round(effect.upper, 2)
    (-5.2909, -9.14, -1.44)
"""

from equipoise.stats.regression.ancova import Ancova, ancova
from equipoise.stats.regression.counts import CountRegression, count_regression
from equipoise.stats.regression.gee import GeeFit, gee
from equipoise.stats.regression.linear_fit import LinearCombination
from equipoise.stats.regression.marginal_effect import MarginalEffect, marginal_effect

__all__ = [
    "Ancova",
    "CountRegression",
    "GeeFit",
    "LinearCombination",
    "MarginalEffect",
    "ancova",
    "count_regression",
    "gee",
    "marginal_effect",
]
