"""The first page: the open tasks of the user today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from equipoise.conduct.access.actor import Actor, who
from equipoise.conduct.capture.due_visits import (
    DueVisit,
    Facts,
    to_sign,
    waiting_visits_of,
)
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import Plan, plan_in_force
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_facts import facts_of_many, lost_responses
from equipoise.conduct.capture.participant_status import GONE
from equipoise.conduct.capture.participants import visible
from equipoise.conduct.capture.permission import Rights, may_fill
from equipoise.conduct.capture.scores import Loss
from equipoise.conduct.enrolment.randomization import readiness
from equipoise.conduct.forms.short_labels import short
from equipoise.conduct.pages.alerts import urgent as urgent_alerts
from equipoise.conduct.pages.form_view import address
from equipoise.conduct.pharmacy.dispensing import waiting as syringes_waiting
from equipoise.conduct.safety.readiness import hold_notes
from equipoise.conduct.study.models import ConsentVersion

NAMED = 2  # forms that are named in a line; more are counted


@dataclass(frozen=True, slots=True)
class Waiting:
    """Forms of one visit that a user should fill in."""

    person: Participant
    visit: DueVisit
    address: str

    @property
    def what(self) -> str:
        """The names of the forms, or their number."""
        forms = self.visit.open_forms
        names = list(dict.fromkeys(short(form.title) for form in forms))
        if len(names) <= NAMED and len(forms) <= NAMED:
            return ", ".join(names)
        return ngettext("{n} form", "{n} forms", len(forms)).format(n=len(forms))

    @property
    def late(self) -> bool:
        """Whether the window is over."""
        return self.visit.state == "late" or any(
            f.state == "late" for f in self.visit.open_forms
        )


@dataclass(frozen=True, slots=True)
class Task:
    """A task that is not a form of a visit."""

    person: Participant | None  # None for what concerns the trial
    what: str
    address: str
    word: str = ""  # of the button; empty: Open
    loss: Loss | None = None
    hold: bool = False


def today(request: HttpRequest) -> HttpResponse:
    """Visits and forms that are due or late, and tasks; a participant's own page."""
    actor, at = who(request)
    if actor.own is not None:
        return redirect("participant", actor.own)
    own = agenda(actor, at, knowledge(visible(actor)))
    known = {
        "urgent": urgent_alerts(actor, own.people, at),
        "day": timezone.localdate(at),
        "late": [one for one in own.waiting if one.late],
        "due": [one for one in own.waiting if not one.late],
        "tasks": own.tasks,
        "roles": sorted(actor.roles),
    }
    return render(request, "today/today.html", known)


@dataclass(frozen=True, slots=True)
class Agenda:
    """Participants with what lists need of them; of a user also visits and tasks."""

    people: list[Participant]
    plan: Plan
    facts: dict[str, Facts]
    waiting: list[Waiting] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)


def knowledge(people: list[Participant]) -> Agenda:
    """The data of participants that lists require, for any user."""
    plan = plan_in_force()
    return Agenda(people, plan, facts_of_many(people, plan))


def agenda(actor: Actor, at: datetime, known: Agenda) -> Agenda:
    """Visits and open tasks of a user, without alerts."""
    seen = {person.identifier for person in visible(actor)}
    own = replace(known, people=[p for p in known.people if p.identifier in seen])
    tasks = [
        *_consents(actor),
        *tasks_for(own, actor),
        *_awaited(own, actor, at),
        *syringes_for(actor),
    ]
    return replace(own, waiting=waiting_for(own, actor, at), tasks=tasks)


def _consents(actor: Actor) -> Iterator[Task]:
    """Versions of the consent form that the user may approve."""
    if actor.may_anywhere("approve consent"):
        for version in ConsentVersion.objects.filter(waits=True):
            what = _("Consent version {label}: approve").format(label=version.label)
            yield Task(None, what, reverse("consents"))


def urgent(request: HttpRequest) -> HttpResponse:
    """The urgent tasks only, which the page requests repeatedly."""
    actor, at = who(request)
    if actor.own is not None:
        return redirect("participant", actor.own)
    known = {"urgent": urgent_alerts(actor, visible(actor), at)}
    return render(request, "alerts/_urgent.html", known)


