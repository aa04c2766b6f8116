"""Participants: screening log, day 0, and the timing of visits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from equipoise.conduct.access.actor import Actor, refused
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import entries, lock, require_reason
from equipoise.conduct.capture.current_values import Current, changing
from equipoise.conduct.capture.end_of_trial import require_recruiting
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.forms.local_time import day_of
from equipoise.conduct.forms.value_checks import day_problem
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import in_force, record
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.calendar import Visit

NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
SITE = ("code", "name", "timezone")
NAMED = (  # read with every request
    f"SELECT p.*, {', '.join(f's.{n} AS site_{n}' for n in SITE)} "  # noqa: S608
    "FROM capture_participant p JOIN study_site s ON s.id = p.site_id "
    "WHERE p.identifier = %s"
)


def screen(site: str, *, actor: Actor, at: datetime) -> Participant:
    """Adds the next participant to the screening log.

    Raises:
        AccessError: EQ911; also for a site that does not exist.
        ConductError: EQ921, recruitment is closed; EQ970, the trial is unblinded.
    """
    where = Site.objects.filter(code=site).first() if site.isascii() else None
    if where is None:  # identical text as for a site without rights
        raise refused("you may not screen here")
    actor.require("screen", site)
    with transaction.atomic():
        lock(STUDY)  # consecutive numbers, also when two sites screen simultaneously
        require_recruiting()
        place = 1 + (Participant.objects.aggregate(last=Max("place"))["last"] or 0)
        made = Participant.objects.create(
            identifier=f"P{place:04d}", site=where, place=place, created_at=at
        )
        record(made.identifier, Fact("screen", value=site), actor=actor.name, at=at)
    return made


def find(identifier: str, actor: Actor) -> Participant:
    """A participant whom this user may know of.

    Raises:
        AccessError: EQ911: the participant is of another site, or does not exist; the
            message is identical, so that it does not reveal which.
    """
    person = None
    if NAME.fullmatch(identifier):  # not every text goes to the database
        person = next(iter(Participant.objects.raw(NAMED, [identifier])), None)
    if person is not None:
        code, name, zone = (getattr(person, f"site_{n}") for n in SITE)
        person.site = Site(person.site_id, code, name, zone)
    own = actor.own is None or actor.own == identifier
    if person is None or not own or not actor.roles_at(person.site.code):
        raise no_such_participant()
    return person


def no_such_participant() -> AccessError:
    """The error for a participant whom the user may not know of: EQ911."""
    what = "there is no such participant at your sites"
    return refused(what, "the address", "find the participant on your list")


def visible(actor: Actor) -> list[Participant]:
    """Participants whom a user may know of, in order of screening."""
    if actor.own is not None:
        own = Participant.objects.filter(identifier=actor.own)
        return list(own.select_related("site"))
    sites = {s.pk: s for s in Site.objects.all() if actor.roles_at(s.code)}
    found = list(Participant.objects.filter(site__in=list(sites)))
    for person in found:
        person.site = sites[person.site_id]  # one object per site, not per row
    return found


def plan_day0(
    person: Participant, day0: date, *, actor: Actor, at: datetime, reason: str = ""
) -> None:
    """Sets day 0, from which all visits are scheduled; a new date is a new entry.

    Once treatment has started, only an investigator corrects day 0, with a reason.

    Raises:
        AccessError: EQ911, also after the start of treatment without an investigator.
        ConductError: EQ921, the participant is locked; EQ922, no reason after the start of
            treatment; EQ923, the day is not valid, or before the consent.
    """
    actor.require("schedule", person.site.code)
    problem = day_problem(day0)
    if problem:
        raise _no_day0(f"day 0 is {problem}")
    forms = "schedule", "consent", "infusion", "visit"
    with changing(person.identifier, forms) as known:
        signed = known.answers("consent").get("signed_at")
        if signed and day0 < day_of(signed, person.site.zone):
            raise _no_day0("day 0 is before the consent")
        if person.day0 is not None and day0 != person.day0 and treated(known):
            actor.require("judge eligibility", person.site.code)
            require_reason(
                reason, "EQ922",
                "treatment has started, so day 0 is changed only with a reason",
                "day 0", "enter the reason; the audit trail keeps both days",
            )  # fmt: skip
        fact = Fact(
            "plan", form="schedule", item="day0", value=day0.isoformat(),
            reason=reason.strip(),
        )  # fmt: skip
        record(person.identifier, fact, actor=actor.name, at=at)
        Participant.objects.filter(pk=person.pk).update(day0=day0)


def treated(known: Current) -> bool:
    """Whether treatment has started: an infusion, or a treatment visit took place."""
    visits = {v.id for v in in_force().schedule.visits if v.phase != "screening"}
    return any(
        known.answers(form, visit, minute).get("started_at")
        or known.answers(form, visit, minute).get("status") == "done"
        for form, visit, minute in known.values
        if form in ("infusion", "visit") and visit in visits
    )


@dataclass(frozen=True, slots=True)
class Moved:
    """A change of day 0 after the start of treatment."""

    before: date
    after: date
    actor: str
    at: datetime
    reason: str


def moved(person: Participant, known: Current) -> list[Moved]:
    """Changes of day 0 with a reason, in order; empty before treatment."""
    if not treated(known):
        return []
    found, before = [], None
    for entry in entries(person.identifier).filter(act="plan", item="day0"):
        after = date.fromisoformat(entry.value or "")
        if before is not None and entry.reason and after != before:
            found.append(Moved(before, after, entry.actor, entry.at, entry.reason))
        before = after
    return found


def _no_day0(what: str) -> ConductError:
    return ConductError.single("EQ923", what, where="day 0", fix="enter another date")


@dataclass(frozen=True, slots=True)
class Timing:
    """Day of a visit in the schedule."""

    day: int  # of the schedule
    in_window: bool  # whether it is in the window of the visit


def timing(person: Participant, visit: Visit, on: date) -> Timing:
    """The day of the schedule of a visit; EQ923 if day 0 is not planned."""
    if person.day0 is None:
        raise ConductError.single(
            "EQ923",
            "day 0 is not planned yet",
            where=person.identifier,
            fix="enter the date of the first infusion or the first day of treatment",
        )
    day = (on - person.day0).days
    early, late = (visit.day + part for part in visit.window)
    return Timing(day, early <= day <= late)
