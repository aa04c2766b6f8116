"""Accounts: one's own, the link of an invitation, the account of a participant."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from equipoise.conduct.access import inviting
from equipoise.conduct.access.acting import actor_of
from equipoise.conduct.capture.participants import find


def not_here(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
    """What other applications have here: signing up, and passwords by mail."""
    raise Http404


@login_required
@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """What a person can change of the own account, and the roles that hold."""
    return render(request, "account/own.html")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, account: str, token: str) -> HttpResponse:
    """Sets the password of who was invited; the link is void afterwards."""
    user = inviting.invited(account, token)
    if user is None:
        return render(request, "account/join_void.html", status=410)
    problems: list[str] = []
    if request.method == "POST":
        password = request.POST.get("password", "")
        problems = inviting.set_password(user, password, at=timezone.now())
        if not problems:
            messages.success(request, "Your password is set. Log in.")
            return redirect("account_login")
    shown = {"person": user, "problems": problems}
    return render(request, "account/join.html", shown, status=400 if problems else 200)


@login_required
@require_POST
@never_cache
def for_participant(request: HttpRequest, identifier: str) -> HttpResponse:
    """Makes the account of a participant, and shows its link once."""
    now = timezone.now()
    actor = actor_of(request.user, at=now)
    person = find(identifier, actor)
    user = inviting.participant_account(
        identifier, person.site.code, actor=actor, at=now
    )
    shown = {"person": user, "link": address_of(request, inviting.link(user))}
    return render(request, "people/link.html", shown)


def address_of(request: HttpRequest, link: inviting.Link) -> str:
    """The whole address of an invitation."""
    return request.build_absolute_uri(reverse("join", args=[link.account, link.token]))
