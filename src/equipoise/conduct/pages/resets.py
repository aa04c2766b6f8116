"""The second person: what waits for a confirmation; and who is told of a reset."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from equipoise.conduct.access import proposing
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


@require_GET
def resets(request: HttpRequest) -> HttpResponse:
    """Resets and proposals that wait for somebody's confirmation."""
    return confirmations(request, judge(request))


@require_POST
@sensitive_post_parameters()
def confirm_reset(request: HttpRequest, key: int) -> HttpResponse:
    """Confirms one, and shows the code, once."""
    actor = judge(request)
    reset = get_object_or_404(Reset, pk=key)
    if not is_still_the_same(request):
        return confirmations(request, actor, (UNSURE,))
    try:
        code = confirm(reset, actor=actor, at=timezone.now())
    except AccessError as error:
        return confirmations(request, actor, error.problems)
    shown = {"person": reset.user, "reset": reset, "code": code}
    return render(request, "people/code.html", shown)


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """The person concerned has read who reset the account."""
    telling.read(cast(User, request.user), at=timezone.now())
    return redirect("account")


def judge(request: HttpRequest) -> Actor:
    """Who may be a second person somewhere; anybody else is refused.

    Raises:
        AccessError: EQ911.
    """
    actor = who(request)[0]
    if not any(actor.may("confirm reset", site) for site in actor.sites()):
        actor.require("confirm reset", "")
    return actor


def confirmations(
    request: HttpRequest, actor: Actor, problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    """Everything that waits for this person as the second one."""
    now = timezone.now()
    shown = {
        "resets": waiting(actor, at=now),
        "proposals": proposing.waiting(actor, at=now),
        "recent": just_shown(request),
        "problems": problems,
    }
    status = 409 if problems else 200
    return render(request, "people/resets.html", shown, status=status)
