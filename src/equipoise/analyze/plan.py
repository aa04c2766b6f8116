"""Analysis plan of an endpoint: its estimand as rows, model and comparison."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from equipoise.analyze.strata import strata_text
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.margin import tested_margin
from equipoise.protocol.model import Protocol
from equipoise.protocol.stratification import analysis_strata
from equipoise.protocol.supporting_methods import SUPPORTING_METHODS
from equipoise.stats.options import DF_METHODS, ON_VISITS, STRUCTURES, VCOVS

POLICY = "data after it are used unchanged"
STRATEGY = {
    "continuous": {
        "treatment policy": POLICY,
        "hypothetical": "ratings after it are excluded",
    },
    "binary": {
        "treatment policy": POLICY,
        "hypothetical": "a rating after it counts as missing",
        "composite": "up to the day of the visit it counts as no response",
    },
    "time-to-event": {
        "treatment policy": POLICY,
        "hypothetical": "the observation ends on its day",
        "composite": "it is an event on its day",
    },
    "incidence": {"treatment policy": POLICY},
}


STRUCTURE = {name: STRUCTURES[name].label for name in ON_VISITS}
DF = {name: option.label for name, option in DF_METHODS.items()}
VCOV = {n: f", {option.label}" if option.label else "" for n, option in VCOVS.items()}
OWN_WORDS = {  # type -> variable, method
    "acute": (
        "{score} at minutes of each infusion",
        "Means by infusion and minute; peak, first rating at or below that before the "
        "infusion, proportion back within 2 and 4 hours; linear trend of the peak over "
        "infusions by a mixed model in each arm, {covariance} covariance, degrees of "
        "freedom by {df}",
    ),
    "side-effects": (
        "an adverse event on the day of an infusion or the day after",
        "Proportion after each infusion with Wilson's interval; trend by generalized "
        "estimating equations (logistic, exchangeable, covariance of Mancl and DeRouen)",
    ),
    "vital-signs": (
        "{names} at minutes of each infusion",
        "Mean change from the last value before the infusion; potentially clinically "
        "significant values by the safety rules of the protocol; shift from before the "
        "first infusion to the worst value afterwards",
    ),
    "blinding": (
        "the allocation that the {who} guessed, at {at}",
        "James index and Bang index of each arm; the effect adjusted for the guess, in "
        "the same mixed model; E-value",
    ),
}


SUMMARY = {  # population-level summary measure, ICH E9(R1) A.3.3
    "difference in means": "difference in means, {arm} minus {versus}",
    "risk difference": "difference in proportions, {arm} minus {versus}",
    "survival function": "survival functions of {arm} and {versus}",
    "course over infusions": "means by infusion and time in each arm",
    "trend over infusions": "trend over infusions in each arm",
    "change after dosing": "mean change after dosing in each arm",
    "blinding index": "blinding index of {arm} and {versus}",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done for one endpoint; a reader can repeat it from this.

    Attributes:
        endpoint: id of the endpoint.
        population: estimand attribute: analysis set, by its label.
        treatment: estimand attribute: the treatment conditions compared, by label.
        variable: estimand attribute: what is analyzed, as text.
        intercurrent: estimand attribute: for each intercurrent event its name, its
            strategy, and what the strategy does with the data; as text.
        summary: estimand attribute: population-level summary measure, as text.
        strategies: one sentence for each intercurrent event.
        model: the estimator: formula of the model, or the method as text.
        comparison: ``arm - versus``, as ids.
        visits: visits that enter, in the order of the schedule.

    Source: ICH E9(R1) A.3.3, the five attributes of an estimand.
    """

    endpoint: str
    population: str
    treatment: str
    variable: str
    intercurrent: tuple[tuple[str, str, str], ...]
    summary: str
    strategies: tuple[str, ...]
    model: str
    comparison: str
    visits: tuple[str, ...]

    def describe(self) -> str:
        """The plan as a paragraph."""
        return " ".join(
            [
                f"{self.population}: {self.variable}.",
                *self.strategies,
                f"{self.model}.",
            ]
        )


def plan(protocol: Protocol, endpoint: Endpoint) -> Plan:
    """The plan that follows from the estimand of an endpoint."""
    pair = endpoint.estimand.treatment
    arm, versus = protocol.arm(pair.arm).label, protocol.arm(pair.versus).label
    events = tuple(
        (event.event, event.strategy, STRATEGY[endpoint.type][event.strategy])
        for event in endpoint.estimand.intercurrent
    )
    return Plan(
        endpoint=endpoint.id,
        population=protocol.analysis_set(endpoint.estimand.population).label,
        treatment=f"{arm} compared with {versus}",
        variable=_variable(protocol, endpoint),
        intercurrent=events,
        summary=SUMMARY[endpoint.estimand.summary].format(arm=arm, versus=versus),
        strategies=tuple(
            f"{event[0].upper()}{event[1:]} ({strategy}): {effect}."
            for event, strategy, effect in events
        ),
        model=_method(protocol, endpoint),
        comparison=f"{pair.arm} - {pair.versus}",
        visits=visits(protocol, endpoint),
    )


