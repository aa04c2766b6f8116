"""Residuals of a fit."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from equipoise.errors import AnalysisError
from equipoise.stats.input_checks import checked_option
from equipoise.stats.mmrm.fitted import Fitted
from equipoise.stats.mmrm.participants import participant_rows

Residual = Literal["raw", "scaled", "normalized", "response", "pearson"]
OF_R = {"response": "raw", "pearson": "scaled"}  # the names that R mmrm uses


def residuals(fit: Fitted, kind: Residual) -> pd.Series[Any]:
    """Residuals of the rows that were used, in the order of the frame.

    Args:
        fit: in memory.
        kind: ``raw`` or ``response``: outcome minus expectation; ``scaled`` or
            ``pearson``: divided by the standard deviation of the row; ``normalized``: by
            the inverse Cholesky factor of the covariance of the participant, independent
            with variance one if the model holds (SAS VCIRY). ``response``, ``pearson``
            and ``normalized`` are R's names.

    Raises:
        AnalysisError: EQ407, no such kind, or the rows are not held in memory.
    """
    names = get_args(Residual)
    checked_option("kind", kind, names, code="EQ407", where="residuals")
    name, kind = kind, OF_R.get(kind, kind)  # type: ignore[assignment]
    whole = fit.source.whole
    if whole is None:
        raise AnalysisError.single(
            "EQ407",
            "the rows of the fit are not held in memory",
            where="residuals",
            fix="fit a frame in memory",
        )
    b = np.append(-fit.top.at.beta, 1.0)
    values = np.empty(len(whole.y))
    for some in participant_rows(whole, fit.basis, fit.top.model, fit.top.at.theta):
        at = (some.person, some.slot)
        raw = (some.Z @ b)[at]
        if kind == "raw":
            values[some.rows] = raw / np.sqrt(whole.weight[some.rows])
        elif kind == "scaled":
            variance = np.diagonal(some.S, axis1=1, axis2=2)[at]
            values[some.rows] = raw / np.sqrt(variance)
        else:
            values[some.rows] = (some.whitened() @ b)[at]
    order = np.argsort(whole.position)
    return pd.Series(values[order], index=whole.rows.index[order], name=name)
