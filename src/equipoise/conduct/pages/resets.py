"""Resets of accounts: the second person confirms, the person concerned is told."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from equipoise.conduct.access.acting import Actor, who
from equipoise.conduct.access.models import Reset
from equipoise.conduct.pages.identity import is_still_the_same, just_shown
from equipoise.conduct.resetting import telling
from equipoise.conduct.resetting.confirming import confirm, waiting
from equipoise.errors import AccessError, Problem

UNSURE = Problem(
    code="EQ944",
    what="it is not certain that it is you who confirms",
    where="the password",
    mend="give your own password again",
)


@login_required
@require_GET
def resets(request: HttpRequest) -> HttpResponse:
    """Resets that wait for somebody's confirmation."""
    return _page(request, _actor(request))


@login_required
@require_POST
@never_cache
@sensitive_post_parameters()
def confirm_reset(request: HttpRequest, key: int) -> HttpResponse:
    """Confirms one, and shows the code, once."""
    actor = _actor(request)
    reset = get_object_or_404(Reset, pk=key)
    if not is_still_the_same(request):
        return _page(request, actor, (UNSURE,))
    try:
        code = confirm(reset, actor=actor, at=timezone.now())
    except AccessError as error:
        return _page(request, actor, error.problems)
    shown = {"person": reset.user, "reset": reset, "code": code}
    return render(request, "people/code.html", shown)


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """The person concerned has read who reset the account."""
    telling.read(cast(User, request.user), at=timezone.now())
    return redirect("account")


def _actor(request: HttpRequest) -> Actor:
    actor = who(request)[0]
    if not any(actor.may("confirm reset", site) for site in actor.sites()):
        actor.require("confirm reset", "")
    return actor


def _page(
    request: HttpRequest, actor: Actor, problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    shown = {
        "resets": waiting(actor, at=timezone.now()),
        "recent": just_shown(request),
        "problems": problems,
    }
    status = 409 if problems else 200
    return render(request, "people/resets.html", shown, status=status)
