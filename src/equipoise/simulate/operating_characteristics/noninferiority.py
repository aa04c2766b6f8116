"""Non-inferiority in many simulated trials: power, and type I error at the margin."""

from __future__ import annotations

import numpy as np
from scipy import stats

from equipoise.analyze.noninferiority import Margin
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.simulate.random_draws import Floats
from equipoise.stats.proportions import risk_difference_test


def doubled_p(
    estimate: Floats, std_error: Floats, df: Floats, margin: Margin
) -> Floats:
    """Twice the one-sided P values of non-inferiority, at most 1; NaN for no estimate.

    Doubled, they are compared with the same two-sided error as other P values.

    Args:
        estimate: differences of mixed models, any shape.
        std_error: of them.
        df: of them.
        margin: of the endpoint.
    """
    t = (estimate - margin.null) / std_error
    tail = stats.t.cdf(t if margin.alternative == "less" else -t, df)
    return np.minimum(1.0, 2 * tail)


def doubled_score_p(counts: tuple[int, int, int, int], margin: Margin) -> float:
    """The same for a difference of proportions, by the score at the margin."""
    test = risk_difference_test(
        *counts, null=margin.null, alternative=margin.alternative
    )
    return min(1.0, 2 * test.p)


def two_sided_error(endpoint: Endpoint) -> float:
    """Error with which a P value of a trial is compared: 0.05, or that of the margin."""
    return 0.05 if endpoint.analysis.margin is None else 1 - endpoint.analysis.level


def margin_error(
    protocol: Protocol,
    endpoint: Endpoint,
    lower: Floats,
    upper: Floats,
    true_difference: float,
) -> dict[str, float]:
    """Type I error at the margin, where the true difference of the trials is known.

    If every score of the arm were worse by the same number of points, so that the true
    difference was the margin, every estimate would move by it and no standard error
    would change. Such trials reject where the interval of a simulated trial excludes its
    true difference on the side of benefit.

    Args:
        protocol: of the trial.
        endpoint: continuous.
        lower: limits of the trials with an estimate.
        upper: likewise.
        true_difference: of the scenario.

    Returns:
        ``margin_error`` and its Monte Carlo error; empty without a margin.
    """
    margin = Margin.of(protocol, endpoint)
    if margin is None or not len(lower):
        return {}
    beyond = upper < true_difference if margin.null > 0 else lower > true_difference
    error = float(beyond.mean())
    return {
        "margin_error": error,
        "margin_error_error": float(np.sqrt(error * (1 - error) / len(lower))),
    }