def visits(protocol: Protocol, endpoint: Endpoint) -> tuple[str, ...]:
    """Visits of the variable, in the order of the schedule."""
    asked = {*endpoint.variable.visits, endpoint.variable.at}
    return tuple(v.id for v in protocol.schedule.visits if v.id in asked)


def formula(endpoint: Endpoint, n_visits: int, without: Collection[str] = ()) -> str:
    """Formula of a continuous endpoint, on the columns that ``continuous`` makes.

    Args:
        endpoint: continuous.
        n_visits: of the model.
        without: covariates that are excluded, such as one that does not vary.
    """
    several = n_visits > 1
    terms = ["arm * visit" if several else "arm"]
    for name in endpoint.analysis.covariates:
        if name in without:
            continue
        column = column_of(name)
        terms.append(column)
        if several and name in endpoint.analysis.by_visit:
            terms.append(f"{column}:visit")
    covariance = f"{endpoint.analysis.covariance}(visit | participant)"
    return f"outcome ~ {' + '.join([*terms, covariance])}"


def column_of(covariate: str) -> str:
    """Column of a covariate: ids may hold a hyphen, formulas may not."""
    return "baseline" if covariate == "baseline" else f"x_{covariate.replace('-', '_')}"


def _variable(protocol: Protocol, endpoint: Endpoint) -> str:
    variable = endpoint.variable
    labels = {visit.id: visit.label for visit in protocol.schedule.visits}
    at = f", at {labels[variable.at]}" if variable.at else ""
    if variable.definition is not None:
        return protocol.definition(variable.definition).label + at
    if endpoint.type in OWN_WORDS:
        return OWN_WORDS[endpoint.type][0].format(
            score=variable.score,
            at=labels.get(variable.at or "", ""),
            who=variable.guesses,
            names=", ".join(variable.measurements),
        )
    if variable.events is not None:
        kind = {"all": "", "serious": "serious ", "related": "related "}
        return f"at least one {kind[variable.events]}adverse event"
    what = {
        "value": "value of",
        "change": "change from baseline in",
        "percent-change": "percent change from baseline in",
    }
    return f"{what[variable.measure]} {variable.score}{at}"


def _method(protocol: Protocol, endpoint: Endpoint) -> str:
    if endpoint.analysis.margin is None:
        return _estimator(protocol, endpoint)
    return f"{_estimator(protocol, endpoint)}; {tested_margin(endpoint)}"


def _estimator(protocol: Protocol, endpoint: Endpoint) -> str:
    analysis = endpoint.analysis
    if endpoint.type in OWN_WORDS:
        return OWN_WORDS[endpoint.type][1].format(
            covariance=STRUCTURE[analysis.covariance], df=DF[analysis.df]
        )
    level = f"{100 * analysis.level:g}%"
    if analysis.method == "mmrm":
        return (
            "Mixed model for repeated measures by restricted maximum likelihood, "
            f"{STRUCTURE[analysis.covariance]} covariance, degrees of freedom by "
            f"{DF[analysis.df]}{VCOV[analysis.vcov]}: "
            f"{formula(endpoint, len(visits(protocol, endpoint)))}"
        )
    if analysis.method == "kaplan-meier":
        return (
            f"Kaplan-Meier estimate with {level} {analysis.interval} intervals; log-rank "
            f"test{_stratified(protocol, endpoint)}{_weighted(endpoint)}; restricted "
            "means, Cox, and interval-censored curves and time ratio"
        )
    missing = {
        "failure": "participants without a value count as non-responders",
        "excluded": "participants without a value are excluded",
    }
    unknown = "" if endpoint.type == "incidence" else f"; {missing[analysis.missing]}"
    within = ""
    if analysis.planned == "stratified":
        within = f", {strata_text(protocol, endpoint)} (Mantel-Haenszel weights)"
    return (
        f"Difference of proportions with the {level} interval of Miettinen and "
        f"Nurminen{within}; {_proportion_tests(protocol, endpoint)}{unknown}"
    )


def _proportion_tests(protocol: Protocol, endpoint: Endpoint) -> str:
    """Fisher's exact test, and that of Cochran, Mantel and Haenszel with strata."""
    fisher, cmh = "Fisher's exact test", "Cochran-Mantel-Haenszel test"
    if not analysis_strata(protocol, endpoint):
        return fisher
    text = strata_text(protocol, endpoint)
    if endpoint.analysis.planned == "stratified":
        return f"{cmh}, {text} (planned), and {fisher}"
    return f"{fisher}, also {cmh}, {text}"


def _weighted(endpoint: Endpoint) -> str:
    """Another planned test of a time to an event; empty without one."""
    planned = endpoint.analysis.planned
    if planned == "fleming-harrington" or planned == "max-combo":
        label = SUPPORTING_METHODS[planned].label
        return f"; {label} (planned)"
    return ""


def _stratified(protocol: Protocol, endpoint: Endpoint) -> str:
    """``, also stratified by sex``; empty without strata."""
    if not analysis_strata(protocol, endpoint):
        return ""
    text = strata_text(protocol, endpoint)
    if endpoint.analysis.planned == "stratified":
        return f", {text} (planned) and without strata"
    return f", also {text}"
