"""Strata of an analysis: by default those of the randomization."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.labels import characteristic_label
from equipoise.protocol.model import Protocol
from equipoise.protocol.stratification import analysis_strata


def stratum_of(
    protocol: Protocol,
    data: TrialData,
    endpoint: Endpoint,
    participants: pd.Series[Any],
) -> pd.Series[Any]:
    """Stratum of each participant, as text; missing where a factor is missing.

    Args:
        protocol: of the trial.
        data: of the trial.
        endpoint: with at least one factor (``analysis_strata``).
        participants: ids; the result has their index.
    """
    recorded = data.participants.set_index("participant")
    columns = [
        participants.map(recorded[name]).astype("string")
        for name in analysis_strata(protocol, endpoint)
    ]
    label = columns[0]
    for column in columns[1:]:
        label = label + "; " + column
    return label


def strata_text(protocol: Protocol, endpoint: Endpoint) -> str:
    """``stratified by sex and site``."""
    names = [
        characteristic_label(protocol, name)
        for name in analysis_strata(protocol, endpoint)
    ]
    return f"stratified by {' and '.join(names)}"


def strata_in_model(protocol: Protocol, endpoint: Endpoint) -> str:
    """``the strata (sex and site)``, for a model that has them as a factor."""
    named = strata_text(protocol, endpoint).removeprefix("stratified by ")
    return f"the strata ({named})"
