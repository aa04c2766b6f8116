"""The log-rank test and its weighted forms, for two groups or more, in strata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from equipoise.stats.input_checks import (
    checked_lengths,
    checked_numbers,
    checked_option,
    checked_survival,
    impossible,
)
from equipoise.stats.options import LogRankWeights
from equipoise.stats.result import Result
from equipoise.stats.survival.columns import as_frame, column, labels, strata_codes
from equipoise.stats.survival.rank_scores import (
    RankScores,
    Weight,
    rank_scores,
    weights_of,
)
from equipoise.stats.survival.ties import with_ties

SINGULAR = 1e-10  # relative size of an eigenvalue that is 0


@dataclass(frozen=True, slots=True, repr=False)
class LogRank(Result):
    """A log-rank test.

    Attributes:
        statistic: chi-square.
        df: degrees of freedom: groups minus 1, or 1 for a trend.
        p: two-sided.
        z: of two groups, or of a trend: the signed root of ``statistic``; negative
            where the second group (or the groups with higher scores) had fewer events
            than expected. None for more groups.
        weights: of the events.
        groups: ``group, n, events, observed, expected, variance``, a row for each group.
            ``observed`` and ``expected`` are weighted, as R survdiff and SAS print them;
            ``variance`` is that of their difference.
    """

    statistic: float
    df: int
    p: float
    z: float | None = None
    weights: str = "log-rank"
    groups: pd.DataFrame = field(default_factory=pd.DataFrame, compare=False)


def log_rank(
    time: ArrayLike | str,
    event: ArrayLike | str,
    group: ArrayLike | str,
    strata: Any = None,
    *,
    weights: LogRankWeights = "log-rank",
    rho: float = 0.0,
    gamma: float = 0.0,
    s_star: float = 0.5,
    reference: Any = None,
    data: Any = None,
) -> LogRank:
    """Log-rank test of two or more groups, two-sided; stratified, weighted.

    Args:
        time: N, not negative. Times that differ by rounding only are tied
            (``ties.with_ties``), as in R.
        event: N, True (or 1) for an event.
        group: N, two values or more.
        strata: N, or a frame (or list of names) whose combinations are the strata. The
            groups are compared within each stratum; observed minus expected events, and
            their variances, are added up. Weights are those of each stratum.
        weights: of the events, by the names of ``options.LOG_RANK_WEIGHTS``:
            ``log-rank`` (1); ``gehan`` (participants at risk; SAS WILCOXON);
            ``tarone-ware`` (their root); ``peto`` and ``modified-peto`` (Peto and Peto's
            estimate of survival; SAS PETO and MODPETO); ``fleming-harrington`` (S to the
            power ``rho`` times 1 - S to the power ``gamma``, S just before the event);
            ``modest`` (1 / max(S, ``s_star``), for effects that come late).
        rho: of ``fleming-harrington``; ``rho=1, gamma=0`` is R survdiff with rho = 1.
        gamma: of ``fleming-harrington``.
        s_star: of ``modest``.
        reference: the group of two to which the other is compared in the sign of ``z``.
            Without it the first: a categorical has its own order, False comes before
            True, text is in natural order.
        data: frame in which the other arguments name columns.

    Raises:
        AnalysisError: EQ460, unknown weights, a column that is not in ``data``; EQ461,
            times or events are impossible; EQ462, the arguments differ in length, a
            group or stratum is missing, there is only one group, or no event compares a
            group with another (``log_rank_estimable``).

    Example:
        >>> time, event = [5, 8, 12, 20, 30, 2, 3, 7, 9, 15], [1, 1, 0, 1, 0, 1, 1, 1, 1, 0]
        >>> test = log_rank(time, event, ["a"] * 5 + ["b"] * 5)
        >>> test  # R survdiff: 1.603369
        LogRank(statistic=1.603, df=1, p=0.2054, z=1.266, weights='log-rank')
        groups:
        group n events observed expected variance
            a 5      3        3    4.519    1.438
            b 5      4        4    2.481    1.438

    Source: Mantel 1966, Cancer Chemother Rep 50:163-170; Fleming and Harrington 1991,
    Counting Processes and Survival Analysis, 7.2; R survdiff, with strata() on the right
    side; SAS PROC LIFETEST, STRATA statement with GROUP= and TEST=.
    """
    weight = weights_of(weights, rho, gamma, s_star)
    scores, names, sizes = _scores(time, event, group, strata, weight, data)
    _check_compared(scores, names)
    difference = scores.observed[0] - scores.expected[0]
    V = scores.covariance[0, 0]
    statistic = float(difference[1:] @ np.linalg.solve(V[1:, 1:], difference[1:]))
    df, z = len(names) - 1, None
    if df == 1:
        compared = 1
        if reference is not None:
            checked_option("reference", reference, names)
            compared = 1 - names.index(reference)
        z = float(difference[compared] / np.sqrt(V[compared, compared]))
    return LogRank(
        statistic,
        df,
        float(special.chdtrc(df, statistic)),
        z,
        weight.text,
        _table(scores, names, sizes),
    )


def log_rank_trend(
    time: ArrayLike | str,
    event: ArrayLike | str,
    group: ArrayLike | str,
    strata: Any = None,
    *,
    scores: Sequence[float] | None = None,
    weights: LogRankWeights = "log-rank",
    rho: float = 0.0,
    gamma: float = 0.0,
    data: Any = None,
) -> LogRank:
    """Test of a trend over ordered groups, such as doses, by a log-rank statistic.

    Args:
        time: as in ``log_rank``.
        event: as in ``log_rank``.
        group: N, ordered values: numbers, or an ordered categorical. Text is rejected,
            because its order would decide the result.
        strata: as in ``log_rank``.
        scores: of the groups in their order, such as doses. Without them numbers are
            their own scores, and ordered categories have 1, 2, ...
        weights: as in ``log_rank``, with ``rho`` and ``gamma``.
        rho: of ``fleming-harrington``.
        gamma: of ``fleming-harrington``.
        data: frame in which the other arguments name columns.

    Returns:
        ``z`` is positive where groups with higher scores had more events than expected;
        ``statistic`` is its square, with 1 degree of freedom.

    Raises:
        AnalysisError: as ``log_rank``; EQ462 also for text, or for scores that are all
            equal or whose number is not that of the groups.

    Example:
        >>> time, event = [5, 8, 12, 20, 30, 2, 3, 7, 9, 15], [1, 1, 0, 1, 0, 1, 1, 1, 1, 0]
        >>> test = log_rank_trend(time, event, [0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
        >>> round(test.z, 4), round(test.p, 4)
        (0.0012, 0.999)

    Source: Tarone 1975, Biometrika 62:679-680; Klein and Moeschberger 2003, Survival
    Analysis, 7.4; SAS PROC LIFETEST, STRATA statement with TREND.
    """
    frame = as_frame(data)
    values = column(frame, group, "group")
    weight = weights_of(weights, rho, gamma)
    added, names, sizes = _scores(time, event, values, strata, weight, frame)
    _check_compared(added, names)
    ordered = isinstance(values, pd.Categorical) or isinstance(
        getattr(values, "dtype", None), pd.CategoricalDtype
    )
    numeric = all(isinstance(name, int | float) for name in names)
    if not ordered and not numeric:
        raise impossible(
            f"the order of the groups {', '.join(map(repr, names))} is not stated",
            "group",
            "give numbers, or a categorical whose categories are in order",
        )
    own = names if numeric else tuple(range(1, len(names) + 1))
    c = checked_numbers("scores", own if scores is None else scores)
    checked_lengths(groups=names, scores=c)
    if np.ptp(c) == 0:
        raise impossible("all scores are equal", "scores", "give scores that differ")
    V = added.covariance[0, 0]
    z = float(c @ (added.observed[0] - added.expected[0]) / np.sqrt(c @ V @ c))
    return LogRank(
        z**2,
        1,
        float(special.chdtrc(1, z**2)),
        z,
        f"{weight.text}, trend",
        _table(added, names, sizes),
    )


def log_rank_estimable(
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    strata: Any = None,
) -> bool:
    """Whether events compare each group with another: the log-rank variance is positive.

    It adds up over events at which both groups are at risk and a participant survives.

    Example:
        >>> log_rank_estimable([3, 5], [False, False], ["a", "b"])
        False
    """
    scores, names, _ = _scores(time, event, group, strata, weights_of("log-rank"), None)
    return len(names) > 1 and not _not_compared(scores)


def _scores(
    time: Any,
    event: Any,
    group: Any,
    strata: Any,
    weight: Weight,
    data: Any,
) -> tuple[RankScores, tuple[Any, ...], list[int]]:
    """Observed and expected events of one weight, the groups and their sizes."""
    frame = as_frame(data)
    group = column(frame, group, "group")
    times, events = checked_survival(
        column(frame, time, "time"), column(frame, event, "event"), group=group
    )
    codes, names = labels(group, "group")
    cells = strata_codes(strata, len(times), frame)
    (times,) = with_ties(times)
    scores = rank_scores(times, events, codes, len(names), cells, [weight])
    return scores, names, np.bincount(codes, minlength=len(names)).tolist()


def _not_compared(scores: RankScores) -> bool:
    """Whether the covariance has fewer dimensions than groups minus 1."""
    values = np.linalg.eigvalsh(scores.covariance[0, 0])
    return int((values > SINGULAR * max(values[-1], 0.0)).sum()) < len(values) - 1


def _check_compared(scores: RankScores, names: tuple[Any, ...]) -> None:
    if len(names) < 2:
        raise impossible(
            f"there is only one group, {names[0]!r}" if names else "there is no group",
            "group",
            "compare two groups or more",
        )
    if _not_compared(scores):
        apart = [
            repr(name)
            for name, v in zip(names, np.diag(scores.covariance[0, 0]), strict=True)
            if v <= 0
        ]
        raise impossible(
            "at no event were both groups, and another participant, at risk"
            if len(names) == 2
            else "no event compares every group with another; without comparison: "
            + (", ".join(apart) or "sets of groups"),
            "group",
            "compare groups in which the event was possible",
        )


def _table(scores: RankScores, names: tuple[Any, ...], n: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": pd.Series(names, dtype=object),
            "n": n,
            "events": scores.events,
            "observed": scores.observed[0],
            "expected": scores.expected[0],
            "variance": np.diag(scores.covariance[0, 0]),
        }
    )
