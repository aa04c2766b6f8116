"""Stratified comparisons of two arms in time to an event."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.result import Estimate
from equipoise.analyze.strata import strata_text
from equipoise.analyze.time_to_event.event_labels import EventLabels
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.survival import log_rank, log_rank_estimable


def stratified_comparisons(
    protocol: Protocol,
    endpoint: Endpoint,
    both: pd.DataFrame,
    stratum: pd.Series[Any],
    reason: str | None,
    words: EventLabels,
) -> list[Estimate]:
    """The stratified log-rank test, the planned one where the protocol says so.

    Args:
        protocol: of the trial.
        endpoint: time to an event, with strata.
        both: ``arm, time, event`` of each participant at risk in the two arms.
        stratum: of each, missing where a factor is missing: such participants are
            excluded, and counted in the note.
        reason: why the arms are not compared; None where they are.
        words: of the endpoint.
    """
    known = stratum.notna()
    used, levels = both[known], stratum[known].astype(str)
    planned = endpoint.analysis.planned == "stratified"
    common = _shared(endpoint, "log-rank-stratified", len(used))
    if reason is None and not log_rank_estimable(
        used["time"], used["event"], used["arm"], levels
    ):
        reason = "at no event were both arms, and another participant, at risk"
    if reason is not None:
        return [Estimate(**common, note=f"not tested: {reason}")]
    test = log_rank(used["time"], used["event"], used["arm"], levels)
    standing = "planned test" if planned else "supporting"
    note = (
        f"{standing}: log-rank, {strata_text(protocol, endpoint)} "
        f"({levels.nunique()} strata), two-sided"
    )
    missing = int((~known).sum())
    if missing:
        note += f"; participants excluded because a stratum is missing: {missing}"
    return [
        Estimate(
            **common,
            statistic=test.statistic,
            df=float(test.df),
            p=test.p,
            note=words.with_caution(note),
        )
    ]


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
