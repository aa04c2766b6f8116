"""Values, changes and extremes of a vital sign by arm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.result import Estimate
from equipoise.analyze.values_by import NOBODY, values_by
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.means import mean_difference, mean_with_interval

EVERY = "all-infusions"


def values(
    protocol: Protocol, endpoint: Endpoint, name: str, table: pd.DataFrame
) -> list[Estimate]:
    """Mean and standard deviation by minute and arm, averaged over infusions.

    Args:
        protocol: of the trial.
        endpoint: of vital signs.
        name: CDISC test code.
        table: its rows of ``measured``.
    """
    each = _over_infusions(table, "value")
    means = values_by(each, ["minute", "arm"])
    made = []
    for minute in sorted(each["minute"].unique()):
        for group in protocol.arms:
            own = means.get((minute, group.id), NOBODY)
            at = {
                "visit": EVERY,
                "contrast": group.id,
                "statistic": float(minute),
                "note": f"{name}, minute {minute:g}",
            }
            where = f"{name}.{EVERY}.min-{minute:g}.{group.id}"
            mean = vars(mean_with_interval(own, endpoint.analysis.level))
            made.append(_estimate(endpoint, f"value.{where}", "vital-value", mean, at))
            spread = float(own.std(ddof=1)) if len(own) > 1 else None
            sd = {"estimate": spread, "n": len(own)}
            made.append(_estimate(endpoint, f"sd.{where}", "vital-sd", sd, at))
    return made


def changes(
    protocol: Protocol, endpoint: Endpoint, name: str, table: pd.DataFrame
) -> list[Estimate]:
    """Mean change from the last value before the infusion, and the difference of arms.

    By minute over all infusions (visit ``all-infusions``), and by infusion. The
    difference is that of all infusions, with Welch's interval.
    """
    later = table[table["minute"] > 0].dropna(subset="change")
    each = _over_infusions(later, "change").assign(visit=EVERY)
    order = [v.id for v in protocol.schedule.visits if v.infusion]
    both = pd.concat([each, later[["participant", "arm", "minute", "change", "visit"]]])
    groups = values_by(both, ["visit", "minute", "arm"], "change")
    level, pair = endpoint.analysis.level, endpoint.estimand.treatment
    estimates = []
    for visit in (EVERY, *order):
        for minute in sorted(later["minute"].unique()):
            at = {
                "visit": visit,
                "statistic": float(minute),
                "note": f"{name}, minute {minute:g}",
            }
            where = f"{name}.{visit}.min-{minute:g}"
            for group in protocol.arms:
                own = groups.get((visit, minute, group.id))
                if own is not None:
                    estimates.append(
                        _estimate(
                            endpoint,
                            f"change.{where}.{group.id}",
                            "vital-change",
                            vars(mean_with_interval(own, level)),
                            {**at, "contrast": group.id},
                        )
                    )
            if visit == EVERY:
                sample = [
                    groups.get((visit, minute, arm), NOBODY)
                    for arm in (pair.arm, pair.versus)
                ]
                estimates.append(
                    _estimate(
                        endpoint,
                        f"change-difference.{where}",
                        "vital-change-difference",
                        vars(mean_difference(sample[0], sample[1], level)),
                        {**at, "contrast": f"{pair.arm} - {pair.versus}"},
                    )
                )
    return estimates


def periods(length: float | None) -> dict[str, tuple[float, float]]:
    """Periods of an infusion visit: from (exclusive) and to (inclusive), in minutes."""
    if length is None:
        return {"after-start": (0.0, np.inf)}
    return {"during": (0.0, length), "after": (length, np.inf)}


def extremes(
    protocol: Protocol,
    endpoint: Endpoint,
    name: str,
    table: pd.DataFrame,
    length: float | None,
) -> list[Estimate]:
    """Maximum and minimum of each participant during and after infusions.

    Returns:
        ``maximum`` and ``minimum``: mean over participants of their most extreme value of
        all infusions, and its difference between arms (Welch); ``highest`` and
        ``lowest``: the most extreme value of any participant.
        ``n`` counts participants with a value.
    """
    estimates = []
    for period, (start, end) in periods(length).items():
        chosen = (table["minute"] > start) & (table["minute"] <= end)
        rows = table.loc[chosen, ["arm", "participant", "value"]]
        by = rows.groupby(["arm", "participant"])["value"]
        for kind, extreme, each in (
            ("maximum", "highest", by.max()),
            ("minimum", "lowest", by.min()),
        ):
            estimates += _extreme(
                protocol, endpoint, f"{name}.{period}", kind, extreme, each
            )
    return estimates


def _extreme(
    protocol: Protocol,
    endpoint: Endpoint,
    where: str,
    kind: str,
    extreme: str,
    each: pd.Series[Any],
) -> list[Estimate]:
    level, pair = endpoint.analysis.level, endpoint.estimand.treatment
    name, _, period = where.partition(".")
    sample: dict[str, np.ndarray] = {}
    estimates = []
    arms, values = each.index.get_level_values("arm"), each.to_numpy(float)
    for group in protocol.arms:
        own = values[arms == group.id]
        sample[group.id] = own
        about = {"contrast": group.id, "note": f"{name}, {kind} {period} infusions"}
        mean = vars(mean_with_interval(own, level))
        estimates.append(
            _estimate(
                endpoint,
                f"{kind}.{where}.{group.id}",
                "vital-extreme-mean",
                mean,
                about,
            )
        )
        top = (own.max() if kind == "maximum" else own.min()) if len(own) else None
        most = {"estimate": None if top is None else float(top), "n": len(own)}
        about = {**about, "note": f"{name}, {extreme} value {period} infusions"}
        estimates.append(
            _estimate(
                endpoint, f"{extreme}.{where}.{group.id}", "vital-extreme", most, about
            )
        )
    both = vars(mean_difference(sample[pair.arm], sample[pair.versus], level))
    about = {
        "contrast": f"{pair.arm} - {pair.versus}",
        "note": f"{name}, {kind} {period} infusions",
    }
    estimates.append(
        _estimate(
            endpoint,
            f"{kind}.{where}.difference",
            "vital-extreme-difference",
            both,
            about,
        )
    )
    return estimates


def _over_infusions(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Mean of each participant's infusions by minute."""
    by = table.groupby(["participant", "arm", "minute"])[column]
    return by.mean().reset_index()


def _estimate(
    endpoint: Endpoint, name: str, analysis: str, numbers: Any, about: dict[str, Any]
) -> Estimate:
    return Estimate(
        id=f"{endpoint.id}.{name}",
        endpoint=endpoint.id,
        analysis=analysis,
        population=endpoint.estimand.population,
        **numbers,
        **about,
    )
