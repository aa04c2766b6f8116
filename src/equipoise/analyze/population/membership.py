"""Members of each analysis set, and reasons for exclusion."""

from __future__ import annotations

from equipoise.analyze.analysis_sets import exposed, members
from equipoise.analyze.listing_order import described
from equipoise.analyze.population.analyzed import (
    NOT_IN_SET,
    not_analyzed,
    primary_score,
)
from equipoise.analyze.result import Estimate, Listing
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.randomized import randomization_recorded
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import AnalysisSet

OUTSIDE = "not in the set"


def membership(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Participants of each analysis set by arm, as they are analyzed.

    Returns:
        ``count`` (``sets.<set>.<arm>``) of the ``n`` randomized to the arm. Without a
        number where the data cannot tell who is in the set; the note then says why.

    Source: ICH E9 5.2; ICH E3 11.1.
    """
    estimates = []
    for chosen in protocol.analysis_sets:
        arm, why = _members(protocol, data, chosen)
        for group in protocol.arms:
            size = int((data.arm == group.id).sum())
            count = None if arm is None else sum(a == group.id for a in arm.values())
            estimates.append(
                Estimate(
                    id=f"sets.{chosen.id}.{group.id}",
                    endpoint="sets",
                    analysis="count",
                    population=chosen.id,
                    contrast=group.id,
                    estimate=None if count is None else float(count),
                    n=size,
                    note=f"{chosen.label}: not known, {why}" if why else chosen.label,
                )
            )
    return estimates


@derived_once
def exclusions(protocol: Protocol, data: UnblindedTrialData) -> Listing:
    """Each randomized participant who is not in a set, or is in it by another arm.

    The analysis of the first primary endpoint counts as a set of its own.

    Source: ICH E3 16.2.3.
    """
    labels = {arm.id: arm.label for arm in protocol.arms}
    rows, unclear = [], []
    for chosen in protocol.analysis_sets:
        arm, why = _members(protocol, data, chosen)
        if arm is None:
            unclear.append(f"{chosen.label}: not known who is in it, {why}.")
            continue
        for person, randomized in data.arm.sort_index().items():
            name, own = str(person), labels[randomized]
            if name not in arm:
                reason = _reason(data, chosen, name)
                rows.append((name, own, chosen.label, OUTSIDE, reason))
            elif arm[name] != randomized:
                what = f"analyzed as {labels[arm[name]]}"
                rows.append((name, own, chosen.label, what, "received that treatment"))
    rows += _not_analyzed(protocol, data)
    known = randomization_recorded(data)
    who = "randomized participant" if known else "participant in the data"
    everybody = f"Every {who} is in every analysis set"
    order = described(data, "analysis set and participant")
    everybody += " whose members are known." if unclear else "."
    return Listing(
        id="analysis-sets",
        title="Participants excluded from an analysis set, and why",
        columns=("Participant", "Randomized to", "Set", "What", "Reason"),
        rows=tuple(rows),
        note=" ".join([order if rows else everybody, *unclear]),
        group="16.2.3",
    )


def _not_analyzed(
    protocol: Protocol, data: UnblindedTrialData
) -> list[tuple[str, str, str, str, str]]:
    """Members of the set of the primary endpoint who do not enter its analysis."""
    primary = primary_score(protocol)[0]
    reasons = not_analyzed(protocol, data) or {}
    return [
        (
            person,
            protocol.arm(str(data.arm[person])).label,
            f"Analysis of: {primary.label}",
            "not in the analysis",
            reason,
        )
        for person, reason in sorted(reasons.items())
        if reason != NOT_IN_SET
    ]


def _members(
    protocol: Protocol, data: UnblindedTrialData, chosen: AnalysisSet
) -> tuple[dict[str, str] | None, str]:
    """Arm by participant; None if the data cannot tell, and then why."""
    try:
        arm = members(protocol, data, chosen.id)
    except AnalysisError as error:
        return None, error.problems[0].what.rpartition(": ")[2]
    return {str(person): str(own) for person, own in arm.items()}, ""


def _reason(data: UnblindedTrialData, chosen: AnalysisSet, person: str) -> str:
    reasons = []
    received = exposed(data)
    if chosen.exposed and received is not None and person not in received:
        reasons.append("no record of treatment received")
    if chosen.assessed is not None and not reasons:
        reasons.append(f"no {chosen.assessed} after baseline")
    return "; ".join(reasons)
