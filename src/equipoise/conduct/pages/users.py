"""Accounts, the people of the trial and its sites.

One's own account, the first one, the link of an invitation, the account of a participant;
inviting, roles by site and closing, for administrators; time zones of sites.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import qrcode
from allauth.account.views import password_change
from allauth.mfa.webauthn.views import add_webauthn
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from equipoise.conduct import account_reset
from equipoise.conduct.access import accounts
from equipoise.conduct.access.accounts import Person, people
from equipoise.conduct.access.actor import ALL_SITES, Actor, who
from equipoise.conduct.access.models import Membership, Proposal
from equipoise.conduct.access.rights import RIGHTS, Role, leads_to_arms
from equipoise.conduct.access.role_grants import GRANTABLE, end, grant, is_sealed
from equipoise.conduct.access.second_approver import (
    Case,
    candidates,
    confirmers,
    lately,
    shortages,
)
from equipoise.conduct.account_reset import ask, history, in_use
from equipoise.conduct.error_responses import refused_on
from equipoise.conduct.operation.first_run import make_administrator, needed
from equipoise.conduct.pages.context import done, page_with
from equipoise.conduct.pages.form_context import about
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import in_force
from equipoise.conduct.study.sites import set_timezone, zone_names
from equipoise.errors import AccessError, ConductError, Problem


@login_not_required
def not_here(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
    """What other applications have here: signing up, and passwords by mail."""
    raise Http404


def own_page(request: HttpRequest, problems: Sequence[str] = ()) -> HttpResponse:
    """One's account, the roles that hold, and resets; what was wrong with a code."""
    shown = {"resets": history(cast(User, request.user))}
    return page_with(request, "account/own.html", shown, problems)


# Written down with what was done, or neither: allauth's own pages save first.
change_password = transaction.atomic(password_change)
add_passkey = transaction.atomic(add_webauthn)


@login_not_required
@sensitive_post_parameters()
def join(request: HttpRequest, account: str, token: str) -> HttpResponse:
    """Sets the password of who was invited; the link is void afterwards."""
    found = account_reset.door(account, token)
    if found is None:
        return render(request, "account/join_void.html", status=410)
    shown: dict[str, Any] = {"person": found.user, "door": found, "problems": []}
    if found.waits:
        return render(request, "account/join_waits.html", shown, status=409)
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in ("password", "code")}
        shown["problems"] = account_reset.join(
            account, token, at=timezone.now(), **given
        )
        if not shown["problems"]:
            return done(request, "Your password is set. Log in.", "account_login")
    status = 400 if shown["problems"] else 200
    return render(request, "account/join.html", shown, status=status)


def for_participant(request: HttpRequest, identifier: str) -> HttpResponse:
    """Makes the account of a participant, or a new link to it; shows the link once."""
    person, actor, now = about(request, identifier)
    site = person.site.code
    user = accounts.participant_account(identifier, site, actor=actor, at=now)
    if in_use(user):
        reason = request.POST.get("reason", "")
        link = ask(user, site=site, actor=actor, at=now, reason=reason).link
    else:
        link = accounts.link(user)
    address = address_of(request, link)
    size, code = path_of(address)
    shown = {"person": person, "link": address, "size": size, "code": code}
    return render(request, "people/invitation.html", shown)


def address_of(request: HttpRequest, link: accounts.Link) -> str:
    """The whole address of an invitation."""
    return request.build_absolute_uri(reverse("join", args=[link.account, link.token]))


QUIET = 4  # modules around the code (ISO/IEC 18004)


def path_of(text: str) -> tuple[int, str]:
    """The size of a QR code in modules, and its dark modules as an SVG path.

    Example:
        >>> path_of("https://trial.example/join/x")[0]
        37
    """
    code = qrcode.QRCode(border=0)
    code.add_data(text)
    code.make()
    rows = code.get_matrix()
    dark = [
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, filled in enumerate(row)
        if filled
    ]
    return len(rows) + 2 * QUIET, "".join(dark)


@login_not_required
@sensitive_post_parameters()
def set_up(request: HttpRequest) -> HttpResponse:
    """Makes the first administrator; there is no such page afterwards."""
    if not needed():
        raise Http404
    token = request.POST.get("token") or request.GET.get("token", "")
    problems: list[str] = []
    if request.method == "POST":
        names = ("username", "full_name", "password")
        given = {name: request.POST.get(name, "") for name in names}
        now = timezone.now()
        problems = make_administrator(settings.HOME, token, at=now, **given)
        if not problems:
            return done(request, "You are the administrator. Log in.", "account_login")
    shown = {"token": token, "problems": problems, "given": request.POST}
    return render(request, "account/setup.html", shown, status=400 if problems else 200)


