"""Supporting methods that adjust for covariates: ANCOVA, marginal effects, GEE."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from equipoise.analyze.supporting.numbers import finite
from equipoise.analyze.supporting.rows import Compared
from equipoise.errors import AnalysisError
from equipoise.stats.options import EffectFamily, EffectMeasure, LinearVcov
from equipoise.stats.regression import ancova, gee, marginal_effect

LINEAR = ("estimate", "std_error", "df", "lower", "upper", "p")


def by_ancova(vcov: LinearVcov) -> Callable[[Compared], dict[str, Any]]:
    """Analysis of covariance with this covariance of the coefficients."""

    def estimated(compared: Compared) -> dict[str, Any]:
        fit = ancova(
            compared.frame,
            outcome="value",
            arm="treated",
            covariates=compared.covariates,
            vcov=vcov,
            level=compared.level,
        )
        found = fit.estimate({True: 1, False: -1})
        return {**finite(found, *LINEAR), "statistic": found.t}

    return estimated


def by_marginal_effect(
    family: EffectFamily, measure: EffectMeasure = "difference"
) -> Callable[[Compared], dict[str, Any]]:
    """The effect averaged over the covariates of all participants.

    Source: FDA 2023, Adjusting for Covariates in Randomized Clinical Trials.
    """

    def estimated(compared: Compared) -> dict[str, Any]:
        found = marginal_effect(
            compared.frame,
            outcome="value",
            arm="treated",
            covariates=compared.covariates,
            strata=compared.strata,
            family=family,
            measure=measure,
            exposure="weeks" if family == "poisson" else None,
            reference=False,
            level=compared.level,
        )
        return finite(found, *LINEAR)

    return estimated


def by_gee(compared: Compared) -> dict[str, Any]:
    """Estimating equations over all visits; the difference at the visit of the estimate.

    Visits at which an arm has no outcome are excluded: their means are unknown.
    """
    frame = compared.frame
    arms = frame.groupby("visit", observed=True)["treated"].nunique()
    kept = [visit for visit in frame["visit"].cat.categories if arms.get(visit) == 2]
    if compared.at not in kept:
        raise AnalysisError.single(
            "EQ404",
            "an arm has no outcome at the visit of the estimate",
            where="outcome",
            fix="check for missing ratings, baselines and covariates",
        )
    frame = frame[frame["visit"].isin(kept)]
    frame = frame.assign(visit=frame["visit"].cat.set_categories(kept))
    fit = gee(
        frame,
        outcome="value",
        arm="treated",
        visit="visit",
        participant="participant",
        covariates=compared.covariates,
        family="gaussian",
        structure=compared.analysis.correlation,
        reference=False,
        level=compared.level,
    )
    rows: Any = fit.effects.set_index("contrast")
    row = rows.loc[f"True - False, {compared.at}"]
    return {**finite(row, *LINEAR), "statistic": float(row["t"])}
