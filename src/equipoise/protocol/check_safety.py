"""Checks safety rules, and the measurements that an infusion requires."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.errors import Problem, listing
from equipoise.errors.counted import counted
from equipoise.protocol.forms import FormDefinition
from equipoise.protocol.governance import SafetyRule
from equipoise.protocol.model import Protocol
from equipoise.protocol.names import Names

# Fields of the forms that every trial has on which a rule can look, beside those of
# ``[[forms]]`` and the criteria that an investigator attests to.
BUILT_IN = {"event": ("serious", "severity", "related")}
Reason = tuple[str, str]  # why a rule can never be met, and what to do about it


def problems(protocol: Protocol, _names: Names, origin: str) -> Iterator[Problem]:
    """EQ110: rules that can never be met, and requirements that are never measured."""
    for rule in protocol.safety_rules:
        where = f"{origin}, safety_rules[{rule.id}]"
        for what, fix in _never(rule, protocol):
            yield Problem(code="EQ110", what=what, where=where, fix=fix)
    day = protocol.infusion_day
    for name in () if day is None else day.required_before or ():
        if any(minute <= 0 for minute in _minutes(name, protocol)):
            continue
        yield Problem(
            code="EQ110",
            what=f"{name} is required before an infusion but not measured before one",
            where=f"{origin}, infusion_day.required_before",
            fix="plan it at a negative minute, or do not require it",
        )


def _never(rule: SafetyRule, protocol: Protocol) -> Iterator[Reason]:
    named = [name for name in (rule.measurement, rule.item, rule.answer) if name]
    if len(named) != 1:
        yield (
            f"the rule names {counted(len(named), 'value')}",
            "give exactly one of measurement, item and answer",
        )
        return
    bounded = rule.above is not None or rule.below is not None
    if not bounded and not rule.one_of:
        yield "the rule has no limit", "give above or below, or one_of"
        return
    if rule.measurement:
        yield from _measured(rule, protocol)
    elif rule.item:
        yield from _rated(rule, rule.item, protocol)
    elif rule.answer:
        yield from _answered(rule, rule.answer, protocol)
    if rule.within_hours is not None and rule.measurement:
        yield (
            "a rule on a vital sign has within_hours",
            "delete it; the infusion team acts on a vital sign immediately",
        )


def _minutes(name: str, protocol: Protocol) -> set[int]:
    """Minutes of infusions at which a vital sign is measured."""
    schedule = protocol.schedule
    bundles = {bundle.id for bundle in schedule.procedures}
    return {
        minute
        for visit in schedule.visits
        if visit.infusion is not None and bundles.issuperset(visit.procedures)
        for measured in schedule.measurements(visit)
        if name in measured.names
        for minute in measured.minutes or (0,)
    }


def _measured(rule: SafetyRule, protocol: Protocol) -> Iterator[Reason]:
    if rule.one_of:
        yield "a vital sign is a number", "give above or below instead of one_of"
    if not rule.unit:
        yield "the limit has no unit", "give the unit"
    minutes = _minutes(rule.measurement, protocol)
    due = {
        "before infusion": any(minute <= 0 for minute in minutes),
        "during infusion": any(minute > 0 for minute in minutes),
        "after infusion": any(minute > 0 for minute in minutes),
        "any": bool(minutes),
    }
    if not due.get(rule.when, False):
        yield (
            f"{rule.measurement} is not measured {rule.when}",
            "plan it then (schedule, measure), or delete the rule",
        )


def _rated(rule: SafetyRule, name: str, protocol: Protocol) -> Iterator[Reason]:
    instrument, _, item_id = name.partition(".")
    scale = protocol.scales.get(instrument)
    item = None if scale is None else scale.items.get(item_id)
    if item is None:
        yield (
            f"there is no item {name!r}",
            "name an instrument of the trial and one of its items, such as 'madrs.10'",
        )
        return
    schedule = protocol.schedule
    bundles = {bundle.id for bundle in schedule.procedures}
    rated = [
        minute
        for visit in schedule.visits
        if bundles.issuperset(visit.procedures)
        for assessment in schedule.assessments(visit)
        if assessment.instrument == instrument
        for minute in (assessment.minutes or (None,))
    ]
    timed = any(minute is not None for minute in rated)
    if not rated or ("infusion" in rule.when and not timed):
        yield (
            f"{name} is not rated {'at any visit' if not rated else rule.when}",
            "plan the instrument then, or set when = 'any'",
        )
    if not any(rule.is_met_by(str(value)) for value in item.allowed):
        answers = listing([str(value) for value in item.allowed])
        what = f"no response to {name} reaches the limit"
        yield what, f"change the limit; possible responses: {answers}"


def _answered(rule: SafetyRule, name: str, protocol: Protocol) -> Iterator[Reason]:
    form, _, field = name.partition(".")
    forms = _definitions(protocol)
    timed = any(definition.minutes for definition in forms if definition.id == form)
    if rule.when in ("during infusion", "after infusion") and not timed:
        yield (
            f"{name} is not recorded at any minute of an infusion",
            "plan its form at minutes, or set when = 'any', or 'before infusion' to hold "
            "the next infusion",
        )
    if form == "eligibility":
        attested = [c.id for c in protocol.eligibility if c.require is None]
        yield from _one_of(rule, name, field in attested, ("yes", "no"))
        return
    if form in BUILT_IN:
        yield from _one_of(rule, name, field in BUILT_IN[form], ())
        return
    fields = {
        (definition.id, one.id): one
        for definition in forms
        for one in definition.fields
    }
    known = fields.get((form, field))
    if known is None:
        yield from _one_of(rule, name, False, ())
    elif known.type == "number":
        low, high = known.min, known.max
        over = rule.above is not None and (high is None or high >= rule.above)
        under = rule.below is not None and (low is None or low <= rule.below)
        if not over and not under:
            yield f"no response to {name} reaches the limit", "correct above or below"
    else:
        answers = tuple(known.choices) or ("yes", "no")
        yield from _one_of(rule, name, True, answers if known.type != "text" else ())


def _definitions(protocol: Protocol) -> tuple[FormDefinition, ...]:
    """The forms of the protocol, but those that lack what a form needs."""
    sound = (u for u in protocol.forms if u.use or (u.id and u.title and u.fields))
    return protocol.model_copy(update={"forms": tuple(sound)}).form_definitions()


def _one_of(
    rule: SafetyRule, name: str, is_there: bool, answers: tuple[str, ...]
) -> Iterator[Reason]:
    if not is_there:
        yield (
            f"there is no field {name!r}",
            "name a form of the trial and one of its fields, such as "
            "'pregnancy-test.LBORRES'",
        )
    elif not rule.one_of:
        yield f"{name} is not a number", "give one_of instead of above and below"
    elif answers and not set(answers) & set(rule.one_of):
        yield (
            f"{name} is never one of {listing(rule.one_of)}",
            f"use one of: {listing(answers)}",
        )
