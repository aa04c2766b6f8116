"""Estimands by the five attributes of ICH E9(R1) A.3, each sentence printed once.

Treatment, population, variable, intercurrent events with their strategies, and
population-level summary.
"""

from __future__ import annotations

from equipoise.protocol.estimand import Endpoint, IntercurrentEvent
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import AnalysisSet
from equipoise.report.blocks import TextTable
from equipoise.report.chapters.methods import measurement_name
from equipoise.report.table_cells import (
    in_sentence,
    lowered,
    score_label,
    sentence_case,
)

HANDLED = {  # type of endpoint -> strategy -> what is done with the data
    "continuous": {
        "treatment policy": "Ratings after the event are used.",
        "hypothetical": "Ratings after the day of the event are not used; the model "
        "treats them as missing at random.",
    },
    "binary": {
        "treatment policy": "Ratings after the event are used.",
        "hypothetical": "A rating after the day of the event counts as missing.",
        "composite": "An event up to the day of the visit counts as not having the "
        "outcome.",
    },
    "time-to-event": {
        "treatment policy": "Observation continues after the event.",
        "hypothetical": "Observation is censored on the day of the event.",
        "composite": "The event counts as the outcome on its day.",
    },
    "incidence": {"treatment policy": "Events after it are counted."},
}
SUMMARIES = {
    "difference in means": "Difference in means",
    "risk difference": "Risk difference",
    "survival function": "Survival function",
    "course over infusions": "Mean by infusion and minute",
    "trend over infusions": "Trend over infusions",
    "change after dosing": "Mean change after dosing",
    "blinding index": "Blinding index",
}


def comparison(protocol: Protocol) -> str:
    """The treatment attribute: which arms are compared, and in which order."""
    pairs = {
        (e.estimand.treatment.arm, e.estimand.treatment.versus)
        for e in protocol.endpoints
    }
    texts = [
        f"{in_sentence(protocol, a)} compared with {in_sentence(protocol, b)}"
        for a, b in sorted(pairs)
    ]
    (text, *more) = texts
    named = "; ".join([text, *more])
    margins = any(e.analysis.margin is not None for e in protocol.endpoints)
    tests = "Tests are two-sided, those of non-inferiority one-sided; "
    return (
        f"Treatment condition of {'every' if not more else 'the'} "
        f"estimand{'s' if more else ''}: {named}. Differences are the first arm minus the "
        f"second. {tests if margins else 'Tests are two-sided; '}each table heading gives "
        "the confidence level of its intervals."
    )


def sets_table(protocol: Protocol) -> TextTable:
    """Who belongs to each analysis set, and by which arm they are analyzed."""
    return TextTable(
        "analysis-set-definitions",
        "Definition of the analysis sets",
        ("Analysis set", "Participants", "Analyzed by"),
        tuple(
            (part.label, _who(protocol, part), f"arm as {part.as_}")
            for part in protocol.analysis_sets
        ),
        kind="Table",
    )


def _who(protocol: Protocol, part: AnalysisSet) -> str:
    rules = ["randomized"] if part.randomized else []
    if part.exposed:
        rules.append("received at least one dose or started treatment")
    if part.assessed is not None:
        score = score_label(protocol, part.assessed)
        rules.append(f"at least one {score} after baseline")
    return sentence_case("; ".join(rules) or "all participants")


def estimands_table(protocol: Protocol) -> TextTable:
    """One row for each endpoint; events that several share are in a table of their own."""
    codes = _codes(protocol)
    several = len({_pair(protocol, e) for e in protocol.endpoints}) > 1
    rows = []
    for endpoint in protocol.endpoints:
        estimand = endpoint.estimand
        events = ", ".join(codes[_key(endpoint, e)] for e in estimand.intercurrent)
        treatment = (_pair(protocol, endpoint),) if several else ()
        rows.append(
            (
                sentence_case(endpoint.label),
                endpoint.level,
                variable(protocol, endpoint),
                protocol.analysis_set(estimand.population).label,
                *treatment,
                events or "none specified",
                SUMMARIES[estimand.summary],
            )
        )
    return TextTable(
        "estimands",
        "Estimands",
        (
            "Endpoint",
            "Level",
            "Variable",
            "Population",
            *(("Treatment",) if several else ()),
            "Intercurrent events",
            "Summary",
        ),
        tuple(rows),
        "Attributes of ICH E9(R1). Codes of intercurrent events: next table.",
        kind="Table",
    )


def _pair(protocol: Protocol, endpoint: Endpoint) -> str:
    pair = endpoint.estimand.treatment
    return f"{protocol.arm(pair.arm).label} − {protocol.arm(pair.versus).label}"


Key = tuple[str, str, str, str]


def _key(endpoint: Endpoint, event: IntercurrentEvent) -> Key:
    handled = HANDLED.get(endpoint.type, {}).get(event.strategy, "–")
    return event.event, event.strategy, handled, event.rationale or ""


def _codes(protocol: Protocol) -> dict[Key, str]:
    """A code such as ``ICE1`` for each event with its strategy and its handling."""
    keys = dict.fromkeys(
        _key(endpoint, event)
        for endpoint in protocol.endpoints
        for event in endpoint.estimand.intercurrent
    )
    return {key: f"ICE{number}" for number, key in enumerate(keys, start=1)}


def intercurrent_table(protocol: Protocol) -> TextTable | None:
    """Each intercurrent event with its strategy, once; None if none is stated."""
    codes = _codes(protocol)
    if not codes:
        return None
    rows = tuple(
        (
            code,
            sentence_case(event),
            strategy,
            handled,
            sentence_case(reason) or "–",
        )
        for (event, strategy, handled, reason), code in codes.items()
    )
    return TextTable(
        "intercurrent-events",
        "Intercurrent events and their strategies",
        ("Code", "Event", "Strategy", "Handling of data", "Rationale"),
        rows,
        "–: not specified in the protocol.",
        kind="Table",
    )


def variable(protocol: Protocol, endpoint: Endpoint) -> str:
    """The variable of an endpoint, as text."""
    measured = endpoint.variable
    at = ""
    if measured.at:
        at = f", at {lowered(protocol.schedule.visit(measured.at).label)}"
    if measured.definition is not None:
        return protocol.definition(measured.definition).label + at
    if endpoint.type == "acute" and measured.score:
        return (
            f"{score_label(protocol, measured.score)} at planned minutes of infusions"
        )
    if endpoint.type == "side-effects":
        return "Adverse event on the day of an infusion or the day after"
    if endpoint.type == "vital-signs":
        named = ", ".join(measurement_name(code) for code in measured.measurements)
        return f"{sentence_case(named)} at planned minutes of infusions"
    if endpoint.type == "blinding":
        return f"Allocation guessed by the {measured.guesses}{at}"
    if measured.events is not None:
        kind = {"all": "", "serious": "serious ", "related": "related "}
        return f"At least one {kind[measured.events]}adverse event"
    what = {
        "value": "Value of",
        "change": "Change from baseline in",
        "percent-change": "Percent change from baseline in",
    }
    score = score_label(protocol, measured.score) if measured.score else endpoint.label
    return f"{what[measured.measure]} {score}{at}"
