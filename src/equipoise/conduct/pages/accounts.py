"""Accounts: the first one, one's own, the link of an invitation, that of a participant."""

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
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from equipoise.conduct import resetting
from equipoise.conduct.access import inviting
from equipoise.conduct.access.acting import who
from equipoise.conduct.operation.first_run import make_administrator, needed
from equipoise.conduct.pages.desk import person_of
from equipoise.conduct.resetting import ask_for_participant, history, in_use


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
    user = inviting.participant_account(identifier, site, actor=actor, at=now)
    if in_use(user):
        reason = request.POST.get("reason", "")
        link = ask_for_participant(user, site, actor=actor, at=now, reason=reason).link
    else:
        link = inviting.link(user)
    address = address_of(request, link)
    size, code = path_of(address)
    shown = {"person": person, "link": address, "size": size, "code": code}
    return render(request, "people/invitation.html", shown)


def address_of(request: HttpRequest, link: inviting.Link) -> str:
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
