"""Observed minus expected events under several weights, with their covariance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.input_checks import checked_number, checked_option, impossible
from equipoise.stats.options import LOG_RANK_WEIGHTS, LogRankWeights

Numbers = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Weight:
    """Weights of the events, from what is known just before each.

    Attributes:
        text: name, with parameters.
        function: of the participants at risk and the events (each of M times).
    """

    text: str
    function: Callable[[Numbers, Numbers], Numbers]


@dataclass(frozen=True, slots=True)
class RankScores:
    """Sums over all strata.

    Attributes:
        events: K, of each group, without weights.
        observed: W x K, weighted.
        expected: W x K.
        covariance: W x W x K x K, of observed minus expected under two weights.
    """

    events: NDArray[np.intp]
    observed: Numbers
    expected: Numbers
    covariance: Numbers


def before(n: Numbers, d: Numbers) -> Numbers:
    """Survival just before each time, from participants at risk and events."""
    return np.concatenate([[1.0], np.cumprod(1 - d / n)[:-1]])


def weights_of(
    name: LogRankWeights, rho: float = 0.0, gamma: float = 0.0, s_star: float = 0.5
) -> Weight:
    """Weights by their name, or that of SAS, such as WILCOXON, in any case.

    Raises:
        AnalysisError: EQ460, an unknown name; EQ462, a negative ``rho`` or ``gamma``, or
            one of them with other weights than ``fleming-harrington``, or an ``s_star``
            that is not a proportion.

    Source: SAS PROC LIFETEST, "Nonparametric tests", TEST=LOGRANK, WILCOXON, TARONE,
    PETO, MODPETO, FLEMING(rho, gamma).
    """
    named = {option.sas: key for key, option in LOG_RANK_WEIGHTS.items() if option.sas}
    name = named.get(str(name).upper(), name)
    checked_option("weights", name, LOG_RANK_WEIGHTS)
    checked_number("rho", rho, 0)
    checked_number("gamma", gamma, 0)
    checked_number("s_star", s_star, 1e-6, 1)
    if name == "fleming-harrington":
        return fleming_harrington(rho, gamma)
    if rho or gamma:
        raise impossible(
            f"rho and gamma have no meaning with weights = {name!r}",
            "rho and gamma",
            "choose weights='fleming-harrington'",
        )
    if name == "modest":
        return modest(s_star)
    return Weight(name, FUNCTIONS[name])


def modest(s_star: float) -> Weight:
    """1 / max(S, s*), S just before the event: early events count least.

    Source: Magirr and Burman 2019, Stat Med 38:3782-3790; R nphRCT::wlrt(method = "mw").
    """

    def weight(n: Numbers, d: Numbers) -> Numbers:
        S = before(n, d)
        return np.asarray(1 / np.maximum(S, s_star))

    return Weight(f"modest({s_star:g})", weight)


def fleming_harrington(rho: float, gamma: float) -> Weight:
    """S to the power ``rho`` times 1 - S to the power ``gamma``, just before the event.

    Source: Fleming and Harrington 1991, Counting Processes and Survival Analysis, 7.2.
    """

    def weight(n: Numbers, d: Numbers) -> Numbers:
        S = before(n, d)
        return np.asarray(S**rho * (1 - S) ** gamma)

    return Weight(f"fleming-harrington({rho:g}, {gamma:g})", weight)


def _peto(n: Numbers, d: Numbers) -> Numbers:
    return np.asarray(np.cumprod(1 - d / (n + 1)))


FUNCTIONS: dict[str, Callable[[Numbers, Numbers], Numbers]] = {
    "log-rank": lambda n, d: np.ones(len(n)),
    "gehan": lambda n, d: n,
    "tarone-ware": lambda n, d: np.asarray(np.sqrt(n)),
    "peto": _peto,
    "modified-peto": lambda n, d: np.asarray(_peto(n, d) * n / (n + 1)),
}


def rank_scores(
    time: Numbers,
    event: NDArray[np.bool_],
    group: Codes,
    groups: int,
    strata: Codes,
    weights: Sequence[Weight],
) -> RankScores:
    """Observed and expected events of each group, added up over the strata.

    Args:
        time: N.
        event: N.
        group: N, 0 to ``groups`` - 1.
        groups: K.
        strata: N.
        weights: W.

    Source: Fleming and Harrington 1991, 7.2 (the hypergeometric covariance; between two
    weights their product replaces the square).
    """
    W = len(weights)
    sums = RankScores(
        np.bincount(group[event], minlength=groups).astype(np.intp),
        np.zeros((W, groups)),
        np.zeros((W, groups)),
        np.zeros((W, W, groups, groups)),
    )
    order = np.argsort(strata, kind="stable")
    cuts = np.flatnonzero(np.diff(strata[order])) + 1
    for rows in np.split(order, cuts) if len(order) else []:
        if event[rows].any():
            _add(sums, time[rows], event[rows], group[rows], groups, weights)
    return sums


def _add(
    sums: RankScores,
    time: Numbers,
    event: NDArray[np.bool_],
    group: Codes,
    groups: int,
    weights: Sequence[Weight],
) -> None:
    """Adds one stratum to the sums."""
    moments, which = np.unique(time[event], return_inverse=True)
    last = np.searchsorted(moments, time, side="right")  # event times survived or met
    at_risk = np.zeros((len(moments) + 1, groups))
    np.add.at(at_risk, (last, group), 1.0)
    at_risk = at_risk[::-1].cumsum(axis=0)[::-1][1:]
    now = np.zeros((len(moments), groups))
    np.add.at(now, (which, group[event]), 1.0)
    n, d = at_risk.sum(axis=1), now.sum(axis=1)
    proportion = at_risk / n[:, None]
    spread = np.where(n > 1, d * (n - d) / np.maximum(n - 1, 1), 0.0)
    w = np.array([weight.function(n, d) for weight in weights])
    sums.observed[...] += w @ now
    sums.expected[...] += (w * d) @ proportion
    for k, m in np.ndindex(len(w), len(w)):
        scaled = (w[k] * w[m] * spread)[:, None] * proportion
        sums.covariance[k, m] += np.diag(scaled.sum(axis=0)) - scaled.T @ proportion
