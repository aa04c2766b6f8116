"""Who is in each analysis set, and why somebody is not."""

from __future__ import annotations

from equipoise.analyze.result import Estimate, Listing
from equipoise.analyze.sets import exposed, members
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import AnalysisSet


def membership(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Participants of each analysis set by arm, as they are analyzed.

    Source: ICH E9 5.2; ICH E3 11.1.
    """
    made = []
    for chosen in protocol.analysis_sets:
        arm = _members(protocol, data, chosen)
        for group in protocol.arms:
            size = int((data.arm == group.id).sum())
            made.append(
                Estimate(
                    id=f"sets.{chosen.id}.{group.id}",
                    endpoint="sets",
                    analysis="count",
                    population=chosen.id,
                    contrast=group.id,
                    estimate=float(sum(a == group.id for a in arm.values()))
                    if arm is not None
                    else None,
                    n=size,
                    note=chosen.label,
                )
            )
    return made


def exclusions(protocol: Protocol, data: UnblindedTrialData) -> Listing:
    """Each randomized participant who is not in a set, or is in it by another arm."""
    labels = {arm.id: arm.label for arm in protocol.arms}
    rows = []
    for chosen in protocol.analysis_sets:
        arm = _members(protocol, data, chosen)
        if arm is None:
            continue
        for person, randomized in data.arm.sort_index().items():
            name, own = str(person), labels[randomized]
            if name not in arm:
                why = _why(data, chosen, name)
                rows.append((name, own, chosen.label, "not in the set", why))
            elif arm[name] != randomized:
                what = f"analyzed as {labels[arm[name]]}"
                rows.append((name, own, chosen.label, what, "received that treatment"))
    return Listing(
        id="analysis-sets",
        title="Participants excluded from an analysis set, and why",
        columns=("Participant", "Randomized to", "Set", "What", "Why"),
        rows=tuple(rows),
        note="" if rows else "Every randomized participant is in every analysis set.",
    )


def _members(
    protocol: Protocol, data: UnblindedTrialData, chosen: AnalysisSet
) -> dict[str, str] | None:
    """Arm by participant; None if the data cannot tell."""
    try:
        arm = members(protocol, data, chosen.id)
    except AnalysisError:
        return None
    return {str(person): str(own) for person, own in arm.items()}


def _why(data: UnblindedTrialData, chosen: AnalysisSet, person: str) -> str:
    reasons = []
    received = exposed(data)
    if chosen.exposed and received is not None and person not in received:
        reasons.append("no infusion")
    if chosen.assessed is not None and not reasons:
        reasons.append(f"no {chosen.assessed} after baseline")
    return "; ".join(reasons)
