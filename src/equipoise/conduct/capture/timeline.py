"""Timeline of a participant: scores, infusions and events that a user may view."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import Current
from equipoise.conduct.capture.form_plan import Plan
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_status import milestones
from equipoise.conduct.capture.permission import may_read
from equipoise.conduct.capture.scores import scores_of
from equipoise.conduct.forms import short_labels
from equipoise.conduct.forms.from_library import standard
from equipoise.conduct.forms.from_protocol import instrument_form
from equipoise.conduct.forms.local_time import day_of


@dataclass(frozen=True, slots=True)
class Series:
    """One score over time."""

    label: str
    points: tuple[tuple[int, float], ...]  # day of the schedule and score
    range: tuple[float, float]  # of the score


@dataclass(frozen=True, slots=True)
class Span:
    """Something with a start, and perhaps an end, in days of the schedule."""

    label: str
    start: int
    end: int | None = None
    serious: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """Data of the drawing, without anything that the user may not view."""

    series: tuple[Series, ...]
    infusions: tuple[Span, ...]
    events: tuple[Span, ...]
    milestones: tuple[Span, ...]
    today: int

    @property
    def is_empty(self) -> bool:
        """Whether there is anything to draw."""
        return not (self.series or self.infusions or self.events or self.milestones)


def timeline(
    person: Participant, plan: Plan, known: Current, *, actor: Actor, today: date
) -> Timeline | None:
    """Timeline of a participant; None before day 0 is planned."""
    if person.day0 is None:
        return None
    day0, site = person.day0, person.site.code
    infusions: tuple[Span, ...] = ()
    events: tuple[Span, ...] = ()
    ended: tuple[Span, ...] = ()
    if actor.sees(plan.protocol, "infusions", site):
        infusions = _infusions(plan, known, day0, person.site.zone)
    if may_read(actor, person, standard("adverse-event")):
        events = _events(known, day0)
    if actor.may("read forms", site):
        ended = tuple(
            Span(short_labels.milestone(m.milestone), (m.on - day0).days)
            for m in milestones(known)
            if m.on is not None
        )
    series = _series(person, plan, known, actor, day0)
    return Timeline(series, infusions, events, ended, (today - day0).days)


def _series(
    person: Participant, plan: Plan, known: Current, actor: Actor, day0: date
) -> tuple[Series, ...]:
    found = []
    for use in plan.protocol.instruments:
        form = instrument_form(plan.protocol, use.id)
        if form.shows != "ratings" or not may_read(actor, person, form):
            continue
        scale = plan.protocol.scales[use.id]
        scored = scores_of(plan.protocol, known)(f"{use.id}.{scale.primary_score}")
        points = [
            (_day(known, visit.id, visit.day, day0), scored[visit.id])
            for visit in plan.protocol.schedule.visits
            if visit.id in scored
        ]
        if points:
            span = scale.scores[scale.primary_score].range
            found.append(Series(scale.name, tuple(sorted(points)), span))
    return tuple(found)


def _infusions(
    plan: Plan, known: Current, day0: date, zone: ZoneInfo
) -> tuple[Span, ...]:
    said = (
        (visit.label, known.answers("infusion", visit.id).get("started_at"))
        for visit in plan.protocol.schedule.visits
    )
    return tuple(
        Span(label, (day_of(start, zone) - day0).days) for label, start in said if start
    )


def _events(known: Current, day0: date) -> tuple[Span, ...]:
    found = []
    for form, _, _ in known.status:
        said = known.answers(form) if form.startswith("event#") else {}
        if said.get("started_on") and said.get("term"):
            start = (date.fromisoformat(said["started_on"]) - day0).days
            stopped = said.get("stopped_on")
            end = (date.fromisoformat(stopped) - day0).days if stopped else None
            found.append(Span(said["term"], start, end, said.get("serious") == "yes"))
    return tuple(sorted(found, key=lambda span: span.start))


def _day(known: Current, visit: str, planned: int, day0: date) -> int:
    """The day on which a visit took place, or the planned day while that is unknown."""
    took_place = known.answers("visit", visit).get("date")
    return (date.fromisoformat(took_place) - day0).days if took_place else planned
