"""Attenuation of an acute effect: trend of its peak over infusions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.result import Estimate
from equipoise.errors import AnalysisError
from equipoise.numerics.distributions import t_quantile, t_two_sided
from equipoise.protocol.estimand import Endpoint
from equipoise.stats.mmrm import mmrm


@dataclass(frozen=True)
class Slope:
    """Change of the mean peak with each further infusion."""

    estimate: float
    std_error: float
    df: float


def attenuation(endpoint: Endpoint, peaks: pd.DataFrame) -> list[Estimate]:
    """Change of the mean peak with each infusion, by arm, and its difference.

    Each arm has a mixed model of its own: a placebo hardly varies where the drug does.
    The difference has the degrees of freedom of Welch and Satterthwaite.

    Args:
        endpoint: whose analysis names the covariance and the degrees of freedom.
        peaks: ``participant, arm, infusion, peak``.
    """
    pair = endpoint.estimand.treatment
    slopes: dict[str, Slope | None] = {}
    reasons: dict[str, str] = {}
    for arm in (pair.arm, pair.versus):
        try:
            slopes[arm] = slope(endpoint, peaks[peaks["arm"] == arm])
        except AnalysisError as refusal:
            slopes[arm], reasons[arm] = None, refusal.problems[0].what
    estimates = [
        _estimate(
            endpoint,
            arm,
            slopes[arm],
            int(peaks.loc[peaks["arm"] == arm, "participant"].nunique()),
            reasons.get(arm, ""),
        )
        for arm in slopes
    ]
    one, other = slopes[pair.arm], slopes[pair.versus]
    between = None
    if one is not None and other is not None:
        variances = one.std_error**2, other.std_error**2
        df = sum(variances) ** 2 / (
            variances[0] ** 2 / one.df + variances[1] ** 2 / other.df
        )
        error = float(np.sqrt(sum(variances)))
        between = Slope(one.estimate - other.estimate, error, float(df))
    label = f"{pair.arm} - {pair.versus}"
    n = int(peaks["participant"].nunique())
    return [*estimates, _estimate(endpoint, label, between, n, "an arm has no trend")]


def slope(endpoint: Endpoint, peaks: pd.DataFrame) -> Slope:
    """The linear trend of one arm.

    Raises:
        AnalysisError: EQ404 to EQ406, there are too few ratings for the model, or they
            do not vary.
    """
    if peaks["infusion"].nunique() < 2 or peaks["participant"].nunique() < 3:
        raise _hopeless(endpoint, "fewer than two infusions or three participants")
    if peaks["peak"].nunique() < 2:
        raise _hopeless(endpoint, "the peak is the same in all participants")
    order = sorted(peaks["infusion"].unique())
    frame = peaks.assign(
        visit=pd.Categorical(peaks["infusion"], categories=order),
        number=peaks["infusion"].astype(float) - float(order[0]),
    )[["participant", "peak", "visit", "number"]]
    how = endpoint.analysis
    text = f"peak ~ number + {how.covariance}(visit | participant)"
    fit = mmrm(text, frame, df=how.df, vcov=how.vcov)
    table = fit.coefficients
    row = table[table["term"] == "number"].iloc[0]
    return Slope(float(row["estimate"]), float(row["std_error"]), float(row["df"]))


def _hopeless(endpoint: Endpoint, what: str) -> AnalysisError:
    return AnalysisError.single(
        "EQ404",
        what,
        where=f"endpoint {endpoint.id}",
        fix="check the ratings during the infusions",
    )


def _estimate(
    endpoint: Endpoint, label: str, found: Slope | None, n: int, reason: str
) -> Estimate:
    between = " - " in label
    shared: dict[str, Any] = {
        "id": f"{endpoint.id}.attenuation"
        + (".difference" if between else f".{label}"),
        "endpoint": endpoint.id,
        "analysis": "attenuation",
        "population": endpoint.estimand.population,
        "contrast": label,
        "n": n,
    }
    if found is None or not found.std_error > 0:
        return Estimate(**shared, note=f"cannot be estimated: {reason}")
    level = endpoint.analysis.level
    half = float(t_quantile((1 + level) / 2, found.df)) * found.std_error
    return Estimate(
        **shared,
        estimate=found.estimate,
        std_error=found.std_error,
        df=found.df,
        lower=found.estimate - half,
        upper=found.estimate + half,
        level=level,
        statistic=found.estimate / found.std_error,
        p=float(t_two_sided(found.estimate / found.std_error, found.df)),
        converged=True,
        note="change of the mean peak in points per further infusion; below 0: weaker",
    )
