"""Results about participants only: without any model, and therefore fast."""

from __future__ import annotations

from equipoise.analyze.population.baseline import baseline
from equipoise.analyze.population.deviations import deviations, summary
from equipoise.analyze.population.exposure import by_infusion, exposure
from equipoise.analyze.population.followup import follow_up
from equipoise.analyze.population.membership import membership
from equipoise.analyze.population.participant_flow import flow
from equipoise.analyze.result import Provenance, Results
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol


def participants(protocol: Protocol, data: UnblindedTrialData) -> Results:
    """What the chapter on participants reports."""
    return Results(
        provenance=Provenance(
            protocol=protocol.trial.id,
            protocol_version=protocol.trial.version,
            protocol_hash="",
            data_hash="",
            software="",
            seed=None,
            allocation="actual",
        ),
        estimates=(
            *flow(protocol, data),
            *baseline(protocol, data),
            *exposure(protocol, data),
            *by_infusion(protocol, data),
            *membership(protocol, data),
            *summary(protocol, data, deviations(protocol, data)),
            *follow_up(protocol, data),
        ),
    )
