"""The first page: what waits for this person today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

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
    """Forms of one visit that wait for somebody."""

    person: Participant
    visit: DueVisit
    address: str

    @property
    def what(self) -> str:
        """The forms by their names, or how many there are."""
        forms = self.visit.open_forms
        names = list(dict.fromkeys(short(form.title) for form in forms))
        if len(names) <= NAMED and len(forms) <= NAMED:
            return ", ".join(names)
        return f"{len(forms)} forms"

    @property
    def late(self) -> bool:
        """Whether the window is over."""
        return self.visit.state == "late" or any(
            f.state == "late" for f in self.visit.open_forms
        )


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done that is no form of a visit."""

    person: Participant | None  # None for what concerns the trial
    what: str
    address: str
    word: str = "Open"
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
    """What lists need of participants, whoever looks."""
    plan = plan_in_force()
    return Agenda(people, plan, facts_of_many(people, plan))


def agenda(actor: Actor, at: datetime, known: Agenda) -> Agenda:
    """Visits and tasks that wait for a user; alerts are apart."""
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
            what = f"Consent version {version.label}: approve it"
            yield Task(None, what, reverse("consents"))


def urgent(request: HttpRequest) -> HttpResponse:
    """The urgent tasks alone, which the page asks for again and again."""
    actor, at = who(request)
    if actor.own is not None:
        return redirect("participant", actor.own)
    known = {"urgent": urgent_alerts(actor, visible(actor), at)}
    return render(request, "alerts/_urgent.html", known)


def waiting_visits(
    known: Agenda, actor: Actor, at: datetime
) -> Iterator[tuple[Participant, DueVisit]]:
    """Visits at which something can wait, of everybody who still takes part."""
    rights = Rights(actor, known.plan.protocol)
    for person in known.people:
        if person.status not in GONE:
            facts, day = known.facts[person.identifier], person.site.day(at)
            for visit in waiting_visits_of(
                person, known.plan, facts, actor=actor, today=day, rights=rights
            ):
                yield person, visit


def waiting_for(known: Agenda, actor: Actor, at: datetime) -> list[Waiting]:
    """Visits at which forms wait for somebody, the oldest first.

    What is due or late follows from the calendar of each participant's site.
    """
    found = [
        Waiting(person, visit, _address(person, visit))
        for person, visit in waiting_visits(known, actor, at)
        if visit.open_forms
    ]
    return sorted(found, key=lambda one: (one.visit.planned.date, one.person.place))


def tasks_for(known: Agenda, actor: Actor) -> list[Task]:
    """Loss of response, for those who document it; day 0 that is not planned.

    And forms that others have prepared and that this person signs off.
    """
    plan, facts = known.plan, known.facts
    found = [
        Task(place.participant, f"{place.form.title}: to be signed off", address(place))
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
                what = f"at {loss.visit}: follow the relapse plan, and document it"
                found.append(Task(person, what, path, loss=loss))
        if actor.may("schedule", site) and person.status == "consented":
            if person.day0 is None:
                what = f"Plan day 0 ({plan.protocol.schedule.anchor})"
                found.append(Task(person, what, page, "Plan"))
            elif actor.may("randomize", site) and not readiness(person).missing:
                path = reverse("randomize", args=[person.identifier])
                found.append(Task(person, "can be randomized", path, "Randomize"))
    return found


def _awaited(known: Agenda, actor: Actor, at: datetime) -> Iterator[Task]:
    """Unscheduled visits whose planned day has come, for those who write them down."""
    for person in known.people:
        own = known.facts[person.identifier]
        for visit, day in own.visits.awaited.items():
            place = place_of(person, "visit", visit)
            mine = may_fill(actor, person, place.form, known.plan.protocol)
            if mine and day <= person.site.day(at) and not (own.gone or own.locked):
                what = f"Unscheduled visit, planned for {day:%a} {day.day} {day:%b}"
                yield Task(person, what, address(place))


def syringes_for(actor: Actor) -> list[Task]:
    """Syringes to be prepared, or to be checked by a second person."""
    if not actor.may_anywhere("prepare syringe"):
        return []
    found, rows = [], syringes_waiting(actor)
    held = hold_notes([row.person for row in rows], actor)
    for row in rows:
        on = f"{row.on:%a} {row.on.day} {row.on:%b}" if row.on else "not planned yet"
        notes = held.get(row.person.identifier, [])
        if row.syringe is None:
            path = reverse("prepare", args=[row.person.identifier, row.visit.id])
            deed, word = "prepare a syringe", "Prepare"
        elif row.syringe.agrees is None and row.syringe.filled_by != actor.name:
            path = reverse("syringe", args=[row.syringe.number])
            deed, word = f"check syringe {row.syringe.number}", "Check"
        else:
            continue
        what = " ".join([f"{row.visit.label}, {on}: {deed}", *notes])
        found.append(Task(row.person, what, path, word, hold=bool(notes)))
    return found


def _address(person: Participant, visit: DueVisit) -> str:
    if any(one.form.id in ("infusion", "vitals") for one in visit.open_forms):
        return reverse("infusion", args=[person.identifier, visit.planned.visit.id])
    return reverse("participant", args=[person.identifier])