def waiting_visits(
    known: Agenda, actor: Actor, at: datetime
) -> Iterator[tuple[Participant, DueVisit]]:
    """Visits with possible tasks, of participants who are still in the study."""
    rights = Rights(actor, known.plan.protocol)
    for person in known.people:
        if person.status not in GONE:
            facts, day = known.facts[person.identifier], person.site.day(at)
            for visit in waiting_visits_of(
                person, known.plan, facts, actor=actor, today=day, rights=rights
            ):
                yield person, visit


def waiting_for(known: Agenda, actor: Actor, at: datetime) -> list[Waiting]:
    """Visits with forms for the user, the oldest first.

    Due and late depend on the date at each participant's site.
    """
    found = [
        Waiting(person, visit, _address(person, visit))
        for person, visit in waiting_visits(known, actor, at)
        if visit.open_forms
    ]
    return sorted(found, key=lambda one: (one.visit.planned.date, one.person.place))


def tasks_for(known: Agenda, actor: Actor) -> list[Task]:
    """Loss of response to document, day 0 to schedule, participants to randomize.

    And forms that others have prepared for the user's signature.
    """
    plan, facts = known.plan, known.facts
    found = [
        Task(
            place.participant,
            _("{form}: to be signed").format(form=place.form.title),
            address(place),
        )
        for place in to_sign(known.people, plan, facts, actor)
    ]
    for person in known.people:
        if facts[person.identifier].locked:
            continue
        site = person.site.code
        page = reverse("participant", args=[person.identifier])
        cares = may_fill(actor, person, plan.standing["relapse"], plan.protocol)
        if cares and actor.sees(plan.protocol, "ratings", site):
            for loss in lost_responses(facts[person.identifier]):
                path = reverse("form", args=[person.identifier, "relapse"])
                what = _("at {visit}: follow and document the relapse plan")
                what = what.format(visit=loss.visit)
                found.append(Task(person, what, path, loss=loss))
        if actor.may("schedule", site) and person.status == "consented":
            if person.day0 is None:
                anchor = plan.protocol.schedule.anchor
                what = _("Schedule day 0 ({anchor})").format(anchor=anchor)
                found.append(Task(person, what, page, _("Schedule")))
            elif actor.may("randomize", site) and not readiness(person).missing:
                path = reverse("randomize", args=[person.identifier])
                what = _("can be randomized")
                found.append(Task(person, what, path, _("Randomize")))
    return found


def _awaited(known: Agenda, actor: Actor, at: datetime) -> Iterator[Task]:
    """Unscheduled visits planned for today or earlier, for users who record them."""
    for person in known.people:
        own = known.facts[person.identifier]
        for visit, day in own.visits.awaited.items():
            place = place_of(person, "visit", visit)
            mine = may_fill(actor, person, place.form, known.plan.protocol)
            if mine and day <= person.site.day(at) and not (own.gone or own.locked):
                what = _("Unscheduled visit, planned for {day}")
                what = what.format(day=f"{day:%a} {day.day} {day:%b}")
                yield Task(person, what, address(place))


def syringes_for(actor: Actor) -> list[Task]:
    """Syringes to be prepared, or to be checked by a second pharmacist."""
    if not actor.may_anywhere("prepare syringe"):
        return []
    found, rows = [], syringes_waiting(actor)
    held = hold_notes([row.person for row in rows], actor)
    for row in rows:
        on = f"{row.on:%a} {row.on.day} {row.on:%b}" if row.on else _("not planned yet")
        notes = held.get(row.person.identifier, [])
        if row.syringe is None:
            path = reverse("prepare", args=[row.person.identifier, row.visit.id])
            deed, word = _("prepare a syringe"), _("Prepare")
        elif row.syringe.agrees is None and row.syringe.filled_by != actor.name:
            path = reverse("syringe", args=[row.syringe.number])
            deed = _("check syringe {number}").format(number=row.syringe.number)
            word = _("Check")
        else:
            continue
        what = " ".join([f"{row.visit.label}, {on}: {deed}", *notes])
        found.append(Task(row.person, what, path, word, hold=bool(notes)))
    return found


def _address(person: Participant, visit: DueVisit) -> str:
    if any(one.form.id in ("infusion", "vitals") for one in visit.open_forms):
        return reverse("infusion", args=[person.identifier, visit.planned.visit.id])
    return reverse("participant", args=[person.identifier])
