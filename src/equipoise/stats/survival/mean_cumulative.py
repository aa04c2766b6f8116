"""Mean number of recurrent events over time, and its comparison among groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from equipoise.errors.counted import counted
from equipoise.stats.input_checks import (
    checked_count,
    checked_lengths,
    checked_level,
    checked_number,
    impossible,
)
from equipoise.stats.result import Result
from equipoise.stats.survival.columns import as_frame, column, labels
from equipoise.stats.survival.recurrent_events import recurrent_rows

Numbers = NDArray[np.float64]
Codes = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, repr=False)
class MeanCumulativeDifference(Result):
    """Difference of mean numbers of events up to a time.

    Attributes:
        estimate: treated minus the others.
        std_error: robust.
        lower: of the interval.
        upper: of the interval.
        p: two-sided, of this difference.
        statistic: chi-square of the test that the whole curves are equal.
        p_curves: of that test, with 1 degree of freedom.
        means: ``group, participants, events, mean, std_error``, treated first.
    """

    estimate: float
    std_error: float
    lower: float
    upper: float
    p: float
    statistic: float
    p_curves: float
    means: pd.DataFrame = field(compare=False)


def mean_cumulative_function(
    start: ArrayLike | str,
    stop: ArrayLike | str,
    event: ArrayLike | str,
    participant: ArrayLike | str,
    group: ArrayLike | str | None = None,
    *,
    level: float = 0.95,
    data: Any = None,
) -> pd.DataFrame:
    """Mean number of events by each time, with a robust standard error.

    Args:
        start: N, start of each interval at risk.
        stop: N, its end, after ``start``.
        event: N, True for an event at ``stop``.
        participant: N, whose interval it is.
        group: N, the same in all intervals of a participant; without it all are one.
        level: coverage of the intervals, which are symmetric on the logarithm.
        data: frame in which the other arguments name columns.

    Returns:
        ``group, time, at_risk, events, mean, std_error, lower, upper``, a row for each
        time with an event of the group. The standard error allows any dependence among
        the events of a participant.

    Raises:
        AnalysisError: EQ460, EQ461, EQ462: an option, times or lengths that are
            impossible, or a participant in two groups; EQ466, intervals overlap.

    Example:
        >>> start, stop = [0, 5, 0, 0, 4, 9, 0, 0, 3], [5, 12, 12, 4, 9, 12, 12, 3, 12]
        >>> event, person = [1, 0, 0, 1, 1, 0, 0, 1, 0], [1, 1, 2, 3, 3, 3, 4, 5, 5]
        >>> mcf = mean_cumulative_function(start, stop, event, person)
        >>> mcf[["time", "at_risk", "events", "mean", "std_error"]].round(4)
           time  at_risk  events  mean  std_error
        0   3.0        5       1   0.2     0.1789
        1   4.0        5       1   0.4     0.2191
        2   5.0        5       1   0.6     0.2191
        3   9.0        5       1   0.8     0.3347

    Source: Nelson 1995, Technometrics 37:147-157; Lawless and Nadeau 1995, Technometrics
    37:158-168 (the variance); R survfit(Surv(start, stop, event) ~ 1, id =), ``cumhaz``
    and ``std.chaz``; SAS PROC RELIABILITY, MCFPLOT with VARMETHOD2.
    """
    checked_level(level)
    frame = as_frame(data)
    rows = recurrent_rows(start, stop, event, participant, frame)
    checked_count("number of intervals", len(rows[0]), 1)
    codes, names = np.zeros(len(rows[0]), dtype=np.intp), ("all",)
    if group is not None:
        codes, names = _groups(column(frame, group, "group"), rows[3])
    z = float(special.ndtri((1 + level) / 2))
    tables = []
    for k, name in enumerate(names):
        inside = codes == k
        moments, n, d, mean, influence = _curve(*(each[inside] for each in rows))
        error = np.sqrt((influence**2).sum(axis=0))
        spread = np.exp(z * error / mean)
        tables.append(
            pd.DataFrame(
                {
                    "group": name,
                    "time": moments,
                    "at_risk": n.astype(int),
                    "events": d.astype(int),
                    "mean": mean,
                    "std_error": error,
                    "lower": mean / spread,
                    "upper": mean * spread,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def mean_cumulative_difference(
    start: ArrayLike | str,
    stop: ArrayLike | str,
    event: ArrayLike | str,
    participant: ArrayLike | str,
    treated: ArrayLike | str,
    at: float,
    *,
    level: float = 0.95,
    data: Any = None,
) -> MeanCumulativeDifference:
    """Difference of mean numbers of events by a time, and a test of the curves up to it.

    Args:
        start: as in ``mean_cumulative_function``.
        stop: as in ``mean_cumulative_function``.
        event: as in ``mean_cumulative_function``.
        participant: as in ``mean_cumulative_function``.
        treated: N, True for the group of interest.
        at: up to which time events count; participants of both groups must be at risk
            then.
        level: coverage of the interval, by large samples.
        data: frame in which the other arguments name columns.

    Raises:
        AnalysisError: EQ460, EQ461, EQ462, EQ466, as ``mean_cumulative_function``;
            EQ462 also where a group was not observed up to ``at`` or had no event, or
            where their numbers do not vary within the groups.

    Example:
        >>> start, stop = [0, 5, 0, 0, 4, 9, 0, 0, 3], [5, 12, 12, 4, 9, 12, 12, 3, 12]
        >>> event, person = [1, 0, 0, 1, 1, 0, 0, 1, 0], [1, 1, 2, 3, 3, 3, 4, 5, 5]
        >>> arm = [1, 1, 1, 0, 0, 0, 1, 0, 0]
        >>> found = mean_cumulative_difference(start, stop, event, person, arm, at=12)
        >>> round(found.estimate, 4), round(found.std_error, 4)
        (-1.1667, 0.4462)

    Source: Lawless and Nadeau 1995, Technometrics 37:158-168; Cook, Lawless and Nadeau
    1996, Biometrics 52:557-571 (the test, with the weight n1 n2 / n); R
    reda::mcfDiff.test; SAS PROC RELIABILITY, MCFPLOT with MCFDIFF.
    """
    checked_level(level)
    checked_number("at", at, 0)
    frame = as_frame(data)
    rows = recurrent_rows(start, stop, event, participant, frame)
    codes, names = _groups(column(frame, treated, "treated"), rows[3])
    if len(names) != 2 or not set(names) <= {0, 1}:
        raise impossible(
            f"treated has the values {', '.join(map(repr, names))}, not True and False",
            "treated",
            "give True for the group of interest, such as group == 'drug'",
        )
    table, errors = [], []
    for k in (1, 0):
        start_, stop_, event_, person = (each[codes == k] for each in rows)
        if not ((start_ < at) & (stop_ >= at)).any():
            raise impossible(
                f"no {'treated' if k else 'other'} participant is at risk at {at:g}",
                "at",
                "choose a time up to which both groups were observed",
            )
        counted = event_ & (stop_ <= at)
        if not counted.any():
            raise impossible(
                f"the {'treated' if k else 'other'} group has no event by {at:g}", "at"
            )
        _, _, d, mean, influence = _curve(start_, stop_, counted, person)
        errors.append(float(np.sqrt((influence[:, -1] ** 2).sum())))
        n = len(np.unique(person))
        table.append([bool(k), n, int(d.sum()), float(mean[-1]), errors[-1]])
    estimate, error = table[0][3] - table[1][3], float(np.hypot(errors[0], errors[1]))
    half = float(special.ndtri((1 + level) / 2)) * error
    statistic = _curves_differ(*rows, codes, at) if error > 0 else None
    if statistic is None:
        raise impossible(
            f"the number of events by {at:g} does not vary within the groups",
            "event",
            "report the means without a test",
        )
    return MeanCumulativeDifference(
        estimate,
        error,
        estimate - half,
        estimate + half,
        float(2 * special.ndtr(-abs(estimate) / error)),
        statistic,
        float(special.chdtrc(1, statistic)),
        pd.DataFrame(
            table, columns=["group", "participants", "events", "mean", "std_error"]
        ),
    )


def _groups(group: Any, person: Codes) -> tuple[Codes, tuple[Any, ...]]:
    """The group of each row, the same in all rows of a participant."""
    checked_lengths(participant=person, group=group)
    codes, names = labels(group, "group")
    mixed = pd.Series(codes).groupby(person).nunique() > 1
    if mixed.any():
        raise impossible(
            f"{counted(int(mixed.sum()), 'participant', 'is')} in two groups", "group",
            "give each participant one group",
        )  # fmt: skip
    return codes, names


def _curve(
    start: Numbers, stop: Numbers, event: Flags, person: Codes
) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
    """Times, at risk, events, mean; and its influence functions, participants x times."""
    moments, d = np.unique(stop[event], return_counts=True)
    at_risk = (start[:, None] < moments) & (stop[:, None] >= moments)
    n = at_risk.sum(axis=0).astype(float)
    own = (event[:, None] & (stop[:, None] == moments)) - at_risk * (d / n)
    people = np.unique(person, return_inverse=True)[1]
    influence = np.zeros((int(people.max(initial=-1)) + 1, len(moments)))
    np.add.at(influence, people, own / n)
    return moments, n, d.astype(float), np.cumsum(d / n), np.cumsum(influence, axis=1)


def _curves_differ(
    start: Numbers, stop: Numbers, event: Flags, person: Codes, group: Codes, at: float
) -> float | None:
    """Chi-square of the weighted difference of the increments; None without variance."""
    event = event & (stop <= at)
    moments = np.unique(stop[event])
    at_risk = (start[:, None] < moments) & (stop[:, None] >= moments)
    now = event[:, None] & (stop[:, None] == moments)
    n = np.array([at_risk[group == k].sum(axis=0) for k in (0, 1)], dtype=float)
    d = np.array([now[group == k].sum(axis=0) for k in (0, 1)], dtype=float)
    rate = d / np.maximum(n, 1)
    weight = n[0] * n[1] / np.maximum(n.sum(axis=0), 1)
    score = float((weight * (rate[1] - rate[0])).sum())
    own = (now - at_risk * rate[group]) * (weight / np.maximum(n, 1))[group]
    each = np.bincount(person, own.sum(axis=1))
    variance = float((each**2).sum())
    return score**2 / variance if variance > 0 else None
