"""Median and quartiles by the definition that the report options name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from equipoise.protocol.report_options import QuantileDefinition

METHODS: Mapping[QuantileDefinition, str] = {
    "r": "linear",
    "sas": "averaged_inverted_cdf",
}
STATEMENTS: Mapping[QuantileDefinition, str] = {  # in the footnote of a table
    "r": "quartiles by linear interpolation, as type 7 of R (SAS PCTLDEF=5 differs)",
    "sas": "quartiles as PCTLDEF=5 of SAS, type 2 of R",
}


def quantiles(
    values: ArrayLike, proportions: Sequence[float], definition: QuantileDefinition
) -> list[float]:
    """Quantiles of values.

    Args:
        values: at least one, none missing.
        proportions: from 0 to 1.
        definition: ``r`` or ``sas``; the median is the same under both.

    Example:
        >>> quantiles([1, 2, 3, 4, 10, 20], [0.25, 0.5], "r")
        [2.25, 3.5]
        >>> quantiles([1, 2, 3, 4, 10, 20], [0.25, 0.5], "sas")
        [2.0, 3.5]

    Source: Hyndman and Fan 1996, Am Stat 50:361-365, definitions 7 and 2; SAS PROC
    UNIVARIATE, PCTLDEF=5.
    """
    found = np.quantile(
        np.asarray(values, dtype=float),
        list(proportions),
        method=METHODS[definition],  # type: ignore[call-overload]
    )
    return [float(value) for value in np.atleast_1d(found)]
