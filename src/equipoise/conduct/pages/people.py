"""Who works in the trial, and where: inviting, roles by site, closing; zones of sites."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from equipoise.conduct.access import inviting, proposing
from equipoise.conduct.access.acting import ALL_SITES, Actor, who
from equipoise.conduct.access.granting import GRANTABLE, end, grant, is_sealed
from equipoise.conduct.access.models import Membership, Proposal
from equipoise.conduct.access.reading import Person, people, person_of
from equipoise.conduct.access.rights import RIGHTS, Role, leads_to_arms
from equipoise.conduct.access.second_person import anybody, lately, shortages
from equipoise.conduct.pages.accounts import address_of
from equipoise.conduct.resetting import ask, confirmers
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import in_force
from equipoise.conduct.study.sites import set_timezone, zone_names
from equipoise.errors import AccessError, ConductError, Problem


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
        user = inviting.invite(**given, actor=actor, at=now)
    except AccessError as error:
        again = given | {"people": people(actor, at=now), "problems": error.problems}
        return render(request, "people/everyone.html", again, status=409)
    shown = {"person": user, "link": address_of(request, inviting.link(user))}
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
        inviting.close(user, actor=actor, at=now, reason=reason)
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
    everywhere = frozenset({ALL_SITES})
    if not second or known.username == actor.name:
        return False
    return not anybody(actor.name, known.username, everywhere, at=timezone.now())


def _shown(user: User, actor: Actor) -> dict[str, Any]:
    """What the page of a person shows."""
    now = timezone.now()
    known: Person = person_of(user, at=now)
    return {
        "person": known,
        "waits": [(one, proposing.confirmers(one, at=now)) for one in known.waits],
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
