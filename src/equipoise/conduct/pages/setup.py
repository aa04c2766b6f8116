"""The first-run page: the first administrator, with the token of the terminal."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from equipoise.conduct.operation.first_run import make_administrator, needed


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
