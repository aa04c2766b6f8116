"""The form and participant of a request, and whether the user may view it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

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
    """A form opened by a user."""

    actor: Actor
    place: Place
    known: Current
    at: datetime
    editable: bool  # the user may fill it in, and it is not closed
    notice: str = ""  # why it is closed; empty if the user may only read it
    mine: bool = False  # the user may fill it in unless it is closed

    @property
    def state(self) -> str:
        """Status of the form; empty before it was started."""
        return self.known.status.get(self.place.where, "")

    @property
    def begins_again(self) -> bool:
        """Whether a voided form can be filled in again."""
        return self.state == "void" and self.editable

    @property
    def deeds(self) -> tuple[str, ...]:
        """Actions of this user on the form status (``capture.setting_aside``)."""
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
    """The participant of an address, searched once in a request (EQ911)."""
    known: Participant | None = getattr(request, "person", None)
    if known is None or known.identifier != identifier:
        known = find(identifier, who(request)[0])
        request.person = known  # type: ignore[attr-defined]
    return known


def about(request: HttpRequest, identifier: str) -> tuple[Participant, Actor, datetime]:
    """The participant of an address (EQ911), the user, and the time."""
    return person_of(request, identifier), *who(request)


def desk_of(request: HttpRequest, identifier: str, form: str) -> Desk:
    """The form of an address, with the errors of ``named`` and ``desk_at``."""
    actor, at = who(request)
    place = named(request, identifier, form)
    # "visit": whether an unscheduled visit was opened.
    read = form, "consent", "visit", *needed(place.form), *other_rating(place.form)
    known = current(identifier, read, place.visit)
    return desk_at(place, known, actor, at)


def named(request: HttpRequest, identifier: str, form: str) -> Place:
    """The form of an address, if the user may view it; no values are read yet.

    Raises:
        AccessError: EQ911, EQ913: no access to the participant or the form.
        ConductError: EQ924, there is no such form.
    """
    person, actor, _ = about(request, identifier)
    minute = whole(request.GET.get("minute", ""))
    place = place_of(person, form, request.GET.get("visit", ""), minute)
    require_reading(actor, person, place.form)
    return as_filled_by(actor, place)


def is_numbered(place: Place) -> bool:
    """Whether the form exists only after a user opened it or its visit."""
    return "#" in place.form.id or place.visit.startswith(UNSCHEDULED)


def desk_at(place: Place, known: Current, actor: Actor, at: datetime) -> Desk:
    """A form for a user who may view it.

    Raises:
        ConductError: EQ923, the form is empty and there is no valid consent;
            EQ924, an event or a visit that was not opened.
    """
    where = place.where
    begun = where in known.status
    if is_numbered(place) and not _opened(place, known):
        raise no_such()
    notice, mine = "", may_fill(actor, place.participant, place.form)
    state = known.status.get(where)
    if state == "not done":
        reason = known.not_done[where].value
        notice = _("This form was not done: {reason}").format(reason=reason)
    elif state == "void" and "#" in place.form.id:
        notice = _("This form was voided and is excluded. The reason is below.")
    elif known.locked is not None:
        by, since = known.locked
        mine = False
        notice = _(
            "{participant} was locked by {name} on {day}: this form is read-only."
        )
        day = f"{since.day} {since:%B %Y}"
        notice = notice.format(participant=place.participant, name=by, day=day)
    elif rates_unblinded(actor, place.participant, place.form):
        notice = _(
            "You were unblinded for {participant} in an emergency. A blinded user must "
            "complete this form."
        ).format(participant=place.participant)
    elif mine and state == "frozen":
        notice = _("This form is frozen: it is read-only.")
    elif mine and rated_already(place, known, actor.name):
        notice = _(
            "You completed the other rating: another rater must complete this one."
        )
    elif mine:
        notice = _consent_notice(place, known, at)
        if notice and not begun:
            raise ConductError.single(
                "EQ923",
                notice,
                where=_("informed consent"),
                fix=_("record consent to the current version first"),
            )
    return Desk(actor, place, known, at, mine and not notice, notice, mine)


def whole(text: str) -> int | None:
    """The integer in an address, else EQ924; None for an empty text."""
    if not text:
        return None
    try:
        number = int(text)
    except ValueError:
        number = 10**9
    if abs(number) > 100_000:
        raise no_such(_("the minute is not a valid number"))
    return number


def _opened(place: Place, known: Current) -> bool:
    if place.visit.startswith(UNSCHEDULED):
        return any(visit == place.visit for _, visit, _ in known.status)
    return place.where in known.status


def _consent_notice(place: Place, known: Current, at: datetime) -> str:
    if place.form.id.partition("#")[0] in BEFORE_CONSENT:
        return ""
    lacking = lacks_consent(known, place.participant.site.day(at))
    return _("The participant {reason}.").format(reason=lacking) if lacking else ""
