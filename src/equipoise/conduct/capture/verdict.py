"""Whether somebody may take part, in words, as far as one person may know it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.audit.models import Entry, Head
from equipoise.conduct.capture.current import current, current_of_many
from equipoise.conduct.capture.eligibility import Judged, judge
from equipoise.conduct.capture.finding import place_of
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.permission import may_read
from equipoise.conduct.capture.plan import Plan
from equipoise.conduct.forms.from_library import OTHER, standard
from equipoise.conduct.forms.wording import short
from equipoise.conduct.study.protocols import version

OPEN = ("screening", "consented")  # states in which eligibility is still asked


@dataclass(frozen=True, slots=True)
class Lacking:
    """A form that must be complete before criteria can be judged.

    Attributes:
        criteria: ids of those that wait for it.
        readable: whether the person may open the form.
    """

    form: str
    visit: str
    title: str
    criteria: tuple[str, ...]
    readable: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of the eligibility of a participant.

    Attributes:
        state: ``not eligible`` as soon as one criterion stands in the way, whatever else
            is still missing.
        reasons: why not, a text for each criterion.
        lacking: forms that are missing before everything can be judged.
    """

    state: Literal["eligible", "not eligible", "not known yet"]
    reasons: tuple[str, ...]
    lacking: tuple[Lacking, ...]

    def __str__(self) -> str:
        said = "; ".join(self.reasons) or ", ".join(one.title for one in self.lacking)
        return f"{self.state}: {said}" if said else self.state


def verdict(person: Participant, plan: Plan, actor: Actor) -> Verdict | None:
    """The verdict on one participant; None where the protocol has no criterion.

    Args:
        person: the participant.
        plan: of the protocol in force.
        actor: who reads it: values stand in the reasons only if the person may read the
            form that they come from.
    """
    head = Head.objects.filter(pk=person.identifier).first()
    judged = _judged(person.identifier, bytes(head.hash) if head else b"", plan.hash)
    if not judged:
        return None
    against = [one for one in judged if one.met is not None and not one.allows]
    lacking = _lacking(judged, person, plan, actor)
    reasons = tuple(_reason(one, person, plan, actor) for one in against)
    state = "not eligible" if against else "not known yet" if lacking else "eligible"
    return Verdict(state, reasons, lacking)  # type: ignore[arg-type]


def exclusions(people: Iterable[Participant], plan: Plan) -> dict[str, str]:
    """Identifier -> why somebody does not take part, as it was written down."""
    names = [person.identifier for person in people]
    labels = {
        c.value: c.label for c in standard("exclusion", plan.protocol).fields[0].choices
    }
    rows = Entry.objects.filter(form="exclusion", chain__in=names)
    return {
        name: answers.get("words") or labels[OTHER]
        if answers.get("reason") == OTHER
        else labels.get(answers.get("reason", ""), "not stated")
        for name, own in current_of_many(rows).items()
        if (answers := own.answers("exclusion"))
    }


@lru_cache(maxsize=4096)
def _judged(name: str, head: bytes, hash_: str) -> tuple[Judged, ...]:
    """Kept as long as the chain has the same head: nothing else can change it."""
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
    """Forms without which some criteria cannot be judged, in the order of these."""
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
