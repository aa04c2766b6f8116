"""What takes two people: what waits for the second one, and what comes of it."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from equipoise.conduct import account_reset
from equipoise.conduct.access import proposals, role_grants
from equipoise.conduct.access.actor import Actor, who
from equipoise.conduct.access.models import Proposal, Reset
from equipoise.conduct.account_reset import waiting
from equipoise.conduct.error_responses import refused_on
from equipoise.conduct.pages.context import done, page_with
from equipoise.conduct.pages.users import own_page
from equipoise.errors import AccessError, EquipoiseError, Problem


def confirmations(
    request: HttpRequest, key: int = 0, problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    """Everything that waits for this person as the second one."""
    actor, now = judge(request)
    known = {
        "resets": waiting(actor, at=now),
        "proposals": proposals.waiting(actor, at=now),
        "recent": just_shown(request),
    }
    return page_with(request, "people/resets.html", known, problems)


@sensitive_post_parameters()
@refused_on(confirmations)
def confirm_reset(request: HttpRequest, key: int) -> HttpResponse:
    """Confirms one, and shows the code, once."""
    actor, now = judge(request)
    reset = get_object_or_404(Reset, pk=key)
    require_the_same(request)
    code = account_reset.confirm(reset, actor=actor, at=now)
    known = {"person": reset.user, "reset": reset, "code": code}
    return render(request, "people/code.html", known)


def read(request: HttpRequest) -> HttpResponse:
    """The person concerned has read who reset the account."""
    account_reset.read(cast(User, request.user), at=timezone.now())
    return redirect("account")


def judge(request: HttpRequest) -> tuple[Actor, datetime]:
    """Who may be a second person somewhere, and when; anybody else is refused (EQ911)."""
    actor, now = who(request)
    actor.require_anywhere("confirm reset")
    return actor, now


@sensitive_post_parameters()
@refused_on(confirmations, EquipoiseError)
def confirm(request: HttpRequest, key: int) -> HttpResponse:
    """The second person confirms one; of a role the code is shown, once."""
    actor, now = judge(request)
    proposal = get_object_or_404(Proposal, pk=key)
    require_the_same(request)
    code = proposals.confirm(proposal, actor=actor, at=now)
    if not code:
        return done(request, f"Confirmed and done: {proposal.label}.", "resets")
    known = {"person": proposal.user, "proposal": proposal, "code": code}
    return render(request, "people/code.html", known)


@refused_on(confirmations)
def refuse(request: HttpRequest, key: int) -> HttpResponse:
    """The second person refuses one."""
    actor, now = judge(request)
    proposal = get_object_or_404(Proposal, pk=key)
    reason = request.POST.get("reason", "")
    proposals.refuse(proposal, actor=actor, at=now, reason=reason)
    return done(request, f"Refused: {proposal.label}.", "resets")


def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Whoever may propose one takes it back."""
    actor, now = who(request)[0], timezone.now()
    proposal = get_object_or_404(Proposal, pk=key)
    proposals.withdraw(proposal, actor=actor, at=now)
    messages.success(request, f"Withdrawn: {proposal.label}.")
    if proposal.user is not None:
        return redirect("person", username=proposal.user.username)
    return redirect("recruitment" if proposal.act == "reopening" else "locks")


@sensitive_post_parameters()
def take_role(request: HttpRequest, key: int) -> HttpResponse:
    """The person concerned types the code of the second person; then the role holds."""
    user = cast(User, request.user)
    proposal = get_object_or_404(Proposal, pk=key, user=user)
    code = request.POST.get("code", "")
    wrong = role_grants.take_up(proposal, user, code=code, at=timezone.now())
    if wrong:
        return own_page(request, wrong)
    return done(request, f"You are {proposal.role} now.", "account")


def just_shown(request: HttpRequest) -> bool:
    """Whether password or second factor were given within the last minute."""
    return bool(did_recently_reauthenticate(request))


def is_still_the_same(request: HttpRequest) -> bool:
    """By second factor just now, or by the field ``password`` of the request.

    The password goes through the same door as a log-in, which counts wrong ones.
    """
    if just_shown(request):
        return True
    password = request.POST.get("password", "")
    try:
        return bool(password) and bool(
            get_adapter(request).reauthenticate(request.user, password)
        )
    except ValidationError:  # too many wrong ones
        return False


def require_the_same(request: HttpRequest) -> None:
    """Refuses who has not shown who it is (EQ944)."""
    if not is_still_the_same(request):
        raise AccessError.single(
            "EQ944",
            "it is not certain that it is you who confirms",
            where="the password",
            mend="give your own password again",
        )
