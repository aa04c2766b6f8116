"""Adverse events by term, severity, relation and seriousness: participants by arm."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.deaths import NOT_RECORDED, deaths
from equipoise.analyze.safety.event_counts import EventCounts
from equipoise.analyze.safety.event_flags import SEVERITIES, flag
from equipoise.analyze.safety.event_rates import rates
from equipoise.analyze.safety.events_by_infusion import terms_by_infusion
from equipoise.analyze.safety.person_time import last_day_observed, why_not_compared
from equipoise.analyze.safety.safety_set import safety_set
from equipoise.analyze.safety.treatment_emergent import (
    EmergentEvents,
    emergent_events,
    treatment_period,
)
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

# kind, label, what is not recorded where the flag is missing
KINDS = (
    ("all", "any", "any adverse event", ""),
    ("related", "related", "related event", "relation to treatment"),
    ("serious", "serious", "serious event", "seriousness"),
    (
        "serious-related",
        "serious-related",
        "serious and related event",
        "seriousness or relation",
    ),
    ("severe", "severity-severe", "severe event", "severity"),
    (
        "discontinuation",
        "discontinuation",
        "event that led to discontinuation of treatment",
        "action taken with the treatment",
    ),
)


def adverse_events(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Participants with each kind of event by arm, differences, and rates.

    Returns:
        ``events.definition``, what counts; then for each kind of ``KINDS``, each worst
        severity and each term (the most frequent first; by worst severity and by
        relation too) ``count``, participants with their proportion in ``statistic``;
        ``event-count``, events; ``risk-difference`` (Miettinen and Nurminen). ``deaths``
        count at any time. Then rates, and participants by term and infusion. What is
        not recorded has no number, and where the data hold no adverse events at all
        there is one estimate that says so.

    Source: ICH E3 12.2 and 14.3.1; CIOMS Working Group VI 2005; FDA 2022, Standard Safety
    Tables and Figures.
    """
    endpoint = events_endpoint(protocol)
    arm, reason = safety_set(protocol, data, endpoint.estimand.population)
    if not collected(data, "events"):
        reason = NOT_COLLECTED["events"]
    if arm is None or reason is not None:
        return [
            Estimate(
                id="events.definition",
                endpoint="events",
                analysis="definition",
                population=endpoint.estimand.population,
                note=reason,
            )
        ]
    observed = observed_members(protocol, data, arm)
    emergent = emergent_events(protocol, data, observed.index)
    counts = EventCounts(
        protocol, endpoint, observed, _not_compared(protocol, data, emergent)
    )
    counts.estimates.append(_definition(endpoint, emergent, len(arm), len(observed)))
    for kind, name, label, unrecorded in KINDS:
        rows = emergent.rows
        counts.kind(name, label, rows, flag(rows, kind), unrecorded)
    _unrecorded(counts, emergent.rows)
    _deaths(protocol, data, counts)
    terms = ranked(emergent.rows)
    for number, term in enumerate(terms, start=1):
        rows = emergent.rows[emergent.rows["term"] == term]
        counts.kind(f"term-{number}", term, rows, flag(rows, "all"))
        _of_term(counts, f"term-{number}", term, rows)
    terms_by_infusion(protocol, data, counts, emergent.rows, terms)
    rates(protocol, data, counts, emergent)
    return counts.estimates


def events_endpoint(protocol: Protocol) -> Endpoint:
    """The endpoint whose population and pair of arms the tables of events use.

    The first incidence; in a protocol without one the primary endpoint, in the first set
    of exposed participants if there is one.
    """
    for endpoint in protocol.endpoints:
        if endpoint.type == "incidence":
            return endpoint
    primary = next(e for e in protocol.endpoints if e.level == "primary")
    exposed = [one.id for one in protocol.analysis_sets if one.exposed]
    population = exposed[0] if exposed else primary.estimand.population
    estimand = primary.estimand.model_copy(update={"population": population})
    return primary.model_copy(update={"estimand": estimand})


