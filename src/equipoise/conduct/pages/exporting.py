"""Pages of what goes out: files by role, and tokens of the interface."""

from __future__ import annotations

from typing import cast

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib.auth.models import User
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from equipoise.conduct.access.acting import ALL_SITES, who
from equipoise.conduct.api.models import ApiToken
from equipoise.conduct.api.tokens import issue, revoke
from equipoise.conduct.audit.record import is_unblinded
from equipoise.conduct.export.services import Export, export, require_right, stated
from equipoise.conduct.export.unblinding import unblinded_export
from equipoise.conduct.numbers import whole
from equipoise.conduct.pages import making


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What the person may take out, and the person's tokens."""
    return _shown(request)


@require_POST
def file(request: HttpRequest) -> FileResponse:
    """A file with the data that the person may have."""
    actor, now = who(request)
    return _download(export(actor, stated(request.POST), at=now))


@reauthentication_required  # type: ignore[untyped-decorator]
@require_POST
def unblinded(request: HttpRequest) -> FileResponse:
    """After the database is locked: the data with their arms."""
    made = unblinded_export(
        who(request)[0],
        stated(request.POST),
        settings.VAULT_KEY,
        reason=request.POST.get("reason", ""),
        at=timezone.now(),
    )
    return _download(made)


@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """A new token, shown this once: it is kept nowhere, a session included."""
    require_right(who(request)[0])  # before it is made
    _, text = issue(
        cast(User, request.user),
        request.POST.get("label", ""),
        days=whole(request.POST.get("days", "30")),
        at=timezone.now(),
    )
    return _shown(request, text)


@require_POST
def drop(request: HttpRequest, number: int) -> HttpResponse:
    """Revokes a token of one's own."""
    revoke(cast(User, request.user), number, at=timezone.now())
    return redirect("export")


def _shown(request: HttpRequest, text: str = "") -> HttpResponse:
    actor = who(request)[0]
    require_right(actor)
    tokens = ApiToken.objects.filter(
        user=cast(User, request.user),
        revoked_at__isnull=True,
        expires_at__gt=timezone.now(),
    )
    known = {
        "tokens": tokens,
        "new_token": text,
        "may_unblind": actor.may("lock", ALL_SITES),
        "unblinded": is_unblinded(),
    } | making.known_of(request)
    return render(request, "export/export.html", known)


def _download(made: Export) -> FileResponse:
    return FileResponse(made.file, as_attachment=True, filename=made.name)
