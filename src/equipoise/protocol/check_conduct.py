"""Checks arms, characteristics, randomization and rules for consistency."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.errors import Problem
from equipoise.protocol.model import Protocol
from equipoise.protocol.names import Names
from equipoise.protocol.population import SITE, Requirement
from equipoise.protocol.treatment import Intervention

DOSE_UNITS = ("mg/kg", "mg", "ug/kg")
PARTICIPANT_COLUMNS = ("participant", SITE, "consented_at", "randomized_at", "arm")


OWN_PARTS = {"big stick": "bound", "urn": "balls", "minimization": "probability"}


def problems(protocol: Protocol, names: Names, origin: str) -> list[Problem]:
    """Every problem of arms, characteristics, randomization and rules."""
    found = [*_randomization(protocol, names, origin)]
    for kind in protocol.interventions:
        found += _units(kind, f"{origin}, interventions[{kind.id}]")
    for criterion in protocol.eligibility:
        if criterion.require is not None:
            where = f"{origin}, eligibility[{criterion.id}].require"
            found += _requirement(criterion.require, names, where)
    for chosen in protocol.analysis_sets:
        where = f"{origin}, analysis_sets[{chosen.id}].assessed"
        found += names.refer("score", chosen.assessed, where)
    return [*found, *_characteristics(protocol, origin)]


def _randomization(protocol: Protocol, names: Names, origin: str) -> Iterator[Problem]:
    plan, where = protocol.randomization, f"{origin}, randomization"
    total = sum(arm.ratio for arm in protocol.arms)
    wrong = [size for size in plan.block_sizes if size <= 0 or size % total]
    if wrong:
        yield Problem(
            code="EQ109",
            what=f"block sizes {wrong} are not multiples of {total}, the sum of ratios",
            where=f"{where}.block_sizes",
            fix=f"use multiples of {total}, such as {total * 2}",
        )
    if (plan.method == "permuted blocks") != bool(plan.block_sizes):
        yield Problem(
            code="EQ109",
            what=f"method {plan.method!r} has block sizes {list(plan.block_sizes)}",
            where=where,
            fix="give block_sizes for permuted blocks, and for no other method",
        )
    yield from _own_parts(protocol, where)
    categories = {c.id for c in protocol.characteristics if c.type == "category"}
    categories |= {SITE}
    for name in plan.strata:
        missing = names.refer_factor(name, f"{where}.strata")
        yield from missing
        if not missing and name not in categories:
            yield Problem(
                code="EQ109",
                what=f"the stratification factor {name!r} is a number",
                where=f"{where}.strata",
                fix="stratify by a category",
            )


def _own_parts(protocol: Protocol, where: str) -> Iterator[Problem]:
    """Each method has its own setting, and no other's."""
    plan = protocol.randomization
    for method, name in OWN_PARTS.items():
        given = getattr(plan, name) is not None
        if given != (plan.method == method):
            verb = "does not use" if given else "needs"
            yield Problem(
                code="EQ109",
                what=f"method {plan.method!r} {verb} {name!r}",
                where=f"{where}.{name}",
                fix=f"{'delete' if given else 'add'} {name!r}",
            )
    ratios = {arm.ratio for arm in protocol.arms}
    if plan.method == "big stick" and (len(protocol.arms) != 2 or len(ratios) > 1):
        yield Problem(
            code="EQ109",
            what="the big stick method needs two arms with equal ratios",
            where=where,
            fix="use permuted blocks, an urn or minimization",
        )
    if plan.method == "minimization" and not plan.strata:
        yield Problem(
            code="EQ109",
            what="minimization has no factors",
            where=f"{where}.strata",
            fix="name the characteristics to balance",
        )


def _units(kind: Intervention, where: str) -> Iterator[Problem]:
    strengths = [
        (f"strengths[{place}]", one, ("mg/mL",))
        for place, one in enumerate(kind.strengths, start=1)
    ]
    for name, quantity, allowed in (
        ("dose", kind.dose, DOSE_UNITS),
        ("cap", kind.cap, ("mg",)),
        ("infusion", kind.infusion, ("min",)),
        *strengths,
    ):
        if quantity is not None and quantity.unit not in allowed:
            yield Problem(
                code="EQ113",
                what=f"the unit of {name} is {quantity.unit!r}",
                where=f"{where}.{name}.unit",
                fix=f"use one of: {', '.join(allowed)}",
            )
        if quantity is not None and quantity.value <= 0:
            yield Problem(
                code="EQ113",
                what=f"the value of {name} is {quantity.value:g}",
                where=f"{where}.{name}.value",
                fix="give a positive number",
            )
    values = [one.value for one in kind.strengths]
    if values and (kind.drug is None or len(set(values)) < len(values)):
        yield Problem(
            code="EQ113",
            what="there are strengths but no drug"
            if kind.drug is None
            else "a strength is listed twice",
            where=f"{where}.strengths",
            fix="name the drug, and list each strength of its vials once",
        )


def _requirement(rule: Requirement, names: Names, where: str) -> Iterator[Problem]:
    yield from names.refer("characteristic", rule.characteristic, where)
    yield from names.refer("score", rule.score, where)
    yield from names.refer("visit", rule.visit, where)
    of_score = rule.score is not None and rule.visit is not None
    if (rule.characteristic is not None) == of_score:
        yield _incomplete(
            "the rule does not name exactly one value",
            where,
            "give either a characteristic, or a score with a visit",
        )
    if rule.min is None and rule.max is None and not rule.one_of:
        yield _incomplete(
            "the rule has no bound", where, "give min, max or one_of, or no rule at all"
        )


def _characteristics(protocol: Protocol, origin: str) -> Iterator[Problem]:
    for part in protocol.characteristics:
        where = f"{origin}, characteristics[{part.id}]"
        if part.id in PARTICIPANT_COLUMNS:
            yield _incomplete(
                f"{part.id!r} is a standard column", where, "choose another id"
            )
        if (part.type == "category") != bool(part.values):
            yield _incomplete(
                f"type {part.type!r} has values {list(part.values)}",
                where,
                "list the values of a category, and none for a number",
            )
        strange = sorted(part.labels.keys() - set(part.values))
        if strange:
            yield _incomplete(
                f"there are labels for {strange}, which are not listed values",
                f"{where}.labels",
                "label only listed values",
            )


def _incomplete(what: str, where: str, fix: str) -> Problem:
    return Problem(code="EQ112", what=what, where=where, fix=fix)
