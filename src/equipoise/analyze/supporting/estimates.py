"""The supporting methods of an endpoint, one estimate each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from equipoise.analyze.result import Estimate
from equipoise.analyze.supporting.adjusted import by_ancova, by_gee, by_marginal_effect
from equipoise.analyze.supporting.counts import (
    by_negative_binomial,
    by_rate_difference,
    by_rate_ratio,
)
from equipoise.analyze.supporting.proportions import (
    by_newcombe,
    by_odds_ratio,
    by_risk_ratio,
)
from equipoise.analyze.supporting.ranks import (
    by_rank_sum,
    by_van_elteren,
    by_win_probability,
)
from equipoise.analyze.supporting.rows import COMPETING, Compared, compared_rows
from equipoise.analyze.supporting.times import (
    by_cause_specific_hazard,
    by_competing_event_hazard,
    by_cox,
    by_fine_gray,
    by_fleming_harrington,
    by_gray,
    by_max_combo,
    by_rmst_ratio,
)
from equipoise.analyze.time_to_event.comparisons import not_comparable
from equipoise.analyze.time_to_event.event_labels import event_labels
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.supporting_methods import SUPPORTING_METHODS, SupportingName

PROPER = ("Fleming", "Gray")  # labels that start with a proper name


def supporting_methods(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """One estimate for each name in ``supporting`` of the analysis.

    A continuous endpoint is compared by observed outcomes, after intercurrent events and
    without imputation: those at the visit of the estimate, with ``gee`` those at all
    visits. A binary endpoint is compared as it was counted, a time to an event in the
    participants at risk, an incidence by all treatment-emergent events. A method that is
    not possible states the reason.
    """
    return [
        _estimate(protocol, data, endpoint, name)
        for name in endpoint.analysis.supporting
    ]


def _estimate(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    name: SupportingName,
) -> Estimate:
    compared = compared_rows(protocol, data, endpoint, name)
    pair, method = endpoint.estimand.treatment, SUPPORTING_METHODS[name]
    row: dict[str, Any] = {
        "id": f"{endpoint.id}.{name}",
        "endpoint": endpoint.id,
        "analysis": name,
        "population": endpoint.estimand.population,
        "visit": endpoint.variable.at,
        "contrast": f"{pair.arm} - {pair.versus}",
        "n": compared.n,
    }
    notes = [_name(endpoint, name), *_of_type(endpoint, name), *compared.notes]
    reason = compared.reason or _too_few(protocol, endpoint, name, compared)
    numbers: dict[str, Any] = {}
    if reason is None:
        try:
            numbers = dict(METHODS[name](compared))
        except AnalysisError as refusal:
            reason = refusal.problems[0].what
    if reason is not None:
        notes.append(f"not estimable: {reason}")
        return Estimate(**row, note="; ".join(notes))
    more = numbers.pop("note", None)
    notes += [more] if more else []
    if method.kind != "test" and "estimate" not in numbers:
        notes.append("infinite: an arm without, or with only, the outcome")
    level = compared.level if {"lower", "upper"} & numbers.keys() else None
    note = "; ".join(notes)
    if endpoint.type == "time-to-event":
        note = event_labels(protocol, endpoint).with_caution(note)
    return Estimate(**row, **numbers, level=level, note=note)


def _name(endpoint: Endpoint, name: SupportingName) -> str:
    label = SUPPORTING_METHODS[name].label
    if not label.startswith(PROPER):
        label = f"{label[:1].lower()}{label[1:]}"
    planned = endpoint.analysis.planned == name
    return f"{'planned test' if planned else 'supporting'}: {label}"


def _of_type(endpoint: Endpoint, name: SupportingName) -> list[str]:
    """What the method compares, where its name does not say so."""
    analysis = endpoint.analysis
    if name == "gee":
        return [f"outcomes observed at all visits, {analysis.correlation} correlation"]
    if endpoint.type == "continuous":
        return ["outcomes observed at the visit, without imputation"]
    if name == "fleming-harrington":
        return [f"rho = {analysis.rho:g}, gamma = {analysis.gamma:g}"]
    if "ties" in SUPPORTING_METHODS[name].options:
        return [f"ties: {analysis.ties}"]
    return []


def _too_few(
    protocol: Protocol, endpoint: Endpoint, name: SupportingName, compared: Compared
) -> str | None:
    """Why the arms cannot be compared, by the rules of their type of endpoint."""
    pair = endpoint.estimand.treatment
    labels = protocol.arm(pair.arm).label, protocol.arm(pair.versus).label
    frame, treated = compared.frame, compared.treated
    if endpoint.type == "time-to-event":
        kind = 2 if name == "competing-event-hazard" else 1
        event = frame["kind"] == kind if name in COMPETING else frame["event"]
        time = frame["time"].to_numpy(float)
        reason = not_comparable(time, event.to_numpy(bool), treated, labels)
        if reason and kind != 1:
            return reason.replace("no event", "no competing event")
        return reason
    absent = [
        label
        for label, rows in zip(labels, (treated, ~treated), strict=True)
        if not rows.any()
    ]
    return f"no participant of {' or '.join(absent)}" if absent else None


METHODS: Mapping[SupportingName, Callable[[Compared], dict[str, Any]]] = {
    "rank-sum": by_rank_sum,
    "van-elteren": by_van_elteren,
    "win-probability": by_win_probability,
    "ancova": by_ancova("model"),
    "ancova-hc3": by_ancova("HC3"),
    "marginal-effect": by_marginal_effect("gaussian"),
    "gee": by_gee,
    "common-odds-ratio": by_odds_ratio,
    "common-risk-ratio": by_risk_ratio,
    "stratified-newcombe": by_newcombe,
    "marginal-risk-difference": by_marginal_effect("binomial"),
    "marginal-risk-ratio": by_marginal_effect("binomial", "ratio"),
    "marginal-odds-ratio": by_marginal_effect("binomial", "odds-ratio"),
    "cox": by_cox,
    "fleming-harrington": by_fleming_harrington,
    "max-combo": by_max_combo,
    "rmst-ratio": by_rmst_ratio,
    "gray": by_gray,
    "fine-gray": by_fine_gray,
    "cause-specific-hazard": by_cause_specific_hazard,
    "competing-event-hazard": by_competing_event_hazard,
    "rate-ratio": by_rate_ratio,
    "rate-difference": by_rate_difference,
    "negative-binomial": by_negative_binomial,
    "marginal-rate-ratio": by_marginal_effect("poisson", "ratio"),
}
