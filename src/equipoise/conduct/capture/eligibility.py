"""Eligibility: each inclusion and exclusion criterion, calculated or attested.

``verdict`` is the result as text, as far as one user may view it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.models import Entry, Head
from equipoise.conduct.capture.current_values import Current, current, current_of_many
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import Plan
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.permission import may_read
from equipoise.conduct.capture.scores import named_score
from equipoise.conduct.forms.from_library import OTHER, standard
from equipoise.conduct.forms.short_labels import short
from equipoise.conduct.study.protocols import version
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import Criterion, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Assessment of one criterion."""

    criterion: Criterion
    met: bool | None  # None while it is unknown; an exclusion that is met excludes
    reason: str  # source, without the value, which not all users may read
    form: str  # form of the source, at ``visit``
    visit: str = ""
    value: str = ""  # as text, for users who may read the form; empty without a value

    @property
    def allows(self) -> bool:
        """Whether the criterion is known to allow participation."""
        return self.met is (self.criterion.kind == "inclusion")

    def __str__(self) -> str:
        state = {True: "met", False: "not met", None: "not known"}[self.met]
        rule = self.criterion
        return f"{rule.id}, {rule.kind} ({rule.text}): {state}; {self.reason}"


def judge(protocol: Protocol, known: Current) -> tuple[Judged, ...]:
    """Every criterion of the protocol, in order.

    A rule is evaluated from the characteristics or from a score of a complete form; any
    other criterion is attested on the form ``eligibility``.
    """
    return tuple(_judged(protocol, known, c) for c in protocol.eligibility)


