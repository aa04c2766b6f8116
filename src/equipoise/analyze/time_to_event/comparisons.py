"""Comparisons of two arms in time to an event, as estimates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.result import Estimate
from equipoise.analyze.time_to_event.event_labels import EventLabels, event_labels
from equipoise.analyze.time_to_event.stratified import stratified_comparisons
from equipoise.numerics.distributions import t_quantile
from equipoise.numerics.rng import stream
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.survival import (
    Comparison,
    common_horizon,
    hazard_ratio,
    log_rank,
    log_rank_estimable,
    rmst,
    rmst_difference,
    rmst_permutation_test,
    time_ratio,
)

FEWEST = 5  # at risk in each arm: below, tests do not keep their level (calibrated)
LARGE = 50  # in each arm, from which the restricted means are compared by the normal
SEED = 1  # of the random assignments, in a stream named after the endpoint


def comparisons(
    protocol: Protocol,
    endpoint: Endpoint,
    table: pd.DataFrame,
    stratum: pd.Series[Any] | None = None,
) -> list[Estimate]:
    """The log-rank test, restricted means by arm and their difference, two ratios.

    None of the comparisons is made, and the note gives the reason, where an arm has
    fewer than 5 participants at risk, or no event: from such data none of them keeps its
    level (docs/methods/endpoints.md). For the restricted means the event must come
    before the horizon.

    Args:
        protocol: of the trial.
        endpoint: time to an event.
        table: ``arm, time, since, event`` of each participant at risk; ``since`` is the
            last time at which the state is known to have been held.
        stratum: of each row of the table, missing where unknown; None without strata.

    Returns:
        ``log-rank`` first, then with strata ``log-rank-stratified``; each with the reason
        where it is not estimable. Which of the two is planned, its note states.
    """
    pair, level = endpoint.estimand.treatment, endpoint.analysis.level
    both = table[table["arm"].isin([pair.arm, pair.versus])]
    treated = (both["arm"] == pair.arm).to_numpy()
    time, event = both["time"].to_numpy(float), both["event"].to_numpy(bool)
    labels = protocol.arm(pair.arm).label, protocol.arm(pair.versus).label
    words = event_labels(protocol, endpoint)
    reason = not_comparable(time, event, treated, labels)
    estimates = [_log_rank(endpoint, both, reason, words)]
    if stratum is not None:
        estimates += stratified_comparisons(
            protocol, endpoint, both, stratum[both.index], reason, words
        )
    if treated.all() or not treated.any():
        names = "rmst-difference", "hazard-ratio", "time-ratio"
        return estimates + [
            _without(endpoint, n, len(both), str(reason)) for n in names
        ]
    estimates += _restricted_means(endpoint, time, event, treated, labels, words)
    since = both["since"].to_numpy(float)
    monotone = "the likelihood has no maximum"
    ratios: tuple[tuple[str, str, str, Callable[[], Comparison | None]], ...] = (
        (
            "hazard-ratio",
            "hazard ratio, proportional hazards, ties by Efron",
            monotone,
            lambda: hazard_ratio(time, event, treated, level),
        ),
        (
            "time-ratio",
            f"ratio of times, Weibull; {words.found}",
            f"{'a loss' if words.event == 'loss' else 'an event'} on day 0 has no "
            "logarithm"
            if (time[event] <= 0).any()
            else monotone,
            lambda: time_ratio(since, time, event, treated, level),
        ),
    )
    for name, text, otherwise, estimated in ratios:
        found = estimated() if reason is None else None
        estimates.append(
            _without(endpoint, name, len(both), reason or otherwise)
            if found is None
            else _compared(endpoint, name, found, len(both), words.with_caution(text))
        )
    return estimates


def not_comparable(
    time: np.ndarray[Any, Any],
    event: np.ndarray[Any, Any],
    treated: np.ndarray[Any, Any],
    labels: tuple[str, str],
    horizon: float | None = None,
) -> str | None:
    """Why two arms cannot be compared; None where they can.

    Args:
        time: of each participant at risk.
        event: whether the state was lost.
        treated: whether in the arm of interest.
        labels: of the arm of interest, and of the other.
        horizon: before which each arm needs an event; None for at any time.
    """
    if horizon is not None:
        event = event & (time < horizon)
    arms = dict(zip(labels, (treated, ~treated), strict=True))
    nobody = [label for label, rows in arms.items() if not rows.any()]
    if nobody:
        return f"no participant at risk in {' or '.join(nobody)}"
    few = [
        f"{label} ({int(rows.sum())})" for label, rows in arms.items()
        if rows.sum() < FEWEST
    ]  # fmt: skip
    if few:
        return f"fewer than {FEWEST} participants at risk in {' and '.join(few)}"
    without = [label for label, rows in arms.items() if not event[rows].any()]
    when = "" if horizon is None else f" before the horizon (day {horizon:g})"
    if len(without) == len(arms):
        return f"no event{when} in either arm"
    if without:
        return f"no event{when} in {without[0]}"
    return None


def _log_rank(
    endpoint: Endpoint, both: pd.DataFrame, reason: str | None, words: EventLabels
) -> Estimate:
    if reason is None and not log_rank_estimable(
        both["time"], both["event"], both["arm"]
    ):
        reason = "at no event were both arms, and another participant, at risk"
    if reason is not None:
        return _without(endpoint, "log-rank", len(both), reason)
    test = log_rank(both["time"], both["event"], both["arm"])
    planned = endpoint.analysis.planned == "unstratified"
    standing = "planned test" if planned else "supporting"
    return Estimate(
        **_shared(endpoint, "log-rank", len(both)),
        statistic=test.statistic,
        df=float(test.df),
        p=test.p,
        note=words.with_caution(f"{standing}: log-rank, two-sided"),
    )


def _restricted_means(
    endpoint: Endpoint,
    time: np.ndarray[Any, Any],
    event: np.ndarray[Any, Any],
    treated: np.ndarray[Any, Any],
    labels: tuple[str, str],
    words: EventLabels,
) -> list[Estimate]:
    """The restricted mean of each arm, and their difference."""
    pair, fixed = endpoint.estimand.treatment, endpoint.analysis.horizon
    horizon = common_horizon(time, treated) if fixed is None else fixed
    chosen = (
        "the last day at which both arms were observed"
        if fixed is None
        else "fixed by the protocol"
    )
    arms = zip((pair.arm, pair.versus), labels, (treated, ~treated), strict=True)
    estimates, beyond = [], []
    for arm, label, rows in arms:
        last = float(time[rows].max())
        ends = bool(event[rows & (time == last)].any()) and not bool(
            (~event[rows & (time == last)]).any()
        )
        reach = last >= horizon or ends
        if not reach:
            beyond.append(
                f"{label} was observed to day {last:g}, and the horizon is day {horizon:g}"
            )
        estimates.append(
            _restricted_mean(endpoint, arm, time[rows], event[rows], horizon, chosen)
            if reach
            else Estimate(
                **_of_arm(endpoint, arm, int(rows.sum())),
                note=f"not estimable: {beyond[-1]}",
            )
        )
    reason = not_comparable(time, event, treated, labels, horizon)
    if horizon <= 0:
        reason = "an arm was not observed after time zero"
    reason = reason or "; ".join(beyond) or None
    if reason is not None:
        return [*estimates, _without(endpoint, "rmst-difference", len(time), reason)]
    difference = _difference(endpoint, time, event, treated, horizon)
    note = (
        f"supporting: difference of restricted mean times up to day {horizon:g} "
        f"({chosen}); {difference.note}"
    )
    return [*estimates, replace(difference, note=words.with_caution(note))]


def _restricted_mean(
    endpoint: Endpoint,
    arm: str,
    time: np.ndarray[Any, Any],
    event: np.ndarray[Any, Any],
    horizon: float,
    chosen: str,
) -> Estimate:
    """Of one arm; no interval from fewer than 5 participants or without an event."""
    mean = rmst(time, event, horizon)
    value, error = mean.estimate, mean.std_error
    note = f"restricted mean time up to day {horizon:g} ({chosen})"
    events = int((event & (time < horizon)).sum())
    level = endpoint.analysis.level
    common = _of_arm(endpoint, arm, len(time))
    if len(time) < FEWEST or not events or not error > 0:
        reason = (
            f"fewer than {FEWEST} participants at risk"
            if len(time) < FEWEST
            else f"no event before day {horizon:g}"
        )
        note += f"; interval not estimable: {reason}"
        return Estimate(**common, estimate=value, note=note)
    half = float(t_quantile((1 + level) / 2, np.inf)) * error
    return Estimate(
        **common,
        estimate=value,
        std_error=error,
        lower=max(value - half, 0.0),
        upper=min(value + half, horizon),
        level=level,
        note=note,
    )


def _difference(
    endpoint: Endpoint,
    time: np.ndarray[Any, Any],
    event: np.ndarray[Any, Any],
    treated: np.ndarray[Any, Any],
    horizon: float,
) -> Estimate:
    """By permutation below 50 in an arm, else by the normal distribution."""
    level, name = endpoint.analysis.level, "rmst-difference"
    if min(treated.sum(), (~treated).sum()) >= LARGE:
        normal = rmst_difference(time, event, treated, horizon, level)
        return _compared(endpoint, name, normal, len(time), "normal interval and test")
    draw = stream(SEED, "restricted-mean-permutation", endpoint.id)
    fixed = endpoint.analysis.horizon
    found = rmst_permutation_test(
        time, event, treated, draw, horizon=fixed, level=level
    )
    kind = "all possible" if found.exact else "the observed one and random ones"
    note = (
        "studentized permutation test and interval, "
        f"{found.assignments:,} assignments ({kind})"
    )
    if found.lower is None:
        note += "; interval not estimable: too many assignments have no variance"
    return Estimate(
        **_shared(endpoint, name, len(time)),
        estimate=found.estimate,
        std_error=found.std_error,
        lower=found.lower,
        upper=found.upper,
        level=None if found.lower is None else level,
        p=found.p,
        note=note,
    )


def _compared(
    endpoint: Endpoint, name: str, found: Comparison, n: int, text: str
) -> Estimate:
    return Estimate(
        **_shared(endpoint, name, n),
        estimate=found.estimate,
        std_error=found.std_error,
        lower=found.lower,
        upper=found.upper,
        level=endpoint.analysis.level,
        p=found.p,
        converged=True,
        note=f"supporting: {text}",
    )


def _without(endpoint: Endpoint, name: str, n: int, reason: str) -> Estimate:
    """No number, and the reason."""
    missing = "not tested" if name == "log-rank" else "not estimable"
    return Estimate(**_shared(endpoint, name, n), note=f"{missing}: {reason}")


def _shared(endpoint: Endpoint, name: str, n: int) -> dict[str, Any]:
    pair = endpoint.estimand.treatment
    return {
        "id": f"{endpoint.id}.{name}",
        "endpoint": endpoint.id,
        "analysis": name,
        "population": endpoint.estimand.population,
        "contrast": f"{pair.arm} - {pair.versus}",
        "n": n,
    }


def _of_arm(endpoint: Endpoint, arm: str, n: int) -> dict[str, Any]:
    return {
        "id": f"{endpoint.id}.rmst.{arm}",
        "endpoint": endpoint.id,
        "analysis": "rmst",
        "population": endpoint.estimand.population,
        "contrast": arm,
        "n": n,
    }
