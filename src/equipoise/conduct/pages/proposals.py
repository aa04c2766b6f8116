"""What takes two people: the second confirms or refuses; a role is then taken up."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from equipoise.conduct.access import proposing, taking_up
from equipoise.conduct.access.acting import who
from equipoise.conduct.access.models import Proposal
from equipoise.conduct.pages.accounts import own_page
from equipoise.conduct.pages.identity import is_still_the_same
from equipoise.conduct.pages.resets import UNSURE, confirmations, judge
from equipoise.errors import AccessError, EquipoiseError


@require_POST
@sensitive_post_parameters()
def confirm(request: HttpRequest, key: int) -> HttpResponse:
    """The second person confirms one; of a role the code is shown, once."""
    actor = judge(request)
    proposal = get_object_or_404(Proposal, pk=key)
    if not is_still_the_same(request):
        return confirmations(request, actor, (UNSURE,))
    try:
        code = proposing.confirm(proposal, actor=actor, at=timezone.now())
    except EquipoiseError as error:
        return confirmations(request, actor, error.problems)
    if not code:
        messages.success(request, f"Confirmed and done: {proposal.label}.")
        return redirect("resets")
    shown = {"person": proposal.user, "proposal": proposal, "code": code}
    return render(request, "people/code.html", shown)


@require_POST
def refuse(request: HttpRequest, key: int) -> HttpResponse:
    """The second person refuses one."""
    actor, now = judge(request), timezone.now()
    proposal = get_object_or_404(Proposal, pk=key)
    reason = request.POST.get("reason", "")
    try:
        proposing.refuse(proposal, actor=actor, at=now, reason=reason)
    except AccessError as error:
        return confirmations(request, actor, error.problems)
    messages.success(request, f"Refused: {proposal.label}.")
    return redirect("resets")


@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Whoever may propose one takes it back."""
    actor, now = who(request)[0], timezone.now()
    proposal = get_object_or_404(Proposal, pk=key)
    proposing.withdraw(proposal, actor=actor, at=now)
    messages.success(request, f"Withdrawn: {proposal.label}.")
    if proposal.user is not None:
        return redirect("person", username=proposal.user.username)
    return redirect("recruitment" if proposal.act == "reopening" else "locks")


@require_POST
@sensitive_post_parameters()
def take_role(request: HttpRequest, key: int) -> HttpResponse:
    """The person concerned types the code of the second person; then the role holds."""
    user = cast(User, request.user)
    proposal = get_object_or_404(Proposal, pk=key, user=user)
    code = request.POST.get("code", "")
    wrong = taking_up.take_up(proposal, user, code=code, at=timezone.now())
    if wrong:
        return own_page(request, wrong)
    messages.success(request, f"You are {proposal.role} now.")
    return redirect("account")
