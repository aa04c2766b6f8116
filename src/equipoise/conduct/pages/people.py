"""Accounts, the people of the trial and its sites.

One's own account, the first one, the link of an invitation, the account of a participant;
inviting, roles by site and closing, for administrators; time zones of sites.
"""

from __future__ import annotations

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
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from equipoise.conduct import resetting
from equipoise.conduct.access import accounts
from equipoise.conduct.access.accounts import Person, people
from equipoise.conduct.access.acting import ALL_SITES, Actor, who
from equipoise.conduct.access.granting import GRANTABLE, end, grant, is_sealed
from equipoise.conduct.access.models import Membership, Proposal
from equipoise.conduct.access.rights import RIGHTS, Role, leads_to_arms
from equipoise.conduct.access.second_person import (
    Case,
    candidates,
    confirmers,
    lately,
    shortages,
)
from equipoise.conduct.operation.first_run import make_administrator, needed
from equipoise.conduct.pages.desk import person_of
from equipoise.conduct.resetting import ask, history, in_use
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import in_force
from equipoise.conduct.study.sites import set_timezone, zone_names
from equipoise.errors import AccessError, ConductError, Problem


@login_not_required
def not_here(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
    """What other applications have here: signing up, and passwords by mail."""
    raise Http404


@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """What a person can change of the own account, the roles that hold, and resets."""
    return own_page(request)


def own_page(request: HttpRequest, problems: list[str] | None = None) -> HttpResponse:
    """The page of the own account, with what was wrong with a code."""
    shown = {"resets": history(cast(User, request.user)), "problems": problems or []}
    return render(request, "account/own.html", shown, status=409 if problems else 200)


# Written down with what was done, or neither: allauth's own pages save first.
change_password = transaction.atomic(password_change)
add_passkey = transaction.atomic(add_webauthn)


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, account: str, token: str) -> HttpResponse:
    """Sets the password of who was invited; the link is void afterwards."""
    found = resetting.door(account, token)
    if found is None:
        return render(request, "account/join_void.html", status=410)
    shown: dict[str, Any] = {"person": found.user, "door": found, "problems": []}
    if found.waits:
        return render(request, "account/join_waits.html", shown, status=409)
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in ("password", "code")}
        shown["problems"] = resetting.join(account, token, at=timezone.now(), **given)
        if not shown["problems"]:
            messages.success(request, "Your password is set. Log in.")
            return redirect("account_login")
    status = 400 if shown["problems"] else 200
    return render(request, "account/join.html", shown, status=status)


@require_POST
def for_participant(request: HttpRequest, identifier: str) -> HttpResponse:
    """Makes the account of a participant, or a new link to it; shows the link once."""
    actor, now = who(request)
    person = person_of(request, identifier)
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
        33
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
@require_http_methods(["GET", "POST"])
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
            messages.success(request, "You are the administrator. Log in.")
            return redirect("account_login")
    shown = {"token": token, "problems": problems, "given": request.POST}
    return render(request, "account/setup.html", shown, status=400 if problems else 200)


@require_GET
def everyone(request: HttpRequest) -> HttpResponse:
    """Everybody, with the roles that hold; and what will be missing, until sealing."""
    now = timezone.now()
    shown = {"people": people(_manager(request), at=now)}
    short = [] if is_sealed() else shortages(in_force(), at=now)
    return render(request, "people/everyone.html", shown | {"shortages": short})


@require_POST
def invite_person(request: HttpRequest) -> HttpResponse:
    """Makes an account and shows its link, once."""
    actor, now = _manager(request), timezone.now()
    names = ("username", "full_name", "email")
    given = {name: request.POST.get(name, "") for name in names}
    try:
        user = accounts.invite(**given, actor=actor, at=now)
    except AccessError as error:
        again = given | {"people": people(actor, at=now), "problems": error.problems}
        return render(request, "people/everyone.html", again, status=409)
    shown = {"person": user, "link": address_of(request, accounts.link(user))}
    return render(request, "people/link.html", shown)


@require_GET
def person(request: HttpRequest, username: str) -> HttpResponse:
    """One person: roles that hold, roles that held, what can be done."""
    actor = _manager(request)
    return render(request, "people/person.html", _shown(_user(username), actor))


