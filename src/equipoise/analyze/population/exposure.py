"""Exposure by infusion: who received it, how much, and whether it was interrupted."""

from __future__ import annotations

from equipoise.analyze.result import Estimate
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol


def by_infusion(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """For each infusion and arm: participants, mean and SD of the dose, interruptions.

    Returns:
        ``given``, ``dose-mean``, ``dose-sd`` (mg; ``n`` counts recorded doses) and
        ``interrupted``; without a number where the data do not record it. Empty if they
        hold no infusion.

    Source: ICH E3 12.1.
    """
    planned = sorted(v.infusion for v in protocol.schedule.visits if v.infusion)
    rows = data.exposures
    if rows.empty:
        return []
    arm = rows["participant"].map(data.arm)
    made = []
    for number in planned:
        for group in protocol.arms:
            chosen = ((rows["infusion"] == number) & (arm == group.id)).fillna(False)
            mine = rows[chosen.astype(bool)]
            doses = mine["dose_mg"].dropna().astype(float)
            broken = mine["interrupted"]
            known = broken.notna().any()
            values = {
                "given": (float(len(mine)), int((data.arm == group.id).sum())),
                "dose-mean": (doses.mean() if len(doses) else None, len(doses)),
                "dose-sd": (doses.std() if len(doses) > 1 else None, len(doses)),
                "interrupted": (
                    float(broken.fillna(False).sum()) if known else None,
                    len(mine),
                ),
            }
            made += [
                Estimate(
                    id=f"infusions.{kind}.{number}.{group.id}",
                    endpoint="infusions",
                    analysis=kind,
                    population="randomized",
                    contrast=group.id,
                    estimate=None if value is None else float(value),
                    statistic=float(number),
                    n=n,
                    note=f"infusion {number}",
                )
                for kind, (value, n) in values.items()
            ]
    return made
