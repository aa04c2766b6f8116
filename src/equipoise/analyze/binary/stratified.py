"""Binary outcomes in the strata of the randomization."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from equipoise.analyze.result import Estimate
from equipoise.analyze.strata import strata_text
from equipoise.numerics.distributions import t_quantile
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol


def stratified_measures(
    protocol: Protocol,
    endpoint: Endpoint,
    arm: pd.Series[Any],
    outcome: pd.Series[Any],
    stratum: pd.Series[Any],
    shared: dict[str, Any],
) -> list[Estimate]:
    """The common risk difference over strata, and the Cochran-Mantel-Haenszel test.

    Args:
        protocol: of the trial.
        endpoint: binary, with strata.
        arm: arm of each participant.
        outcome: whether each has the outcome, with the same index.
        stratum: of each, missing where a factor is missing: such participants are
            excluded, and counted in the notes.
        shared: fields of every estimate.

    Returns:
        ``stratified-risk-difference`` and ``cmh``, the latter the planned test where the
        protocol says so.

    Source: Mantel and Haenszel 1959, J Natl Cancer Inst 22:719-748 (test); Sato 1989,
    Biometrics 45:1323-1324 (variance); SAS PROC FREQ, CMH and COMMONRISKDIFF(CL=MH).
    """
    pair, level = endpoint.estimand.treatment, float(shared["level"])
    inside = arm.isin([pair.arm, pair.versus])
    known = inside & stratum.notna()
    tables = _counts(
        arm[known] == pair.arm, outcome[known].astype(bool), stratum[known]
    )
    number = len(tables)
    text = f"{strata_text(protocol, endpoint)} ({number} strata)"
    missing = int((inside & ~known).sum())
    if missing:
        text += f"; participants excluded because a stratum is missing: {missing}"
    common = {
        **shared,
        "contrast": f"{pair.arm} - {pair.versus}",
        "n": int(known.sum()),
    }
    both = tables[(tables[:, 1] > 0) & (tables[:, 3] > 0)]
    return [
        _difference(endpoint, both, level, common, text),
        _test(endpoint, both, {**common, "level": None}, text),
    ]


def _counts(
    treated: pd.Series[Any], outcome: pd.Series[Any], stratum: pd.Series[Any]
) -> np.ndarray[Any, Any]:
    """K x 4: events and participants of the arm of interest, then of the other."""
    frame = pd.DataFrame(
        {
            "x1": outcome & treated,
            "n1": treated,
            "x2": outcome & ~treated,
            "n2": ~treated,
        }
    ).astype(float)
    return frame.groupby(stratum.astype(str).to_numpy(object)).sum().to_numpy()


def _difference(
    endpoint: Endpoint,
    tables: np.ndarray[Any, Any],
    level: float,
    common: dict[str, Any],
    text: str,
) -> Estimate:
    """Mantel and Haenszel's weights, Sato's variance, normal interval."""
    row: dict[str, Any] = {
        **common,
        "id": f"{endpoint.id}.stratified-risk-difference",
        "analysis": "stratified-risk-difference",
    }
    if not len(tables):
        return Estimate(**row, note=_nothing("estimable"))
    x1, n1, x2, n2 = tables.T
    n = n1 + n2
    weight = float((n1 * n2 / n).sum())
    estimate = float(((x1 * n2 - x2 * n1) / n).sum()) / weight
    p = float(((n1**2 * x2 - n2**2 * x1 + n1 * n2 * (n2 - n1) / 2) / n**2).sum())
    q = float(((x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * n)).sum())
    error = float(np.sqrt(max(estimate * p + q, 0.0))) / weight
    note = f"supporting: Mantel-Haenszel weights, variance of Sato; {text}"
    if not error > 0:
        return Estimate(
            **row, estimate=estimate, note=f"{note}; interval not estimable"
        )
    half = float(t_quantile((1 + level) / 2, np.inf)) * error
    return Estimate(
        **row,
        estimate=estimate,
        std_error=error,
        lower=max(estimate - half, -1.0),
        upper=min(estimate + half, 1.0),
        note=note,
    )


def _test(
    endpoint: Endpoint, tables: np.ndarray[Any, Any], common: dict[str, Any], text: str
) -> Estimate:
    row: dict[str, Any] = {**common, "id": f"{endpoint.id}.cmh", "analysis": "cmh"}
    x1, n1, x2, n2 = tables.T
    n, m = n1 + n2, x1 + x2
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.where(n > 1, n1 * n2 * m * (n - m) / (n**2 * (n - 1)), 0.0).sum()
    if not variance > 0:
        return Estimate(**row, note=_nothing("tested"))
    statistic = float((x1 - n1 * m / n).sum() ** 2 / variance)
    planned = endpoint.analysis.planned == "stratified"
    return Estimate(
        **row,
        statistic=statistic,
        df=1.0,
        p=float(special.chdtrc(1, statistic)),
        note=f"{'planned test' if planned else 'supporting'}: "
        f"Cochran-Mantel-Haenszel, two-sided, without continuity correction; {text}",
    )


def _nothing(what: str) -> str:
    return f"not {what}: no stratum has participants of both arms and both outcomes"
