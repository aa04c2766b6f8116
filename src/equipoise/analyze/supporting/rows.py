"""The rows of two arms that a supporting method compares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.binary.estimates import outcomes
from equipoise.analyze.binary.intercurrent_events import counted
from equipoise.analyze.continuous.estimates import model_frame
from equipoise.analyze.plan import column_of
from equipoise.analyze.strata import strata_in_model, strata_text, stratum_of
from equipoise.analyze.supporting.event_counts import event_counts
from equipoise.analyze.time_to_event.competing import with_causes
from equipoise.analyze.time_to_event.times import times
from equipoise.dataset.collected import NOT_COLLECTED
from equipoise.dataset.derive import baseline
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.analysis_method import Analysis
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.labels import characteristic_label
from equipoise.protocol.model import Protocol
from equipoise.protocol.stratification import analysis_strata
from equipoise.protocol.supporting_methods import (
    SUPPORTING_METHODS,
    SupportingMethod,
    SupportingName,
)
from equipoise.stats.proportions import counts_by_stratum

COMPETING = ("gray", "fine-gray", "cause-specific-hazard", "competing-event-hazard")


@dataclass(frozen=True)
class Compared:
    """The rows of the two arms that a method compares.

    Attributes:
        frame: ``participant, treated`` and, by type of endpoint, ``value``; ``value``
            and ``visit``; ``time, event``, and ``kind`` (1 the event, 2 a competing
            one, 0 neither); ``value`` (events) and ``weeks``; ``stratum`` where the
            method uses strata, and the columns of its covariates.
        covariates: columns of the covariates.
        stratified: whether there is a ``stratum``.
        analysis: of the endpoint.
        at: visit of the estimate.
        reason: why the arms cannot be compared; None where they can.
        notes: what was excluded, for the reader.
    """

    frame: pd.DataFrame
    covariates: tuple[str, ...]
    stratified: bool
    analysis: Analysis
    at: str | None
    reason: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def level(self) -> float:
        """Coverage of the intervals."""
        return self.analysis.level

    @property
    def n(self) -> int:
        """Participants."""
        return int(self.frame["participant"].nunique())

    @property
    def treated(self) -> Any:
        """Whether each row is of the arm of interest."""
        return self.frame["treated"].to_numpy(bool)

    @property
    def groups(self) -> tuple[Any, Any]:
        """Values of the arm of interest, and of the other."""
        values = self.frame["value"].to_numpy(float)
        return values[self.treated], values[~self.treated]

    @property
    def stratum(self) -> Any:
        """Of each row; None without strata."""
        return self.frame["stratum"].to_numpy(object) if self.stratified else None

    @property
    def strata(self) -> tuple[str, ...]:
        """Columns of the strata."""
        return ("stratum",) if self.stratified else ()

    @property
    def counts(self) -> Any:
        """Counts of a binary outcome by stratum."""
        return counts_by_stratum(
            self.frame["value"].to_numpy(bool), self.treated, self.stratum
        )


def compared_rows(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    name: SupportingName,
) -> Compared:
    """The participants of the two arms with an outcome, covariates and a stratum.

    Those without a covariate or stratum that the method uses are excluded and counted. A
    covariate that is a stratum too is left to the strata; one that is the same in all
    participants is excluded, and named.

    Args:
        protocol: of the trial.
        data: of the trial.
        endpoint: whose analysis has the method.
        name: of the method.
    """
    method, pair = SUPPORTING_METHODS[name], endpoint.estimand.treatment
    frame, reason = ROWS[method.type](protocol, data, endpoint, name)
    frame = frame[frame["arm"].isin([pair.arm, pair.versus])]
    frame = frame.assign(treated=(frame["arm"] == pair.arm).astype(bool))
    found = Compared(frame, (), False, endpoint.analysis, endpoint.variable.at, reason)
    factors = analysis_strata(protocol, endpoint) if method.strata != "no" else ()
    if factors:
        found = _with_strata(protocol, data, endpoint, found, method)
    if method.covariates != "no":
        names = [c for c in endpoint.analysis.covariates if c not in factors]
        found = _with_covariates(protocol, data, endpoint, found, names)
    return found


def _with_strata(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    found: Compared,
    method: SupportingMethod,
) -> Compared:
    frame = found.frame
    stratum = stratum_of(protocol, data, endpoint, frame["participant"])
    kept = frame.assign(stratum=stratum)[stratum.notna()]
    notes = [f"adjusted for {strata_in_model(protocol, endpoint)}"]
    if method.strata != "in the model":
        notes = [strata_text(protocol, endpoint)]
    lost = _lost(frame, kept)
    if lost:
        notes.append(f"participants excluded because a stratum is missing: {lost}")
    kept = kept.assign(stratum=kept["stratum"].astype(str))
    return replace(found, frame=kept, stratified=True, notes=(*found.notes, *notes))


def _with_covariates(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    found: Compared,
    names: list[str],
) -> Compared:
    frame, notes = found.frame, []
    columns = {n: _covariate(protocol, data, endpoint, frame, n) for n in names}
    frame = frame.assign(**{column_of(n): values for n, values in columns.items()})
    kept = frame.dropna(subset=[column_of(n) for n in names])
    lost = _lost(frame, kept)
    varying = [n for n in names if kept[column_of(n)].nunique() > 1]
    labels = {n: covariate_label(protocol, n) for n in names}
    if varying:
        notes.append(f"adjusted for {' and '.join(labels[n] for n in varying)}")
    if lost:
        notes.append(f"participants excluded because a covariate is missing: {lost}")
    notes += [
        f"{labels[n]} is the same in all participants and is not in the model"
        for n in names
        if n not in varying
    ]
    return replace(
        found,
        frame=kept,
        covariates=tuple(column_of(n) for n in varying),
        notes=(*found.notes, *notes),
    )


def covariate_label(protocol: Protocol, name: str) -> str:
    """Label of a covariate."""
    if name == "baseline":
        return "baseline value"
    return characteristic_label(protocol, name)


def _lost(before: pd.DataFrame, after: pd.DataFrame) -> int:
    return int(before["participant"].nunique() - after["participant"].nunique())


def _covariate(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    frame: pd.DataFrame,
    name: str,
) -> pd.Series[Any]:
    """Values of the rows; categories in the order of the protocol."""
    people = frame["participant"]
    if name == "baseline":
        if "baseline" in frame:
            return frame["baseline"]
        values = baseline(data, protocol, _score(protocol, endpoint))
        return people.map(values).astype(float)
    recorded = people.map(data.participants.set_index("participant")[name])
    part = next(c for c in protocol.characteristics if c.id == name)
    if part.type == "number":
        return recorded.astype(float)
    texts = recorded.astype("string").astype(object)
    texts = texts.where(recorded.notna(), None)
    return pd.Series(
        pd.Categorical(texts, categories=list(part.values)), index=frame.index
    )


def _score(protocol: Protocol, endpoint: Endpoint) -> str:
    rule = protocol.definition(endpoint.variable.definition or "")
    if rule.of is not None:
        rule = protocol.definition(rule.of)
    return rule.score or ""


Rows = tuple[pd.DataFrame, str | None]


def _continuous(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    name: SupportingName,
) -> Rows:
    """Outcomes at the visit of the estimate; for ``gee`` at all visits."""
    frame = model_frame(protocol, data, endpoint)
    if name != "gee":
        frame = frame[frame["visit"] == endpoint.variable.at]
    columns = ["participant", "arm", "visit"]
    columns += [c for c in ("baseline",) if c in frame]
    made = frame[columns].assign(value=frame["outcome"])
    return made.dropna(subset=["value"]), None


def _binary(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    name: SupportingName,
) -> Rows:
    found = outcomes(protocol, data, endpoint)
    held = counted(found["outcome"], found["arm"], endpoint.analysis.missing)
    made = found[["participant", "arm"]].assign(value=held).dropna(subset=["value"])
    return made.assign(value=made["value"].astype(bool)), None


def _times(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    name: SupportingName,
) -> Rows:
    table = times(protocol, data, endpoint)
    if name not in COMPETING:
        return table.assign(event=table["event"].astype(bool)), None
    made, leaves = with_causes(protocol, data, endpoint, table)
    if leaves is not None:
        return made, None
    empty = table.assign(kind=np.where(table["event"], 1, 0))
    return empty, f"competing events are not known, {NOT_COLLECTED['dispositions']}"


def _counts(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    name: SupportingName,
) -> Rows:
    return event_counts(protocol, data, endpoint)


ROWS: Mapping[
    str,
    Callable[[Protocol, UnblindedTrialData, Endpoint, SupportingName], Rows],
] = {
    "continuous": _continuous,
    "binary": _binary,
    "time-to-event": _times,
    "incidence": _counts,
}
