"""Actions that require a second approver: requests, confirmation, rejection."""

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
from django.utils.translation import gettext as _
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
    """All requests that the user can confirm as second approver."""
    actor, now = judge(request)
    context = {
        "resets": waiting(actor, at=now),
        "proposals": proposals.waiting(actor, at=now),
        "recent": just_shown(request),
    }
    return page_with(request, "people/resets.html", context, problems)


@sensitive_post_parameters()
@refused_on(confirmations)
def confirm_reset(request: HttpRequest, key: int) -> HttpResponse:
    """Confirms a reset, and shows the code once."""
    actor, now = judge(request)
    reset = get_object_or_404(Reset, pk=key)
    require_the_same(request)
    code = account_reset.confirm(reset, actor=actor, at=now)
    context = {"person": reset.user, "reset": reset, "code": code}
    return render(request, "people/code.html", context)


def read(request: HttpRequest) -> HttpResponse:
    """Marks the notice of a reset as read by the account holder."""
    account_reset.read(cast(User, request.user), at=timezone.now())
    return redirect("account")


def judge(request: HttpRequest) -> tuple[Actor, datetime]:
    """The user, who may be second approver at some site (else EQ911), and the time."""
    actor, now = who(request)
    actor.require_anywhere("confirm reset")
    return actor, now


@sensitive_post_parameters()
@refused_on(confirmations, EquipoiseError)
def confirm(request: HttpRequest, key: int) -> HttpResponse:
    """Confirms a proposal; for a role, the code is shown once."""
    actor, now = judge(request)
    proposal = get_object_or_404(Proposal, pk=key)
    require_the_same(request)
    code = proposals.confirm(proposal, actor=actor, at=now)
    if not code:
        message = _("Confirmed: {label}.").format(label=proposal.label)
        return done(request, message, "resets")
    context = {"person": proposal.user, "proposal": proposal, "code": code}
    return render(request, "people/code.html", context)


@refused_on(confirmations)
def refuse(request: HttpRequest, key: int) -> HttpResponse:
    """Rejects a proposal with a reason."""
    actor, now = judge(request)
    proposal = get_object_or_404(Proposal, pk=key)
    reason = request.POST.get("reason", "")
    proposals.refuse(proposal, actor=actor, at=now, reason=reason)
    return done(request, _("Rejected: {label}.").format(label=proposal.label), "resets")


def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraws a proposal; any user who may propose it can."""
    actor, now = who(request)[0], timezone.now()
    proposal = get_object_or_404(Proposal, pk=key)
    proposals.withdraw(proposal, actor=actor, at=now)
    messages.success(request, _("Withdrawn: {label}.").format(label=proposal.label))
    if proposal.user is not None:
        return redirect("person", username=proposal.user.username)
    return redirect("recruitment" if proposal.act == "reopening" else "locks")


@sensitive_post_parameters()
def take_role(request: HttpRequest, key: int) -> HttpResponse:
    """Activates a role: the user enters the code of the second approver."""
    user = cast(User, request.user)
    proposal = get_object_or_404(Proposal, pk=key, user=user)
    code = request.POST.get("code", "")
    problems = role_grants.take_up(proposal, user, code=code, at=timezone.now())
    if problems:
        return own_page(request, problems)
    message = _("The role {role} is active.").format(role=proposal.role)
    return done(request, message, "account")


def just_shown(request: HttpRequest) -> bool:
    """Whether the user gave password or second factor within the last minute."""
    return bool(did_recently_reauthenticate(request))


def is_still_the_same(request: HttpRequest) -> bool:
    """Re-authentication: recent, or by the field ``password`` of the request.

    The password is checked as at sign-in, which counts failed attempts.
    """
    if just_shown(request):
        return True
    password = request.POST.get("password", "")
    try:
        return bool(password) and bool(
            get_adapter(request).reauthenticate(request.user, password)
        )
    except ValidationError:  # too many failed attempts
        return False


def require_the_same(request: HttpRequest) -> None:
    """Requires re-authentication (EQ944)."""
    if not is_still_the_same(request):
        raise AccessError.single(
            "EQ944",
            _("your identity could not be verified"),
            where=_("the password"),
            fix=_("enter your password again"),
        )
