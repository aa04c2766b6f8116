"""Dispensing: the next infusion of each participant, and questions to the investigator.

The pharmacy learns that it must ask the investigator, and not why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from equipoise.conduct.access.actor import Actor, refused
from equipoise.conduct.allocation.services import syringes
from equipoise.conduct.allocation.services.syringes import Syringe
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.record import entries
from equipoise.conduct.capture.current_values import Current, current, current_of_many
from equipoise.conduct.capture.due_visits import applies
from equipoise.conduct.capture.eligibility import judge
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.form_status import FINISHED
from equipoise.conduct.capture.models import FormState, Participant
from equipoise.conduct.capture.participant_facts import facts_of_many
from equipoise.conduct.capture.participant_status import (
    milestones,
    standings,
    visits_in,
)
from equipoise.conduct.capture.participants import visible
from equipoise.conduct.capture.syringe_release import (
    INFUSION,
    STARTED,
    SYRINGE,
    begun_with,
)
from equipoise.conduct.forms.from_library import ENDS
from equipoise.conduct.forms.missing_codes import is_code
from equipoise.conduct.pharmacy.dosing import Weight
from equipoise.conduct.study.protocols import in_force
from equipoise.protocol.calendar import Visit
from equipoise.protocol.schedule import PlannedVisit

ENDED = {*ENDS, "treatment-discontinued"}
Said = dict[str, Current]  # of each participant
WEIGHTS = ("weight_kg", "WEIGHT")


@dataclass(frozen=True, slots=True)
class Next:
    """The next infusion of a participant."""

    person: Participant
    visit: Visit
    on: date | None  # planned date; None before day 0 is planned
    weight: Weight | None  # latest recorded weight
    syringe: Syringe | None  # the last one for this infusion that was not discarded
    gone: tuple[Syringe, ...] = ()  # discarded ones, in order
    ask: bool = False  # ask the investigator before the preparation


@dataclass(frozen=True, slots=True)
class Stopped:
    """A participant with discontinued treatment, or without a planned infusion."""

    person: Participant
    syringes: tuple[Syringe, ...]  # prepared and still in the pharmacy or ward
    all: bool  # the treatment was discontinued with infusions left


def require_pharmacist(actor: Actor, site: str) -> None:
    """Requires an unblinded pharmacist without a blinded role (EQ911)."""
    actor.require("prepare syringe", site)
    if not actor.sees(in_force(), "arm", site):
        fix = "ask the administrator to end one of your roles"
        raise refused("another role of yours is blinded", fix=fix)


def require_pharmacist_everywhere(actor: Actor) -> None:
    """Requires an unblinded pharmacist at every site of the user (EQ911)."""
    for site in actor.sites() or {""}:
        require_pharmacist(actor, site)


def waiting(actor: Actor) -> list[Next]:
    """All participants who are to get an infusion, the earliest first."""
    people = [
        p for p in visible(actor)
        if p.status == "randomized" and actor.may("prepare syringe", p.site.code)
    ]  # fmt: skip
    names = [p.identifier for p in people]
    over, said = _over(names)
    over |= {(name, "") for name, own in said.items() if own.locked}
    found = [_next(p, over, said) for p in people if (p.identifier, "") not in over]
    rows = [row for row in found if row is not None]
    return sorted(rows, key=lambda n: (n.on or date.max, n.person.identifier))


def stopped(actor: Actor) -> list[Stopped]:
    """Participants with discontinued treatment, though infusions are left.

    And those with a remaining syringe for an infusion that was not given.
    """
    people = [p for p in visible(actor) if actor.may("prepare syringe", p.site.code)]
    names = [p.identifier for p in people]
    over, standing = _over(names)
    said = Entry.objects.filter(form="randomization", act="randomize", chain__in=names)
    randomized, given = set(said.values_list("chain", flat=True)), begun(names)
    left = [m for m in syringes.syringes_of() if m.stands and m.number not in given]
    found = []
    for person in people:
        name = person.identifier
        ended = name in randomized and (name, "") in over
        ended = ended and _next(person, over, standing) is not None
        own = (m for m in left if m.participant == name)
        there = tuple(m for m in own if ended or (name, m.visit) in over)
        if ended or there:
            found.append(Stopped(person, there, ended))
    return found


def begun(identifiers: Iterable[str]) -> set[str]:
    """Numbers of the syringes with which infusions of participants have started."""
    said = Entry.objects.filter(chain__in=list(identifiers), form=INFUSION)
    held = current_of_many(said.filter(item__in=(SYRINGE, STARTED))).values()
    return {begun_with(own, where[1]) for own in held for where in own.values} - {""}


def next_of(person: Participant) -> Next | None:
    """The next infusion of one participant; None if no infusion is left."""
    over, said = _over([person.identifier])
    return None if (person.identifier, "") in over else _next(person, over, said)


def newest_weight(identifier: str) -> Weight | None:
    """The latest recorded weight, on any form."""
    known = current_of_many(entries(identifier).filter(item__in=("", *WEIGHTS)))
    last = [
        (held.seq, Weight(float(held.value), held.at, form, visit))
        for own in known.values()
        for (form, visit, _), fields in own.values.items()
        for name, held in fields.items()
        if name in WEIGHTS and held.value and not is_code(held.value)
    ]
    return max(last, key=itemgetter(0))[1] if last else None


def _over(identifiers: Iterable[str]) -> tuple[set[tuple[str, str]], Said]:
    """Participant and visit of infusions that are given or missed; no visit: of all.

    With the visit status of each.
    """
    people = list(identifiers)
    done = FormState.objects.filter(participant__identifier__in=people, form="infusion")
    done = done.filter(status__in=FINISHED)
    found = set(done.values_list("participant__identifier", "visit"))
    said = standings(people)
    found |= {
        (who, visit) for who, own in said.items() for visit in visits_in(own).missed
    }
    ended = {
        (who, "")
        for who, own in said.items()
        for happened in milestones(own)
        if happened.milestone in ENDED
    }
    return found | ended, said


def _next(person: Participant, over: set[tuple[str, str]], said: Said) -> Next | None:
    for visit in in_force().schedule.visits:
        if visit.infusion is None or (person.identifier, visit.id) in over:
            continue
        planned = plan_in_force().calendar(person.day0) if person.day0 else ()
        if not _is_triggered(person, visit, planned):
            continue
        dates = {p.visit.id: p.date for p in planned}
        dates |= visits_in(said[person.identifier]).agreed
        made = syringes.syringes_of(person.identifier, visit.id)
        last = next((one for one in reversed(made) if one.stands), None)
        gone = tuple(one for one in made if not one.stands)
        weight, ask = newest_weight(person.identifier), must_ask(person)
        return Next(person, visit, dates.get(visit.id), weight, last, gone, ask)
    return None


def _is_triggered(
    person: Participant, visit: Visit, planned: Iterable[PlannedVisit]
) -> bool:
    """False for an infusion that a loss of response triggers, before it is known."""
    plan = plan_in_force()
    if plan.protocol.loss_before(visit) is None:
        return True
    facts = facts_of_many([person], plan)[person.identifier]
    return any(p.visit.id == visit.id and applies(plan, facts, p) for p in planned)


TEST, RESULT, POSITIVE = "pregnancy-test", "LBORRES", "positive"  # of the library
ATTESTED = ("eligibility", "characteristics")


def must_ask(person: Participant) -> bool:
    """Whether the data speak against treatment that was not discontinued.

    They do if the last pregnancy test was positive, or if an eligibility criterion that is
    attested, or evaluated from the characteristics, no longer allows it. Void forms do not
    count.
    """
    name = person.identifier
    tests = Entry.objects.filter(chain=name, form__startswith=f"{TEST}#", item=RESULT)
    forms = set(tests.values_list("form", flat=True))
    known = current(name, (*ATTESTED, *forms))
    results = [
        fields[RESULT]
        for (form, _, _), fields in known.values.items()
        if form in forms and RESULT in fields
    ]
    last = max(results, key=lambda one: one.seq, default=None)
    if last is not None and last.value == POSITIVE:
        return True
    judged = judge(in_force(), known)
    return any(one.met is not None and not one.allows for one in judged)
