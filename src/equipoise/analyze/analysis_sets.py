"""Analysis sets: which participants are analyzed, in which arm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.dataset.derive import score_table
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError, listing
from equipoise.errors.counted import counted
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import AnalysisSet

STARTED = "treatment-started"


@derived_once
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
        arm = _received(protocol, data, chosen).reindex(arm.index).fillna(arm)
    if arm.empty:
        raise _undetermined(chosen, "the set is empty")
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


def _received(
    protocol: Protocol, data: UnblindedTrialData, chosen: AnalysisSet
) -> pd.Series[Any]:
    """Arm whose drug was given at the first infusion, where the drug is recorded.

    Arms can share a drug in different doses: who got the drug of the own arm is in it.
    Where several arms have another drug that was given, the one with the same further
    interventions as the own arm is meant, such as the same psychotherapy.
    """
    arms: dict[str, list[str]] = {}
    further: dict[str, set[str]] = {}
    for arm in protocol.arms:
        infused = protocol.infused(arm.id)
        if infused is not None and infused.drug is not None:
            arms.setdefault(infused.drug, []).append(arm.id)
            further[arm.id] = set(arm.treatments) - {infused.id}
    given = data.exposures.dropna(subset="drug").sort_values("infusion")
    first = given.drop_duplicates("participant").set_index("participant")["drug"]
    first = first[first.index.isin(data.arm.index)]
    own = data.arm[first.index]
    known = [
        arm in arms.get(str(drug), ()) for arm, drug in zip(own, first, strict=True)
    ]
    received = own.where(np.array(known, dtype=bool))
    other = first[received.isna()]
    meant = {
        str(person): _meant(arms.get(str(drug), []), further, further.get(str(arm)))
        for person, drug, arm in zip(other.index, other, own[other.index], strict=True)
    }
    unclear = other[[len(meant[str(person)]) != 1 for person in other.index]]
    if len(unclear):
        raise _undetermined(
            chosen,
            f"the first infusion of {counted(len(unclear), 'participant')} "
            "is not the drug of one "
            f"arm: {listing(unclear.astype(str).unique())}",
            unclear.reset_index(),
        )
    received.update(pd.Series({person: found[0] for person, found in meant.items()}))
    return received


def _meant(
    arms: list[str], further: dict[str, set[str]], own: set[str] | None
) -> list[str]:
    """Of the arms with a drug, the ones that a participant of another arm received."""
    if len(arms) < 2:
        return arms
    return [arm for arm in arms if further[arm] == own and own]


def _undetermined(
    chosen: AnalysisSet, why: str, records: pd.DataFrame | None = None
) -> AnalysisError:
    return AnalysisError.single(
        "EQ452",
        f"set {chosen.id!r} ({chosen.label}) cannot be determined: {why}",
        where=f"analysis_sets[{chosen.id}]",
        fix="map the missing columns or values, or specify another population in the "
        "protocol",
        records=records,
    )
