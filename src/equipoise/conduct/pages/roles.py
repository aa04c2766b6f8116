"""Roles that take two people: the second confirms or refuses, the person takes them up."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from equipoise.conduct.access import proposing
from equipoise.conduct.access.acting import who
from equipoise.conduct.access.models import Proposal
from equipoise.conduct.pages.accounts import own_page
from equipoise.conduct.pages.identity import is_still_the_same
from equipoise.conduct.pages.resets import UNSURE, confirmations, judge
from equipoise.errors import AccessError


@login_required
@require_POST
@never_cache
@sensitive_post_parameters()
def confirm_role(request: HttpRequest, key: int) -> HttpResponse:
    """The second person confirms one, and is shown the code, once."""
    actor = judge(request)
    proposal = get_object_or_404(Proposal, pk=key)
    if not is_still_the_same(request):
        return confirmations(request, actor, (UNSURE,))
    try:
        code = proposing.confirm(proposal, actor=actor, at=timezone.now())
    except AccessError as error:
        return confirmations(request, actor, error.problems)
    shown = {"person": proposal.user, "proposal": proposal, "code": code}
    return render(request, "people/code.html", shown)


@login_required
@require_POST
def refuse_role(request: HttpRequest, key: int) -> HttpResponse:
    """The second person refuses one."""
    actor, now = judge(request), timezone.now()
    proposal = get_object_or_404(Proposal, pk=key)
    reason = request.POST.get("reason", "")
    try:
        proposing.refuse(proposal, actor=actor, at=now, reason=reason)
    except AccessError as error:
        return confirmations(request, actor, error.problems)
    messages.success(request, f"{proposal.user.username} does not become that.")
    return redirect("resets")


@login_required
@require_POST
def withdraw_role(request: HttpRequest, key: int) -> HttpResponse:
    """An administrator takes one back."""
    actor, now = who(request)[0], timezone.now()
    actor.require("manage people", "*")
    proposal = get_object_or_404(Proposal, pk=key)
    proposing.withdraw(proposal, actor=actor, at=now)
    messages.success(request, f"{proposal.role} was withdrawn.")
    return redirect("person", username=proposal.user.username)


@login_required
@require_POST
@sensitive_post_parameters()
def take_role(request: HttpRequest, key: int) -> HttpResponse:
    """The person concerned types the code of the second person; then the role holds."""
    user = cast(User, request.user)
    proposal = get_object_or_404(Proposal, pk=key, user=user)
    code = request.POST.get("code", "")
    wrong = proposing.take_up(proposal, user, code=code, at=timezone.now())
    if wrong:
        return own_page(request, wrong)
    messages.success(request, f"You are {proposal.role} now.")
    return redirect("account")
