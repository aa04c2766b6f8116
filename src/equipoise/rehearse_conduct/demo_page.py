"""First page of a demonstration: users, roles and open tasks, and switching of users.

The addresses are those of ``demo_urls.py``, which only the settings of ``serve --demo``
use; it is available on this machine only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from equipoise.conduct.access import proposals
from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.access.models import Membership, ParticipantAccount
from equipoise.conduct.account_reset import waiting as resets_waiting
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_status import label
from equipoise.conduct.pages.context import notices
from equipoise.conduct.pages.today import Agenda, agenda, knowledge
from equipoise.conduct.safety.alerts import may_acknowledge, open_alarms
from equipoise.protocol.roles import Role

PARTICIPANT: Role = "participant"
SHOWN = 3  # open tasks of a user; more are counted
DOES: dict[Role, str] = {
    "coordinator": "Screens participants, takes consent, plans and documents visits, "
    "enters paper questionnaires and randomizes.",
    "rater": "Rates with the CAPS-5 and other scales. Cannot view infusions, vital signs "
    "or adverse events.",
    "infusion team": "Starts, watches and stops infusions, and signs the discharge. Cannot "
    "view ratings.",
    "pharmacist": "Keeps the stock, prepares syringes and checks those of the other "
    "pharmacist. The only role that works unblinded.",
    "investigator": "Confirms eligibility, assesses alerts and adverse events, approves "
    "consent versions, ends treatment, and unblinds in an emergency.",
    "statistician": "Conceals the allocation schedule, locks participants, exports, and "
    "unblinds the trial at its end.",
    "monitor": "Reads every value and the audit trail. Enters nothing.",
    "administrator": "Invites users, grants roles, and closes recruitment. Cannot view "
    "data of participants.",
    PARTICIPANT: "Answers questionnaires on a phone.",
}


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A user whom one click signs in.

    Attributes:
        title: the role, with a number where several users have the same role.
        participant: identifier, of an account of a participant.
    """

    username: str
    name: str
    role: Role
    title: str
    participant: str = ""

    @property
    def does(self) -> str:
        """Description of the role."""
        return DOES[self.role]


@dataclass(frozen=True, slots=True)
class Line:
    """A user on the first page, with open tasks."""

    user: DemoUser
    waits: list[str]
    more: int
    status: str = ""


def demo_users() -> list[DemoUser]:
    """Users with a role, in order of creation."""
    held = Membership.objects.filter(until__isnull=True, user__is_active=True)
    return [
        DemoUser(
            one.user.username,
            one.user.get_full_name(),
            cast(Role, one.role),
            one.user.username.replace("-", " "),
        )
        for one in held.select_related("user").order_by("user_id", "id")
    ]


def context(request: HttpRequest) -> dict[str, object]:
    """The users of the bar above every page."""
    return {"demo_users": SimpleLazyObject(demo_users)}


@login_not_required
@never_cache
@require_safe
def demonstration(request: HttpRequest) -> HttpResponse:
    """Every user: role, description of the role, open tasks."""
    _require()
    at = timezone.now()
    everybody = knowledge(list(Participant.objects.select_related("site")))
    people = {person.identifier: person for person in everybody.people}
    own = [
        _line(user, everybody, at, label(people[user.participant].status))
        for user in _participants()
    ]
    known = {
        "staff": [_line(user, everybody, at) for user in demo_users()],
        "participants": [line for line in own if line.waits],
        "others": [line for line in own if not line.waits],
    }
    return render(request, "demonstration/first.html", known)


@login_not_required
@never_cache
@require_POST
def sign_in_as(request: HttpRequest) -> HttpResponse:
    """Signs in as another user, without a password."""
    _require()
    wanted = request.POST.get("user", "")
    if wanted == PARTICIPANT:
        wanted = _somebody_waiting()
    known = {user.username for user in (*demo_users(), *_participants())}
    user = User.objects.filter(username=wanted, is_active=True).first()
    if user is None or wanted not in known:
        raise Http404
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    # As after a password: no re-authentication for a minute.
    record_authentication(request, user, "demonstration")
    return redirect("today")


def _require() -> None:
    """Does not exist outside a demonstration."""
    if not settings.DEMO or settings.PRODUCTION:
        raise Http404


def _participants() -> list[DemoUser]:
    held = ParticipantAccount.objects.filter(user__is_active=True)
    return [
        DemoUser(one.user.username, "", PARTICIPANT, one.identifier, one.identifier)
        for one in held.select_related("user").order_by("identifier")
    ]


def _somebody_waiting() -> str:
    """A participant with an open questionnaire; else the first participant."""
    everybody = knowledge(list(Participant.objects.select_related("site")))
    at, found = timezone.now(), _participants()
    lines = (_line(user, everybody, at) for user in found)
    waiting = (line.user.username for line in lines if line.waits)
    return next(waiting, found[0].username if found else "")


def _line(user: DemoUser, everybody: Agenda, at: datetime, status: str = "") -> Line:
    waits = list(_waits(user, everybody, at))
    return Line(user, waits[:SHOWN], len(waits[SHOWN:]), status)


def _waits(user: DemoUser, everybody: Agenda, at: datetime) -> Iterator[str]:
    """Open tasks of a user, in the order of the page *Today*; none is marked as seen."""
    actor = actor_of(User.objects.get(username=user.username), at=at)
    own = agenda(actor, at, everybody)
    for person, alarm in open_alarms(own.people, actor):
        if may_acknowledge(actor, person, alarm):
            yield f"{person}: acknowledge an alert"
    for task in own.tasks:
        lost = f"{task.loss.label} " if task.loss else ""
        yield f"{task.person}: {lost}{task.what}" if task.person else task.what
    for proposal in proposals.waiting(actor, at=at):
        yield f"Confirm as second approver: {proposal.label}"
    for reset in resets_waiting(actor, at=at):
        yield f"Confirm a reset as second approver: {reset.user.get_full_name()}"
    for one in own.waiting:
        late = ", late" if one.late else ""
        what = f"{one.visit.planned.visit.label}, {one.what}{late}"
        yield what if actor.own else f"{one.person}: {what}"
    for notice in notices(actor, at):
        yield f"Read: {notice.text}"
