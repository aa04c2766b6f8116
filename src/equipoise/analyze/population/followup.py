"""How long participants were followed."""

from __future__ import annotations

import numpy as np

from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.person_time import time_at_risk
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol

QUARTILES = {"median": 0.5, "lower-quartile": 0.25, "upper-quartile": 0.75}


def follow_up(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Days from day 0 to the last day observed, and who was rated at each visit.

    Returns:
        ``median``, ``lower-quartile``, ``upper-quartile``, ``total`` (person-weeks) by
        arm; who has no day since day 0 does not count, ``n`` says who does.

    Source: CONSORT 2025, item 23; quantiles as R type 7.
    """
    days = time_at_risk(protocol, data)
    made = []
    for group in protocol.arms:
        mine = days[days.index.isin(data.arm.index[data.arm == group.id])]
        values = {
            name: float(np.quantile(mine, share)) if len(mine) else None
            for name, share in QUARTILES.items()
        }
        values["total"] = float(mine.sum() / 7)
        for name, value in values.items():
            made.append(
                Estimate(
                    id=f"follow-up.{name}.{group.id}",
                    endpoint="follow-up",
                    analysis=name,
                    population="randomized",
                    contrast=group.id,
                    estimate=value,
                    n=len(mine),
                    note="person-weeks" if name == "total" else "days since day 0",
                )
            )
    return made
