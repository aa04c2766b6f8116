"""Which form of whom a request is about, and whether the person may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from equipoise.conduct.access.actor import Actor, who
from equipoise.conduct.capture.consent import BEFORE_CONSENT, lacks_consent
from equipoise.conduct.capture.current_values import Current, current
from equipoise.conduct.capture.form_instance import (
    Place,
    as_filled_by,
    other_rating,
    rated_already,
)
from equipoise.conduct.capture.form_lookup import UNSCHEDULED, no_such, place_of
from equipoise.conduct.capture.form_saving import needed
from equipoise.conduct.capture.locking import DEEDS
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participants import find
from equipoise.conduct.capture.permission import (
    may_fill,
    rates_unblinded,
    require_reading,
)
from equipoise.errors import ConductError


@dataclass(frozen=True, slots=True)
class Desk:
    """A form in front of somebody."""

    actor: Actor
    place: Place
    known: Current
    at: datetime
    editable: bool  # the person may fill it in, and nothing closes it
    notice: str = ""  # why it is closed, in words; empty if it is only read
    mine: bool = False  # the person may fill it in, as long as nothing closes it

    @property
    def state(self) -> str:
        """How far the form is; empty before it was begun."""
        return self.known.status.get(self.place.where, "")

    @property
    def begins_again(self) -> bool:
        """Whether a voided form can be filled in anew."""
        return self.state == "void" and self.editable

    @property
    def deeds(self) -> tuple[str, ...]:
        """How this person can set the form aside (``capture.setting_aside``)."""
        if not self.mine or self.actor.own is not None or self.known.locked:
            return ()
        state = self.known.status.get(self.place.where)
        one_of_many = "#" in self.place.form.id
        corrects = self.actor.may("correct", self.place.participant.site.code)
        possible = {
            "not done": not one_of_many and state in (None, *DEEDS["not done"]),
            "void": state in ("started", "not done")
            or (state == "" and one_of_many)
            or (state == "complete" and corrects),
            "reopen": state == "not done",
        }
        return tuple(deed for deed, is_possible in possible.items() if is_possible)


def person_of(request: HttpRequest, identifier: str) -> Participant:
    """The participant of an address, looked for once in a request (EQ911)."""
    known: Participant | None = getattr(request, "person", None)
    if known is None or known.identifier != identifier:
        known = find(identifier, who(request)[0])
        request.person = known  # type: ignore[attr-defined]
    return known


def about(request: HttpRequest, identifier: str) -> tuple[Participant, Actor, datetime]:
    """The participant of an address (EQ911), who asks, and when."""
    return person_of(request, identifier), *who(request)


def desk_of(request: HttpRequest, identifier: str, form: str) -> Desk:
    """The form that an address names, as ``named`` and ``desk_at`` refuse it."""
    actor, at = who(request)
    place = named(request, identifier, form)
    # "visit": whether an unscheduled visit was opened.
    read = form, "consent", "visit", *needed(place.form), *other_rating(place.form)
    known = current(identifier, read, place.visit)
    return desk_at(place, known, actor, at)


def named(request: HttpRequest, identifier: str, form: str) -> Place:
    """The form that an address names, for who may see it; nothing is read of it yet.

    Raises:
        AccessError: EQ911, EQ913: not a participant, or not a form, of this person.
        ConductError: EQ924, there is no such form.
    """
    person, actor, _ = about(request, identifier)
    minute = whole(request.GET.get("minute", ""))
    place = place_of(person, form, request.GET.get("visit", ""), minute)
    require_reading(actor, person, place.form)
    return as_filled_by(actor, place)


def is_numbered(place: Place) -> bool:
    """Whether somebody must have opened the form, or its visit, before it is there."""
    return "#" in place.form.id or place.visit.startswith(UNSCHEDULED)


def desk_at(place: Place, known: Current, actor: Actor, at: datetime) -> Desk:
    """A form in front of somebody who may see it.

    Raises:
        ConductError: EQ923, nothing was written yet and there is no valid consent;
            EQ924, an event or a visit that nobody has opened.
    """
    where = place.where
    begun = where in known.status
    if is_numbered(place) and not _opened(place, known):
        raise no_such()
    notice, mine = "", may_fill(actor, place.participant, place.form)
    state = known.status.get(where)
    if state == "not done":
        notice = f"This form was not done: {known.not_done[where].value}"
    elif state == "void" and "#" in place.form.id:
        notice = "This form was voided: it counts nowhere. The reason is below."
    elif known.locked is not None:
        by, since = known.locked
        mine = False
        notice = (
            f"{place.participant} was locked by {by} on {since.day} {since:%B %Y}: "
            "this form can be read and not changed."
        )
    elif rates_unblinded(actor, place.participant, place.form):
        notice = (
            f"The treatment of {place.participant} was shown to you in an emergency: "
            "somebody who is blinded fills this form in."
        )
    elif mine and state == "frozen":
        notice = "This form is frozen: it can be read and not changed."
    elif mine and rated_already(place, known, actor.name):
        notice = (
            "You made the other rating of this visit: another rater makes this one."
        )
    elif mine:
        notice = _consent_notice(place, known, at)
        if notice and not begun:
            raise ConductError.single(
                "EQ923",
                notice,
                where="informed consent",
                mend="record the consent to the version in force first",
            )
    return Desk(actor, place, known, at, mine and not notice, notice, mine)


def whole(text: str) -> int | None:
    """A whole number of an address, EQ924 for any other; None for an empty text."""
    if not text:
        return None
    try:
        number = int(text)
    except ValueError:
        number = 10**9
    if abs(number) > 100_000:
        raise no_such("this is not a number of minutes")
    return number


def _opened(place: Place, known: Current) -> bool:
    if place.visit.startswith(UNSCHEDULED):
        return any(visit == place.visit for _, visit, _ in known.status)
    return place.where in known.status


def _consent_notice(place: Place, known: Current, at: datetime) -> str:
    if place.form.id.partition("#")[0] in BEFORE_CONSENT:
        return ""
    lacking = lacks_consent(known, place.participant.site.day(at))
    return f"The participant {lacking}." if lacking else ""
