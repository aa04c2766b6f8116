"""Supporting methods that the protocol names, as the statistical methods state them."""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.analyze.strata import strata_in_model, strata_text
from equipoise.analyze.supporting.rows import covariate_label
from equipoise.analyze.time_to_event.event_labels import event_labels
from equipoise.analyze.time_to_event.from_randomization import is_from_randomization
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.stratification import analysis_strata
from equipoise.protocol.supporting_methods import SUPPORTING_METHODS, SupportingName
from equipoise.report.blocks import TextTable
from equipoise.report.table_cells import sentence_case

TIES = {
    "efron": "ties by Efron",
    "breslow": "ties by Breslow",
    "exact": "exact discrete likelihood for ties",
}

EVENTS = {
    "all": "treatment-emergent events",
    "serious": "serious treatment-emergent events",
    "related": "treatment-emergent events related to treatment",
}


def supporting_plan(protocol: Protocol) -> TextTable | None:
    """Each supporting method with its endpoints and source; None without any."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for endpoint in protocol.endpoints:
        for name in endpoint.analysis.supporting:
            if name == endpoint.analysis.planned:
                continue  # it is among the methods of analysis
            key = supporting_text(protocol, endpoint, name), _source(name)
            grouped.setdefault(key, []).append(sentence_case(endpoint.label))
    if not grouped:
        return None
    types = {e.type for e in protocol.endpoints if e.analysis.supporting}
    note = (
        "None of these methods is the planned analysis of its endpoint; their P values "
        "are descriptive. Intercurrent events are handled as in the planned analysis."
    )
    if "continuous" in types:
        note += " Continuous outcomes are those observed, without imputation."
    return TextTable(
        "supporting-methods-plan",
        "Supporting methods",
        ("Endpoints", "Method", "Reference"),
        tuple(
            ("; ".join(names), f"{sentence_case(text)}.", source)
            for (text, source), names in grouped.items()
        ),
        note,
        kind="Table",
    )


def supporting_text(
    protocol: Protocol, endpoint: Endpoint, name: SupportingName
) -> str:
    """A method with its options, covariates and strata, as text."""
    analysis = endpoint.analysis
    text = SUPPORTING_METHODS[name].text.format(
        ties=TIES[analysis.ties],
        rho=f"{analysis.rho:g}",
        gamma=f"{analysis.gamma:g}",
        correlation=analysis.correlation,
        events=EVENTS[endpoint.variable.events or "all"],
        competing=competing_text(protocol, endpoint)
        if endpoint.type == "time-to-event"
        else "",
    )
    return "; ".join(filter(None, (text, adjustment(protocol, endpoint, name))))


def adjustment(protocol: Protocol, endpoint: Endpoint, name: SupportingName) -> str:
    """``adjusted for age; stratified by sex``; empty for a method without both."""
    method = SUPPORTING_METHODS[name]
    factors = analysis_strata(protocol, endpoint) if method.strata != "no" else ()
    names = []
    if method.covariates != "no":
        names = [
            covariate_label(protocol, covariate)
            for covariate in endpoint.analysis.covariates
            if covariate not in factors
        ]
    parts = []
    if factors and method.strata == "in the model":
        names.append(strata_in_model(protocol, endpoint))
    elif factors:
        parts = [strata_text(protocol, endpoint)]
    if names:
        parts.insert(0, f"adjusted for {listed(names)}")
    return "; ".join(parts)


def tests_of_times(protocol: Protocol, endpoint: Endpoint) -> str:
    """The planned test of a time to an event, then the other tests as supporting."""
    planned, plain = endpoint.analysis.planned, "log-rank test"
    others = [plain]
    if analysis_strata(protocol, endpoint):
        others.append(f"log-rank test {strata_text(protocol, endpoint)}")
    first = others.pop() if planned == "stratified" else plain
    if planned == "fleming-harrington" or planned == "max-combo":
        first = supporting_text(protocol, endpoint, planned)
    elif planned == "stratified":
        others = ["log-rank test without strata"]
    else:
        others.remove(plain)
    more = "".join(f"{other}; " for other in others)
    return f"{first} (planned). Supporting: {more}"


def listed(names: Sequence[str]) -> str:
    """``age, sex and site``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def competing_text(protocol: Protocol, endpoint: Endpoint) -> str:
    """The competing events of a time to an event: ``withdrawal or death``."""
    if not is_from_randomization(protocol, endpoint):
        return "withdrawal, loss to follow-up or death"
    return event_labels(protocol, endpoint).left.partition(" (")[2].rstrip(")")


def _source(name: SupportingName) -> str:
    return SUPPORTING_METHODS[name].source