@require_POST
def grant_role(request: HttpRequest, username: str) -> HttpResponse:
    """Gives a role."""
    actor, user = _manager(request), _user(username)
    said = {name: request.POST.get(name, "") for name in ("role", "site", "reason")}
    try:
        given = grant(user, **said, actor=actor, at=timezone.now())
    except AccessError as error:
        return _refused(request, user, actor, error)
    if isinstance(given, Proposal):
        told = f"{username} is not {said['role']} yet: it waits for a second person."
        messages.warning(request, told)
    else:
        messages.success(request, f"{username} is {said['role']} now.")
    return redirect("person", username=username)


@require_POST
def end_role(request: HttpRequest, username: str, key: int) -> HttpResponse:
    """Ends a role."""
    actor, now = _manager(request), timezone.now()
    member = get_object_or_404(Membership, pk=key, user__username=username)
    try:
        end(member, actor=actor, at=now, reason=request.POST.get("reason", ""))
    except AccessError as error:
        return _refused(request, _user(username), actor, error)
    messages.success(request, f"{member.role} has ended.")
    return redirect("person", username=username)


@require_POST
def reset_account(request: HttpRequest, username: str) -> HttpResponse:
    """A new link for who has lost password or second factor."""
    actor, user, now = _manager(request), _user(username), timezone.now()
    try:
        asked = ask(user, actor=actor, at=now, reason=request.POST.get("reason", ""))
    except AccessError as error:
        return _refused(request, user, actor, error)
    shown = {"person": user, "link": address_of(request, asked.link)}
    if asked.reset.waits:
        shown |= {"waits": True, "confirmers": confirmers(asked.reset, at=now)}
    return render(request, "people/link.html", shown)


@require_POST
def close_account(request: HttpRequest, username: str) -> HttpResponse:
    """Closes an account with all its roles."""
    actor, user, now = _manager(request), _user(username), timezone.now()
    try:
        reason = request.POST.get("reason", "")
        accounts.close(user, actor=actor, at=now, reason=reason)
    except AccessError as error:
        return _refused(request, user, actor, error)
    messages.success(request, f"The account {username} is closed.")
    return redirect("people")


def _refused(
    request: HttpRequest, user: User, actor: Actor, error: AccessError
) -> HttpResponse:
    """The page of a person, with what was refused."""
    shown = _shown(user, actor) | {"problems": error.problems}
    return render(request, "people/person.html", shown, status=409)


def _manager(request: HttpRequest) -> Actor:
    actor = who(request)[0]
    actor.require("manage people", ALL_SITES)
    return actor


def _user(username: str) -> User:
    return get_object_or_404(User, username=username)


def _one_of(names: list[Role]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _is_the_last(known: Person, actor: Actor) -> bool:
    """Whether nobody could be the second person of this administrator without them."""
    second = any("confirm reset" in RIGHTS[cast(Role, m.role)] for m in known.holds)
    if not second or known.username == actor.name:
        return False
    return not candidates(Case(actor.name, known.username), at=timezone.now())


def _shown(user: User, actor: Actor) -> dict[str, Any]:
    """What the page of a person shows."""
    now = timezone.now()
    known: Person = accounts.person_of(user, at=now)
    return {
        "person": known,
        "waits": [(one, confirmers(one, at=now)) for one in known.waits],
        "own": user.username == actor.name,
        "roles": GRANTABLE,
        "sealed": is_sealed(),
        "last": _is_the_last(known, actor),
        "leading": _one_of([role for role in GRANTABLE if leads_to_arms(role)]),
        "lately": lately().days,
        "sites": Site.objects.all(),
        "everywhere": ALL_SITES,
    }


@require_GET
def sites(request: HttpRequest) -> HttpResponse:
    """Every site, and what its clock shows now."""
    _of_study(request)
    return _sites_page(request)


@require_POST
def change_zone(request: HttpRequest, code: str) -> HttpResponse:
    """Changes the time zone of a site, with a reason."""
    actor, site = _of_study(request), get_object_or_404(Site, code=code)
    zone, reason = request.POST.get("timezone", ""), request.POST.get("reason", "")
    try:
        set_timezone(site, zone, actor=actor.name, at=timezone.now(), reason=reason)
    except ConductError as error:
        return _sites_page(request, error.problems)
    messages.success(request, f"The time zone of {site} is {site.timezone}.")
    return redirect("sites")


def _of_study(request: HttpRequest) -> Actor:
    actor = who(request)[0]
    actor.require("manage study", ALL_SITES)
    return actor


def _sites_page(
    request: HttpRequest, problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    shown = {
        "sites": Site.objects.all(),
        "zones": zone_names(),
        "now": timezone.now(),
        "problems": problems,
    }
    status = 409 if problems else 200
    return render(request, "sites/sites.html", shown, status=status)
