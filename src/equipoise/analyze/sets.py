"""Who is analyzed, and in which arm."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.dataset.derive import score_table
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import AnalysisSet

STARTED = "treatment-started"


def members(
    protocol: Protocol, data: UnblindedTrialData, set_id: str
) -> pd.Series[Any]:
    """Arm of each participant of an analysis set, by participant.

    Raises:
        AnalysisError: EQ452, the set is empty or the data cannot tell who is in it.
    """
    chosen = protocol.analysis_set(set_id)
    arm = data.arm
    if chosen.exposed:
        arm = arm[arm.index.isin(_exposed(data, chosen))]
    if chosen.assessed is not None:
        arm = arm[arm.index.isin(_assessed(protocol, data, chosen.assessed))]
    if chosen.as_ == "treated":
        arm = _received(protocol, data).reindex(arm.index).fillna(arm)
    if arm.empty:
        raise _undetermined(chosen, "nobody is in the set")
    return arm


def exposed(data: UnblindedTrialData) -> set[str] | None:
    """Participants with an infusion or a start of treatment; None if not recorded."""
    started = data.dispositions["milestone"] == STARTED
    if data.exposures.empty and not started.any():
        return None
    begun = data.dispositions.loc[started, "participant"]
    return {*data.exposures["participant"], *begun}


def _exposed(data: UnblindedTrialData, chosen: AnalysisSet) -> set[str]:
    found = exposed(data)
    if found is None:
        raise _undetermined(
            chosen, f"the data hold neither infusions nor the milestone {STARTED!r}"
        )
    return found


def _assessed(protocol: Protocol, data: UnblindedTrialData, score: str) -> set[str]:
    order = [visit.id for visit in protocol.schedule.visits]
    later = order[order.index(protocol.schedule.baseline) + 1 :]
    table = score_table(data, score).dropna(subset="value")
    return set(table.loc[table["visit"].isin(later), "participant"])


def _received(protocol: Protocol, data: UnblindedTrialData) -> pd.Series[Any]:
    """Arm whose drug was given at the first infusion, where the drug is recorded."""
    drugs = {kind.id: kind.drug for kind in protocol.interventions}
    arms = {drugs.get(arm.intervention or ""): arm.id for arm in protocol.arms}
    given = data.exposures.dropna(subset="drug").sort_values("infusion")
    first = given.drop_duplicates("participant").set_index("participant")["drug"]
    return first.map(arms).astype("string")


def _undetermined(chosen: AnalysisSet, why: str) -> AnalysisError:
    return AnalysisError.single(
        "EQ452",
        f"set {chosen.id!r} ({chosen.label}) cannot be worked out: {why}",
        where=f"analysis_sets[{chosen.id}]",
        mend="map the missing columns, or state another population in the protocol",
    )