def everyone(request: HttpRequest) -> HttpResponse:
    """Everybody, with the roles that hold; and what will be missing, until sealing."""
    actor, now = _manager(request)
    short = [] if is_sealed() else shortages(in_force(), at=now)
    shown = {"people": people(actor, at=now), "shortages": short}
    return render(request, "people/everyone.html", shown)


def invite_person(request: HttpRequest) -> HttpResponse:
    """Makes an account and shows its link, once."""
    actor, now = _manager(request)
    names = ("username", "full_name", "email")
    given = {name: request.POST.get(name, "") for name in names}
    try:
        user = accounts.invite(**given, actor=actor, at=now)
    except AccessError as error:
        again = given | {"people": people(actor, at=now), "problems": error.problems}
        return render(request, "people/everyone.html", again, status=409)
    shown = {"person": user, "link": address_of(request, accounts.link(user))}
    return render(request, "people/link.html", shown)


def person(
    request: HttpRequest,
    username: str,
    key: int = 0,
    problems: tuple[Problem, ...] = (),
) -> HttpResponse:
    """One person: roles that hold or held, what can be done, and what was refused."""
    actor, now = _manager(request)
    known = accounts.person_of(_user(username), at=now)
    leading = [role for role in GRANTABLE if leads_to_arms(role)]
    shown = {
        "person": known,
        "waits": [(one, confirmers(one, at=now)) for one in known.waits],
        "own": username == actor.name,
        "roles": GRANTABLE,
        "sealed": is_sealed(),
        "last": _is_the_last(known, actor, now),
        "leading": f"{', '.join(leading[:-1])} or {leading[-1]}",
        "lately": lately().days,
        "sites": Site.objects.all(),
        "everywhere": ALL_SITES,
    }
    return page_with(request, "people/person.html", shown, problems)


@refused_on(person)
def grant_role(request: HttpRequest, username: str) -> HttpResponse:
    """Gives a role."""
    actor, now = _manager(request)
    said = {name: request.POST.get(name, "") for name in ("role", "site", "reason")}
    given = grant(_user(username), **said, actor=actor, at=now)
    if not isinstance(given, Proposal):
        return done(request, f"{username} is {said['role']} now.", "person", username)
    told = f"{username} is not {said['role']} yet: it waits for a second person."
    messages.warning(request, told)
    return redirect("person", username)


@refused_on(person)
def end_role(request: HttpRequest, username: str, key: int) -> HttpResponse:
    """Ends a role."""
    actor, now = _manager(request)
    member = get_object_or_404(Membership, pk=key, user__username=username)
    end(member, actor=actor, at=now, reason=request.POST.get("reason", ""))
    return done(request, f"{member.role} has ended.", "person", username)


@refused_on(person)
def reset_account(request: HttpRequest, username: str) -> HttpResponse:
    """A new link for who has lost password or second factor."""
    (actor, now), user = _manager(request), _user(username)
    asked = ask(user, actor=actor, at=now, reason=request.POST.get("reason", ""))
    shown = {"person": user, "link": address_of(request, asked.link)}
    if asked.reset.waits:
        shown |= {"waits": True, "confirmers": confirmers(asked.reset, at=now)}
    return render(request, "people/link.html", shown)


@refused_on(person)
def close_account(request: HttpRequest, username: str) -> HttpResponse:
    """Closes an account with all its roles."""
    (actor, now), reason = _manager(request), request.POST.get("reason", "")
    accounts.close(_user(username), actor=actor, at=now, reason=reason)
    return done(request, f"The account {username} is closed.", "people")


def _manager(request: HttpRequest) -> tuple[Actor, datetime]:
    who(request)[0].require("manage people", ALL_SITES)
    return who(request)


def _user(username: str) -> User:
    return get_object_or_404(User, username=username)


def _is_the_last(known: Person, actor: Actor, at: datetime) -> bool:
    """Whether nobody could be the second person of this administrator without them."""
    second = any("confirm reset" in RIGHTS[cast(Role, m.role)] for m in known.holds)
    if not second or known.username == actor.name:
        return False
    return not candidates(Case(actor.name, known.username), at=at)


def sites(
    request: HttpRequest, code: str = "", problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    """Every site, and what its clock shows now."""
    who(request)[0].require("manage study", ALL_SITES)
    shown = {"sites": Site.objects.all(), "zones": zone_names(), "now": timezone.now()}
    return page_with(request, "sites/sites.html", shown, problems)


@refused_on(sites, ConductError)
def change_zone(request: HttpRequest, code: str) -> HttpResponse:
    """Changes the time zone of a site, with a reason."""
    actor, now = who(request)
    actor.require("manage study", ALL_SITES)
    site = get_object_or_404(Site, code=code)
    zone, reason = request.POST.get("timezone", ""), request.POST.get("reason", "")
    set_timezone(site, zone, actor=actor.name, at=now, reason=reason)
    return done(request, f"The time zone of {site} is {site.timezone}.", "sites")