def refusals(judged: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """Criteria that exclude, or are unknown; empty for an eligible participant."""
    return tuple(one for one in judged if not one.allows)


def _judged(protocol: Protocol, known: Current, criterion: Criterion) -> Judged:
    rule = criterion.require
    if rule is None:
        return _attested(known, criterion)
    labels: Mapping[str, str] = {}
    if rule.characteristic is not None:
        form, visit = "characteristics", ""
        of = next(c for c in protocol.characteristics if c.id == rule.characteristic)
        what, labels = of.label, of.labels
        value = known.answers(form).get(of.id)
        words = f"{what} {labels.get(value or '', value)} {of.unit or ''}".strip()
    else:
        name, visit = rule.score or "", rule.visit or ""
        form, _, score = f"instrument:{name}".rpartition(".")
        scale = protocol.scales[name.partition(".")[0]]
        what = f"{short(scale.name)} {scale.scores[score].label.lower()}"
        found = named_score(protocol, name, known.answers(form, visit))
        value = None if found is None else f"{found}"
        words = f"{what} {found:g}" if found is not None else ""
        what += f" at {protocol.schedule.visit(visit).label}"
    if value is None or not known.is_complete(form, visit):
        why = f"{what} is not known from a complete form"
        return Judged(criterion=criterion, met=None, reason=why, form=form, visit=visit)
    return Judged(
        criterion=criterion,
        met=_fulfils(rule, value),
        reason=f"from {what}, {_bounds(rule, labels)}",
        form=form,
        visit=visit,
        value=words,
    )


def _attested(known: Current, criterion: Criterion) -> Judged:
    form = "eligibility"
    met, reason = None, "an investigator has not signed the eligibility form"
    if known.is_complete(form):
        answer = known.answers(form).get(criterion.id)
        met = None if answer is None else answer == "yes"
        name, at = known.signed_by.get((form, "", None), ("", None))
        reason = f"attested by {name} on {at:%Y-%m-%d}" if at else "attested"
        if answer is None:
            reason = "the eligibility form has no response"
    return Judged(criterion=criterion, met=met, reason=reason, form=form)


def _fulfils(rule: Requirement, value: str) -> bool:
    """Whether a value meets a rule."""
    if rule.one_of:
        return value in rule.one_of
    number = float(value)
    low = rule.min is None or number >= rule.min
    return low and (rule.max is None or number <= rule.max)


def _bounds(rule: Requirement, labels: Mapping[str, str]) -> str:
    if rule.one_of:
        return "one of " + ", ".join(labels.get(v, v) for v in rule.one_of)
    parts = []
    if rule.min is not None:
        parts.append(f"at least {rule.min:g}")
    if rule.max is not None:
        parts.append(f"at most {rule.max:g}")
    return " and ".join(parts)


OPEN = ("screening", "consented")  # states in which eligibility is still assessed


@dataclass(frozen=True, slots=True)
class Lacking:
    """A form that must be complete before criteria can be assessed."""

    form: str
    visit: str
    title: str
    criteria: tuple[str, ...]  # ids of the criteria that need it
    readable: bool  # whether the user may open the form


@dataclass(frozen=True, slots=True)
class Verdict:
    """Eligibility of a participant."""

    # ``not eligible`` as soon as one criterion excludes, whatever else is still missing.
    state: Literal["eligible", "not eligible", "not known yet"]
    reasons: tuple[str, ...]  # why not, a text for each criterion
    lacking: tuple[Lacking, ...]  # forms that are missing for the assessment

    def __str__(self) -> str:
        said = "; ".join(self.reasons) or ", ".join(one.title for one in self.lacking)
        return f"{self.state}: {said}" if said else self.state


def verdict(person: Participant, plan: Plan, actor: Actor) -> Verdict | None:
    """Eligibility of one participant; None where the protocol has no criterion.

    The reasons contain values only if the user may read their form.
    """
    head = Head.objects.filter(pk=person.identifier).first()
    last = bytes(head.hash) if head else b""
    judged = _judged_now(person.identifier, last, plan.hash)
    if not judged:
        return None
    against = [one for one in judged if one.met is not None and not one.allows]
    lacking = _lacking(judged, person, plan, actor)
    reasons = tuple(_reason(one, person, plan, actor) for one in against)
    state = "not eligible" if against else "not known yet" if lacking else "eligible"
    return Verdict(state, reasons, lacking)  # type: ignore[arg-type]


def exclusions(people: Iterable[Participant], plan: Plan) -> dict[str, str]:
    """Identifier -> recorded reason for not including a participant."""
    names = [person.identifier for person in people]
    field = standard("exclusion", plan.protocol).fields[0]
    labels = {choice.value: choice.label for choice in field.choices}
    rows = Entry.objects.filter(form="exclusion", chain__in=names)
    return {
        name: answers.get("words") or labels[OTHER]
        if answers.get("reason") == OTHER
        else labels.get(answers.get("reason", ""), "not stated")
        for name, own in current_of_many(rows).items()
        if (answers := own.answers("exclusion"))
    }


@lru_cache(maxsize=4096)
def _judged_now(name: str, head: bytes, hash_: str) -> tuple[Judged, ...]:
    """Cached as long as the chain has the same head: nothing else can change it."""
    return judge(version(hash_), current(name))


def _readable(one: Judged, person: Participant, plan: Plan, actor: Actor) -> bool:
    form = place_of(person, one.form, one.visit).form
    return may_read(actor, person, form, plan.protocol)


def _reason(one: Judged, person: Participant, plan: Plan, actor: Actor) -> str:
    rule = one.criterion
    includes = rule.kind == "inclusion"
    if one.value and _readable(one, person, plan, actor):
        word = "but {} asks for" if includes else "and {} excludes"
        return f"{one.value}, {word.format(rule.id)}: {rule.text}"
    return f"{rule.id}, {rule.text}: {'does not hold' if includes else 'excludes'}"


def _lacking(
    judged: tuple[Judged, ...], person: Participant, plan: Plan, actor: Actor
) -> tuple[Lacking, ...]:
    """Forms without which some criteria cannot be assessed, in order of the criteria."""
    waiting: dict[tuple[str, str], list[Judged]] = {}
    for one in judged:
        if one.met is None:
            waiting.setdefault((one.form, one.visit), []).append(one)
    found = []
    for (form, visit), ones in waiting.items():
        title = short(place_of(person, form, visit).form.title)
        if visit:
            title = f"{title} at {plan.visit(visit).label}"
        ids = tuple(one.criterion.id for one in ones)
        found.append(
            Lacking(form, visit, title, ids, _readable(ones[0], person, plan, actor))
        )
    return tuple(found)
