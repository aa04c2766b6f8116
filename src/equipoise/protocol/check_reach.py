"""Checks that bounds, thresholds and baselines can be reached."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.errors import Problem
from equipoise.protocol.calendar import Visit
from equipoise.protocol.check_endpoints import TIMES
from equipoise.protocol.estimand import Definition
from equipoise.protocol.model import Protocol
from equipoise.protocol.names import Names
from equipoise.protocol.population import Characteristic, Requirement
from equipoise.protocol.schedule import decided_at

Range = tuple[float | None, float | None]
REDUCTIONS = ("percent-reduction", "points-reduction")


def problems(protocol: Protocol, names: Names, origin: str) -> list[Problem]:
    """Every rule that no participant, or every participant, would always meet."""
    found: list[Problem] = []
    for part in protocol.characteristics:
        found += _characteristic(part, f"{origin}, characteristics[{part.id}]")
    for criterion in protocol.eligibility:
        if criterion.require is not None:
            where = f"{origin}, eligibility[{criterion.id}].require"
            found += _requirement(criterion.require, protocol, where)
    for rule in protocol.definitions:
        found += _definition(rule, protocol, f"{origin}, definitions[{rule.id}]")
    return [*found, *_conditions(protocol, origin), *_baselines(protocol, origin)]


def _characteristic(part: Characteristic, where: str) -> Iterator[Problem]:
    if part.min is not None and part.max is not None and part.min > part.max:
        yield _never(
            f"no number is at least {part.min:g} and at most {part.max:g}",
            where,
            "correct min or max",
        )
    if len(set(part.values)) < len(part.values):
        yield _never("a value is listed twice", f"{where}.values", "list each once")


def _requirement(
    rule: Requirement, protocol: Protocol, where: str
) -> Iterator[Problem]:
    kinds = {part.id: part for part in protocol.characteristics}
    kind = kinds.get(rule.characteristic or "")
    if kind is not None and kind.type == "category":
        bounds = rule.min is not None or rule.max is not None
        if bounds or not set(rule.one_of) <= set(kind.values):
            yield _never(
                f"the rule for the category {kind.id!r} has bounds or unlisted values",
                where,
                f"give one_of, with some of: {', '.join(kind.values)}",
            )
        return
    if rule.one_of and (kind is not None or rule.score is not None):
        yield _never("a number is compared with texts", where, "give min or max")
    known = (kind.min, kind.max) if kind else _range(protocol, rule.score)
    yield from _inside(rule, known, where)
    if rule.score is not None and rule.visit is not None:
        yield from _rated_at(protocol, rule.score, rule.visit, where)


def _inside(rule: Requirement, known: Range, where: str) -> Iterator[Problem]:
    """The bounds of a rule leave something of the values that there are."""
    lows = [n for n in (rule.min, known[0]) if n is not None]
    highs = [n for n in (rule.max, known[1]) if n is not None]
    if lows and highs and max(lows) > min(highs):
        yield _never(
            f"no value is at least {max(lows):g} and at most {min(highs):g}",
            where,
            "give bounds within the range of the value, the smaller one as min",
        )


def _definition(rule: Definition, protocol: Protocol, where: str) -> Iterator[Problem]:
    rules = {part.id: part.rule for part in protocol.definitions}
    if rules.get(rule.of or "") in TIMES:
        yield _never(
            f"the definition in `of` is itself a {rules[rule.of or '']}",
            f"{where}.of",
            "name a definition that is evaluated at a visit",
        )
    if rule.rule == "time-to" and rule.of is not None:
        yield from _rated_later(protocol, rule.of, where)
    low, high = _range(protocol, rule.score)
    if rule.threshold is None or low is None or high is None:
        return
    reach = {
        "percent-reduction": 0 < rule.threshold <= 100,
        "points-reduction": 0 < rule.threshold <= high - low,
        "at-most": low <= rule.threshold < high,
        "at-least": low < rule.threshold <= high,
    }
    if not reach.get(rule.rule, True):
        yield _never(
            f"{rule.rule} {rule.threshold:g} of a score from {low:g} to {high:g} is "
            "always or never met",
            f"{where}.threshold",
            "give a threshold that some participants reach and others do not",
        )


def _rated_later(protocol: Protocol, name: str, where: str) -> Iterator[Problem]:
    """The score of a condition is rated after baseline."""
    scores = {part.id: part.score for part in protocol.definitions}
    scale = (scores.get(name) or "").partition(".")[0]
    bundles = {bundle.id for bundle in protocol.schedule.procedures}
    order = [v.id for v in protocol.schedule.visits]
    if not scale or protocol.schedule.baseline not in order:
        return
    later = protocol.schedule.visits[order.index(protocol.schedule.baseline) + 1 :]
    if any(not bundles.issuperset(v.procedures) for v in later):
        return
    if not any(scale in _rated(protocol, visit) for visit in later):
        yield _never(
            f"{scale!r} is not rated after baseline",
            f"{where}.of",
            "add it to `assess` of a later visit (without minutes)",
        )


def _conditions(protocol: Protocol, origin: str) -> Iterator[Problem]:
    """A visit for some only depends on what holds at a visit before it."""
    rules = {part.id: part.rule for part in protocol.definitions}
    for visit in protocol.schedule.visits:
        where = f"{origin}, schedule.visits[{visit.id}].only_if"
        if rules.get(visit.only_if or "") == "time-to":
            yield _never(
                f"the condition {visit.only_if!r} of {visit.id!r} is a time-to",
                where,
                "name a definition that is evaluated at a visit, or a loss-of",
            )
        elif rules.get(visit.only_if or "") == "loss-of":
            yield from _rated_before(protocol, visit, where)


def _rated_before(protocol: Protocol, visit: Visit, where: str) -> Iterator[Problem]:
    """A rating between time zero and a triggered visit decides who has the visit."""
    rules = {part.id: part for part in protocol.definitions}
    loss, order = rules[str(visit.only_if)], [v.id for v in protocol.schedule.visits]
    bundles = {bundle.id for bundle in protocol.schedule.procedures}
    named = (loss.of in rules) and loss.at in order
    if not named or any(
        not bundles.issuperset(v.procedures) for v in protocol.schedule.visits
    ):
        return
    if decided_at(protocol, loss.id, visit.id) is None:
        yield _never(
            f"no visit between {loss.at!r} and {visit.id!r} rates the score of "
            f"{loss.of!r}, so no loss of response can trigger {visit.id!r}",
            where,
            "plan a rating for all participants, or for those with the response, after "
            f"{loss.at!r} and before it",
        )


def _baselines(protocol: Protocol, origin: str) -> Iterator[Problem]:
    """What is compared with baseline is rated at baseline."""
    definitions = {part.id: part for part in protocol.definitions}
    for endpoint in protocol.endpoints:
        variable = endpoint.variable
        rule = definitions.get(variable.definition or "")
        if endpoint.type == "continuous":
            adjusted = "baseline" in endpoint.analysis.covariates
            needed = adjusted or variable.measure != "value"
            score = variable.score if needed else None
        else:
            score = rule.score if rule and rule.rule in REDUCTIONS else None
        if score is not None:
            where = f"{origin}, endpoints[{endpoint.id}].variable"
            yield from _rated_at(protocol, score, protocol.schedule.baseline, where)


def _rated_at(
    protocol: Protocol, score: str, visit_id: str, where: str
) -> Iterator[Problem]:
    scale, schedule = score.partition(".")[0], protocol.schedule
    bundles = {bundle.id for bundle in schedule.procedures}
    for visit in schedule.visits:
        known = bundles.issuperset(visit.procedures)
        if visit.id == visit_id and known and scale not in _rated(protocol, visit):
            yield _never(
                f"{scale!r} is not rated at {visit_id!r}",
                where,
                "add it to `assess` of that visit (without minutes), or change the visit",
            )


def _rated(protocol: Protocol, visit: Visit) -> set[str]:
    """Instruments that are rated once at a visit."""
    asked = protocol.schedule.assessments(visit)
    return {a.instrument for a in asked if not a.minutes}


def _range(protocol: Protocol, score: str | None) -> Range:
    """The range of a score; nothing where it is not known."""
    name, _, part = (score or "").partition(".")
    scale = protocol.scales.get(name)
    if scale is None or part not in scale.scores:
        return None, None
    return scale.scores[part].range


def _never(what: str, where: str, fix: str) -> Problem:
    return Problem(code="EQ115", what=what, where=where, fix=fix)
