"""Planned tests within strata of one simulated trial: the same digits as its analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.analyze.noninferiority import Margin
from equipoise.analyze.time_to_event.comparisons import not_comparable
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.stratification import analysis_strata
from equipoise.simulate.random_draws import Floats
from equipoise.stats.proportions import (
    cmh,
    counts_by_stratum,
    stratified_risk_difference,
)
from equipoise.stats.survival import log_rank, log_rank_estimable

Labels = NDArray[np.object_]
NOT_ESTIMABLE = float("nan"), float("nan")


def planned_factors(protocol: Protocol) -> tuple[str, ...]:
    """Characteristics that an endpoint has as covariates, or as strata of its test."""
    named = [
        name
        for endpoint in protocol.endpoints
        if endpoint.analysis.planned == "stratified"
        for name in analysis_strata(protocol, endpoint)
    ]
    named += [
        name
        for endpoint in protocol.endpoints
        if endpoint.type == "continuous"
        for name in endpoint.analysis.covariates
        if name != "baseline"
    ]
    return tuple(dict.fromkeys(named))


def stratum_labels(
    protocol: Protocol, endpoint: Endpoint, factors: Mapping[str, Labels]
) -> Labels:
    """Stratum of each participant, as ``analyze.strata`` names it.

    Args:
        protocol: of the trial.
        endpoint: with a stratified planned test.
        factors: values of each characteristic, n.
    """
    columns = [factors[name] for name in analysis_strata(protocol, endpoint)]
    rows = zip(*columns, strict=True)
    return np.array(["; ".join(map(str, row)) for row in rows], dtype=object)


def stratified_difference(
    outcome: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    stratum: Labels,
    margin: Margin | None = None,
) -> tuple[float, float]:
    """Common risk difference and P of the Cochran-Mantel-Haenszel test; NaN without.

    Args:
        outcome: n, of the participants of both arms with an outcome.
        treated: n, whether in the arm of interest.
        stratum: n.
        margin: of non-inferiority: P is then twice that of the stratified score test.
    """
    counts = counts_by_stratum(outcome, treated, stratum)
    parts = zip(counts.events1, counts.n1, counts.events2, counts.n2, strict=True)
    tables: Any = [[[x1, n1 - x1], [x2, n2 - x2]] for x1, n1, x2, n2 in parts]
    try:
        found = stratified_risk_difference(*counts, method="mantel-haenszel")
        if margin is not None:
            test = stratified_risk_difference(
                *counts, null=margin.null, alternative=margin.alternative
            )
            return found.estimate, min(1.0, 2 * (test.p or 0.0))
    except AnalysisError:
        return NOT_ESTIMABLE
    try:
        return found.estimate, cmh(tables).general.p
    except AnalysisError:
        return found.estimate, float("nan")


def stratified_log_rank_p(
    time: Floats,
    event: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    stratum: Labels,
) -> float:
    """P of the stratified log-rank test; NaN where the analysis makes no comparison."""
    if not_comparable(time, event, treated, ("", "")) is not None:
        return float("nan")
    if not log_rank_estimable(time, event, treated, stratum):
        return float("nan")
    return log_rank(time, event, treated, stratum).p
