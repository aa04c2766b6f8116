"""Checks that each endpoint is consistent, and that its analysis can estimate it."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.errors import Problem, listing
from equipoise.protocol.check_supporting import supporting_problems
from equipoise.protocol.estimand import Definition, Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.names import Names
from equipoise.protocol.stratification import STRATIFIED, analysis_strata
from equipoise.protocol.supporting_methods import any_in_strata

FITS = {  # type -> summary, method, parts of the variable that it needs
    "continuous": ("difference in means", "mmrm", ("score", "visits", "at")),
    "binary": ("risk difference", "risk-difference", ("definition", "at")),
    "time-to-event": ("survival function", "kaplan-meier", ("definition",)),
    "incidence": ("risk difference", "risk-difference", ("events",)),
    "acute": ("course over infusions", "mixed-trend", ("score",)),
    "side-effects": ("trend over infusions", "gee", ("events",)),
    "vital-signs": ("change after dosing", "descriptive", ("measurements",)),
    "blinding": ("blinding index", "blinding-index", ("guesses", "at")),
}
MAY = {"blinding": ("effect_on", "score")}
VARIABLE = (
    "score",
    "definition",
    "events",
    "visits",
    "at",
    "measurements",
    "guesses",
    "effect_on",
)
AT_MINUTES = ("acute", "blinding")  # their score is rated at minutes of an infusion
BEFORE = ("screened", "excluded", "consented", "randomized")
POLICY = ("treatment policy",)
STRATEGIES = {
    "continuous": ("treatment policy", "hypothetical"),
    "binary": ("treatment policy", "hypothetical", "composite"),
    "time-to-event": ("treatment policy", "hypothetical", "composite"),
}
NEEDS = {  # rule of a definition -> parts that it needs
    "percent-reduction": ("score", "threshold"),
    "points-reduction": ("score", "threshold"),
    "at-most": ("score", "threshold"),
    "at-least": ("score", "threshold"),
    "loss-of": ("of", "at"),
    "time-to": (),  # ``of``, ``events`` or both
}
TIMES = ("loss-of", "time-to")  # rules of a time to an event


def problems(protocol: Protocol, names: Names, origin: str) -> list[Problem]:
    """Every problem of definitions and endpoints."""
    found: list[Problem] = []
    for definition in protocol.definitions:
        where = f"{origin}, definitions[{definition.id}]"
        found += _definition(definition, names, where)
    for endpoint in protocol.endpoints:
        where = f"{origin}, endpoints[{endpoint.id}]"
        found += _references(endpoint, protocol, names, where)
        found += _shape(endpoint, protocol, where)
        found += _strategies(endpoint, where)
        found += _visits(endpoint, protocol, where)
    if not any(endpoint.level == "primary" for endpoint in protocol.endpoints):
        found.append(
            Problem(
                code="EQ114",
                what="no endpoint is primary",
                where=f"{origin}, endpoints",
                fix='give one endpoint level = "primary"',
            )
        )
    return found


def _definition(part: Definition, names: Names, where: str) -> Iterator[Problem]:
    for name in ("score", "threshold", "of", "at"):
        given = getattr(part, name) is not None
        needed = name in NEEDS[part.rule]
        if name == "of" and part.rule == "time-to":
            continue
        if given != needed:
            verb = "needs" if needed else "does not use"
            yield Problem(
                code="EQ112",
                what=f"rule {part.rule!r} {verb} {name!r}",
                where=f"{where}.{name}",
                fix=f"{'add' if needed else 'delete'} {name!r}",
            )
    yield from _time_to(part, where)
    yield from names.refer("score", part.score, f"{where}.score")
    yield from names.refer("definition", part.of, f"{where}.of")
    yield from names.refer("visit", part.at, f"{where}.at")


def _time_to(part: Definition, where: str) -> Iterator[Problem]:
    """A time from randomization has an event; only it has events and competing ones."""
    if part.rule != "time-to":
        for name in ("events", "competing", "until"):
            if getattr(part, name):
                yield Problem(
                    code="EQ112",
                    what=f"rule {part.rule!r} does not use {name!r}",
                    where=f"{where}.{name}",
                    fix=f"delete {name!r}",
                )
        return
    if part.of is None and not part.events:
        yield Problem(
            code="EQ112",
            what="rule 'time-to' needs an event",
            where=where,
            fix='add events = ["relapse"], or of = "<definition>", or both',
        )
    if part.zero != "visit":
        yield Problem(
            code="EQ112",
            what="a time-to counts from randomization",
            where=f"{where}.zero",
            fix="delete 'zero'",
        )
    both = sorted(set(part.events) & set(part.competing))
    if both:
        yield Problem(
            code="EQ120",
            what=f"{listing(both)} is an event and a competing event",
            where=f"{where}.competing",
            fix="list each milestone once",
        )
    never = sorted(set(part.events) & set(BEFORE))
    if never:
        yield Problem(
            code="EQ120",
            what=f"{listing(never)} cannot be an event after randomization",
            where=f"{where}.events",
            fix="name milestones that can follow randomization",
        )


def _references(
    endpoint: Endpoint, protocol: Protocol, names: Names, where: str
) -> Iterator[Problem]:
    variable, estimand = endpoint.variable, endpoint.estimand
    yield from names.refer("score", variable.score, f"{where}.variable.score")
    yield from names.refer(
        "definition", variable.definition, f"{where}.variable.definition"
    )
    yield from names.refer("visit", variable.at, f"{where}.variable.at")
    for visit in variable.visits:
        yield from names.refer("visit", visit, f"{where}.variable.visits")
    if variable.effect_on is not None:
        yield from _effect_on(variable.effect_on, protocol, where)
    pair = estimand.treatment
    yield from names.refer("arm", pair.arm, f"{where}.estimand.treatment.arm")
    yield from names.refer("arm", pair.versus, f"{where}.estimand.treatment.versus")
    yield from names.refer(
        "analysis set", estimand.population, f"{where}.estimand.population"
    )
    for name in endpoint.analysis.covariates:
        if name != "baseline":
            yield from names.refer_factor(name, f"{where}.analysis.covariates")
    yield from _strata(endpoint, protocol, names, where)


def _strata(
    endpoint: Endpoint, protocol: Protocol, names: Names, where: str
) -> Iterator[Problem]:
    """Strata are categories of an endpoint whose tests can be stratified."""
    analysis, place = endpoint.analysis, f"{where}.analysis.strata"
    yield from supporting_problems(endpoint, protocol, where)
    needed = any_in_strata(analysis.supporting)
    asked = bool(analysis.strata) and not needed
    asked |= analysis.planned == "stratified"
    if asked and endpoint.type not in STRATIFIED:
        yield _stratified(
            f"a {endpoint.type} endpoint has no stratified test",
            place,
            "delete strata and planned; a mixed model has strata as covariates",
        )
        return
    numbers = {c.id for c in protocol.characteristics if c.type == "number"}
    for name in analysis.strata or ():
        yield from names.refer_factor(name, place)
        if name in numbers:
            yield _stratified(
                f"the stratum {name!r} is a number", place, "stratify by a category"
            )
    if analysis.planned == "stratified" and not analysis_strata(protocol, endpoint):
        yield _stratified(
            "the planned test is stratified, and there are no strata",
            f"{where}.analysis.planned",
            "name strata, or those of the randomization; or delete planned",
        )


def _stratified(what: str, where: str, fix: str) -> Problem:
    return Problem(code="EQ121", what=what, where=where, fix=fix)


def _effect_on(name: str, protocol: Protocol, where: str) -> Iterator[Problem]:
    known = [e.id for e in protocol.endpoints if e.type == "continuous"]
    if name not in known:
        yield Problem(
            code="EQ104",
            what=f"there is no continuous endpoint {name!r}",
            where=f"{where}.variable.effect_on",
            fix=f"use one of: {', '.join(known) or 'none'}",
        )


def _shape(endpoint: Endpoint, protocol: Protocol, where: str) -> Iterator[Problem]:
    summary, method, needed = FITS[endpoint.type]
    for place, stated, fits in (
        ("estimand.summary", endpoint.estimand.summary, summary),
        ("analysis.method", endpoint.analysis.method, method),
    ):
        if stated != fits:
            yield contradiction(
                f"a {endpoint.type} endpoint cannot have {stated!r}",
                f"{where}.{place}",
                f"use {fits!r}",
            )
    for name in VARIABLE:
        given = bool(getattr(endpoint.variable, name))
        if name in MAY.get(endpoint.type, ()):
            continue
        if given != (name in needed):
            yield contradiction(
                f"the variable of a {endpoint.type} endpoint "
                f"{'needs' if name in needed else 'does not use'} {name!r}",
                f"{where}.variable",
                f"{'add' if name in needed else 'delete'} {name!r}",
            )
    if endpoint.estimand.treatment.arm == endpoint.estimand.treatment.versus:
        yield contradiction(
            "an arm is compared with itself",
            f"{where}.estimand.treatment",
            "name two arms",
        )
    yield from _rule_fits(endpoint, protocol, where)
    analysis = endpoint.analysis
    if analysis.df.startswith("kenward-roger") and analysis.vcov != "model":
        yield contradiction(
            f"{analysis.df} has its own covariance of the coefficients",
            f"{where}.analysis.vcov",
            "delete vcov, or choose other degrees of freedom",
        )
    extra = set(endpoint.analysis.by_visit) - set(endpoint.analysis.covariates)
    if extra:
        yield contradiction(
            f"{sorted(extra)} are in by_visit but not in covariates",
            f"{where}.analysis.by_visit",
            "list them in covariates too",
        )


def _rule_fits(endpoint: Endpoint, protocol: Protocol, where: str) -> Iterator[Problem]:
    """Two rules have a time, every other definition is met at a visit."""
    rules = {part.id: part.rule for part in protocol.definitions}
    rule = rules.get(endpoint.variable.definition or "")
    if rule is not None and (rule in TIMES) != (endpoint.type == "time-to-event"):
        yield contradiction(
            f"a {endpoint.type} endpoint cannot have a definition of rule {rule!r}",
            f"{where}.variable.definition",
            "use a definition of rule loss-of or time-to for a time to event, and for no "
            "binary endpoint",
        )


def _strategies(endpoint: Endpoint, where: str) -> Iterator[Problem]:
    known = STRATEGIES.get(endpoint.type, POLICY)
    seen: set[str] = set()
    for event in endpoint.estimand.intercurrent:
        place = f"{where}.estimand.intercurrent[{event.milestone}]"
        if event.strategy not in known:
            yield Problem(
                code="EQ108",
                what=f"a {endpoint.type} endpoint cannot use strategy {event.strategy!r}",
                where=place,
                fix=f"use one of: {', '.join(known)}",
            )
        if event.milestone in seen:
            yield contradiction(
                f"milestone {event.milestone!r} has two strategies",
                place,
                "give each intercurrent event only one strategy",
            )
        seen.add(event.milestone)


def _visits(endpoint: Endpoint, protocol: Protocol, where: str) -> Iterator[Problem]:
    """What is analyzed at a visit is rated there, without minutes, after baseline."""
    variable, schedule = endpoint.variable, protocol.schedule
    if variable.at and variable.visits and variable.at not in variable.visits:
        yield contradiction(
            f"the visit of the estimate, {variable.at!r}, is not among the visits",
            f"{where}.variable.at",
            "add it to visits",
        )
    definitions = {part.id: part.score for part in protocol.definitions}
    score = variable.score or definitions.get(variable.definition or "")
    if score is None:
        return
    if endpoint.type in AT_MINUTES:
        yield from _at_minutes(protocol, score, where)
        return
    bundles = {bundle.id for bundle in schedule.procedures}
    asked = set(variable.visits) | ({variable.at} if variable.at else set())
    for visit in schedule.visits:
        if visit.id not in asked or not bundles.issuperset(visit.procedures):
            continue
        rated = {a.instrument for a in schedule.assessments(visit) if not a.minutes}
        if score.split(".")[0] not in rated:
            yield contradiction(
                f"{score.split('.')[0]!r} is not rated at {visit.id!r}",
                f"{where}.variable",
                f"add it to `assess` of that visit (without minutes), or remove "
                f"{visit.id!r}",
            )
        if variable.visits and visit.id == schedule.baseline:
            yield contradiction(
                "baseline is among the visits of the outcome",
                f"{where}.variable.visits",
                "remove it; the baseline enters as a covariate or through the change",
            )


def _at_minutes(protocol: Protocol, score: str, where: str) -> Iterator[Problem]:
    """An acute effect is rated at minutes of an infusion."""
    name, schedule = score.split(".")[0], protocol.schedule
    bundles = {bundle.id for bundle in schedule.procedures}
    known = [v for v in schedule.visits if bundles.issuperset(v.procedures)]
    rated = {
        a.instrument
        for visit in known
        if visit.infusion is not None
        for a in schedule.assessments(visit)
        if a.minutes
    }
    if name not in rated:
        yield contradiction(
            f"{name!r} is not rated at any minute of an infusion",
            f"{where}.variable.score",
            "add it to `assess` of the infusion visits, with minutes",
        )


def contradiction(what: str, where: str, fix: str) -> Problem:
    """An endpoint that contradicts itself."""
    return Problem(code="EQ107", what=what, where=where, fix=fix)