def observed_members(
    protocol: Protocol, data: UnblindedTrialData, arm: pd.Series[Any]
) -> pd.Series[Any]:
    """Those of a set who were observed since day 0: of others no event can be known."""
    observed = last_day_observed(protocol, data).index
    treated = treatment_period(protocol, data).index
    return arm[arm.index.isin(observed) | arm.index.isin(treated)]


def ranked(events: pd.DataFrame) -> list[str]:
    """Terms by the number of participants, the most frequent first."""
    once = events[["participant", "term"]].drop_duplicates()["term"].value_counts()
    order = once.sort_index().sort_values(ascending=False, kind="stable")
    return [str(term) for term in order.index]


def _not_compared(
    protocol: Protocol, data: UnblindedTrialData, emergent: EmergentEvents
) -> str | None:
    if not emergent.recorded:
        return why_not_compared(protocol)
    end = treatment_period(protocol, data)["end"]
    return why_not_compared(protocol, float(end[end.index.isin(data.arm.index)].max()))


def _definition(
    endpoint: Endpoint, emergent: EmergentEvents, members: int, observed: int
) -> Estimate:
    notes = [emergent.definition, emergent.note() if emergent.recorded else None]
    if members > observed:
        notes.append(
            f"participants not observed since day 0, not counted: {members - observed}"
        )
    return Estimate(
        id="events.definition",
        endpoint="events",
        analysis="definition",
        population=endpoint.estimand.population,
        estimate=float(emergent.days) if emergent.recorded else None,
        n=observed,
        note="; ".join(note for note in notes if note),
    )


def _unrecorded(counts: EventCounts, events: pd.DataFrame) -> None:
    """Worst severities below severe, and participants with something not recorded."""
    by_severity, unknown = _worst(events)
    for name in SEVERITIES[:2]:
        note = f"worst event {name}"
        counts.participants(f"severity-{name}", note, by_severity[name], unknown)
    note = "severity not recorded for at least one event"
    counts.participants("severity-unknown", note, unknown, compared=False)
    for column, label in (("related", "relation"), ("serious", "seriousness")):
        who = set(events.loc[events[column].isna(), "participant"])
        note = f"{label} not recorded for at least one event"
        counts.participants(f"{column}-unknown", note, who, compared=False)


def _worst(events: pd.DataFrame) -> tuple[dict[str, set[str]], set[str]]:
    """Participants by worst severity, and those of whom it is not known.

    A participant with a severe event has no worse one, whatever is not recorded; below
    that, an event without a severity could be worse.
    """
    rank = events["severity"].map(dict(zip(SEVERITIES, range(3), strict=True)))
    top = rank.groupby(events["participant"]).max()
    severe = {str(who) for who in top.index[top == 2]}
    unknown = set(events.loc[events["severity"].isna(), "participant"]) - severe
    found = {
        name: {str(who) for who in top.index[top == number]} - unknown
        for number, name in enumerate(SEVERITIES)
    }
    return found, unknown


def _of_term(counts: EventCounts, name: str, term: str, events: pd.DataFrame) -> None:
    """Participants with a term by worst severity of it, and with a related event."""
    by_severity, unknown = _worst(events)
    for severity, who in by_severity.items():
        note = f"{term}, worst event {severity}"
        counts.participants(
            f"{name}.severity-{severity}", note, who, unknown, compared=False
        )
    yes = flag(events, "related")
    who = set(events.loc[yes.fillna(False).astype(bool), "participant"])
    open_ones = set(events.loc[yes.isna(), "participant"]) - who
    note = f"{term}, related event"
    counts.participants(f"{name}.related", note, who, open_ones, compared=False)


def _deaths(protocol: Protocol, data: UnblindedTrialData, counts: EventCounts) -> None:
    result = deaths(protocol, data)
    who = set(result.table["participant"])
    if not result.recorded and not who & set(counts.arm.index):
        counts.unknown("deaths", NOT_RECORDED)
        return
    note = "deaths at any time, from dispositions and from events with a fatal outcome"
    unknown = result.unknown if result.recorded else set(counts.arm.index)
    counts.participants("deaths", note, who, set(unknown) - who, compared=False)
