"""The analysis set of a safety endpoint, or why it cannot be determined."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.result import Estimate
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol


def safety_set(
    protocol: Protocol, data: UnblindedTrialData, set_id: str
) -> tuple[pd.Series[Any] | None, str | None]:
    """Arm of each participant of a set, or None and the reason.

    A set that cannot be determined, such as *with at least one infusion* where no
    infusion is recorded, leaves the safety endpoints without a number; it does not stop
    the analysis of efficacy.
    """
    try:
        return members(protocol, data, set_id), None
    except AnalysisError as error:
        return None, f"cannot be estimated: {error.problems[0].what}"


def not_estimated(endpoint: Endpoint, name: str, analysis: str, why: str) -> Estimate:
    """One estimate of an endpoint without a number, with the reason."""
    pair = endpoint.estimand.treatment
    return Estimate(
        id=f"{endpoint.id}.{name}",
        endpoint=endpoint.id,
        analysis=analysis,
        population=endpoint.estimand.population,
        contrast=f"{pair.arm} - {pair.versus}",
        note=why,
    )
