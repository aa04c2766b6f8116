"""The audit for those who may read it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from equipoise.conduct.access.acting import ALL_SITES, actor_of
from equipoise.conduct.inspection import reading
from equipoise.errors import AccessError

LINES = 200  # a page


@login_required
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The chains that a person may look at."""
    actor = actor_of(request.user, at=timezone.now())
    if not any(actor.may("read audit", site) for site in actor.sites()):
        raise AccessError.single(
            "EQ911", "you may not read the audit", where="your roles",
            mend="ask the administrator for the role, if it is yours to have",
        )  # fmt: skip
    study = actor.may("read audit", ALL_SITES)
    known = {"chains": reading.chains(actor), "study": study}
    return render(request, "audit/chains.html", known)


@login_required
@require_safe
def chain(request: HttpRequest, chain: str) -> HttpResponse:
    """What is not concealed of one chain, the newest first."""
    actor = actor_of(request.user, at=timezone.now())
    lines = reading.readable(chain, actor)[::-1]
    page = Paginator(lines, LINES).get_page(request.GET.get("page"))
    return render(request, "audit/chain.html", {"chain": chain, "page": page})
