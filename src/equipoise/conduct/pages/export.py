"""Export pages: files by role, immediate or as a background job, and API tokens."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import cast

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from equipoise.conduct.access.actor import ALL_SITES, who
from equipoise.conduct.api.models import ApiToken
from equipoise.conduct.api.tokens import issue, revoke
from equipoise.conduct.audit.record import is_unblinded
from equipoise.conduct.export import export_job
from equipoise.conduct.export.services import (
    Prepared,
    entries_for,
    prepare,
    require_right,
    silent,
    stated,
)
from equipoise.conduct.export.unblinding import prepare_unblinded, require_unblinder
from equipoise.conduct.export.writers import EXPORTS
from equipoise.conduct.number_input import whole
from equipoise.errors import AccessError

Wanted = Callable[[], Prepared]


def file(request: HttpRequest) -> FileResponse:
    """A file with the data that the user may export."""
    return _download(_blinded(request)())


@reauthentication_required  # type: ignore[untyped-decorator]
def unblinded(request: HttpRequest) -> FileResponse:
    """After the database is locked: the data with their arms."""
    return _download(_with_arms(request)())


def start(request: HttpRequest) -> HttpResponse:
    """Starts the export of a large file with the data that the user may export."""
    require_right(who(request)[0])
    return _start(request, _blinded(request))


@reauthentication_required  # type: ignore[untyped-decorator]
def start_unblinded(request: HttpRequest) -> HttpResponse:
    """After the database is locked: starts the export of a large file with the arms."""
    require_unblinder(who(request)[0])
    return _start(request, _with_arms(request), unblinded=True)


def made(request: HttpRequest) -> FileResponse:
    """The exported file, once, if the user still has the right."""
    require_right(who(request)[0])
    return _handed_out(request, unblinded=False)


@reauthentication_required  # type: ignore[untyped-decorator]
def made_unblinded(request: HttpRequest) -> FileResponse:
    """The exported file with the arms, after re-authentication, if the right remains."""
    require_unblinder(who(request)[0])
    return _handed_out(request, unblinded=True)


@login_not_required
def progress(request: HttpRequest) -> HttpResponse:
    """Progress of a large export: the part of the page that refreshes itself.

    A user who was signed out meanwhile sees this here, without a redirect.
    """
    if not request.user.is_authenticated:
        return render(request, "export/_making.html", {"gone": True}, status=401)
    actor, at = who(request)
    try:
        require_right(actor)
    except AccessError as refusal:  # a role has ended: shown in its place, too
        said = {"refused": refusal.problems[0]}
        return render(request, "export/_making.html", said, status=403)
    export_job.sweep(_folder(), at=at.timestamp())
    made = export_job.look(_owner(request), at=at.timestamp())
    if "ready" in request.GET and made is not None and made.stage == "ready":
        return HttpResponse(status=204)  # the shown part is current and keeps the focus
    over = "ready" in request.GET and made is None
    return render(request, "export/_making.html", {"making": made, "over": over})


def token(request: HttpRequest) -> HttpResponse:
    """A new token, shown once: it is stored nowhere, not even in a session."""
    require_right(who(request)[0])  # before it is created
    user, label = cast(User, request.user), request.POST.get("label", "")
    days = whole(request.POST.get("days", "30"))
    _, text = issue(user, label, days=days, at=timezone.now())
    return page(request, text)


def drop(request: HttpRequest, number: int) -> HttpResponse:
    """Revokes a token of the user."""
    revoke(cast(User, request.user), number, at=timezone.now())
    return redirect("export")


def page(request: HttpRequest, text: str = "") -> HttpResponse:
    """The exports and tokens of the user; a new token is shown once."""
    actor, at = who(request)
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
        "making": export_job.look(_owner(request), at=at.timestamp()),
        # Whether an export would keep the browser waiting.
        "large": entries_for(actor) > export_job.AT_ONCE,
        "ticket": secrets.token_hex(8),
    }
    return render(request, "export/export.html", known)


def _blinded(request: HttpRequest) -> Wanted:
    """The requested export."""
    actor, at = who(request)
    form = stated(request.POST)
    return lambda: prepare(actor, form, at=at)


def _with_arms(request: HttpRequest) -> Wanted:
    """The requested unblinded export."""
    actor, at = who(request)
    form, reason = stated(request.POST), request.POST.get("reason", "")
    return lambda: prepare_unblinded(
        actor, form, settings.VAULT_KEY, reason=reason, at=at
    )


def _download(wanted: Prepared) -> FileResponse:
    made = wanted.make(silent, None)
    return FileResponse(made.file, as_attachment=True, filename=made.name)


def _start(
    request: HttpRequest, wanted: Wanted, *, unblinded: bool = False
) -> HttpResponse:
    at, owner = who(request)[1].timestamp(), _owner(request)
    begun = export_job.start(
        owner, request.POST.get("ticket", "")[:32], wanted,
        unblinded=unblinded, at=at,
    )  # fmt: skip
    if not begun and export_job.look(owner, at=at) is None:
        messages.warning(
            request,
            gettext(
                "You have another export in progress in another session. Wait until it is "
                "complete, then start again."
            ),
        )
    return redirect("export")


def _handed_out(request: HttpRequest, *, unblinded: bool) -> FileResponse:
    at = who(request)[1].timestamp()
    name, file = export_job.take(_owner(request), unblinded=unblinded, at=at)
    return FileResponse(file, as_attachment=True, filename=name)


def _owner(request: HttpRequest) -> export_job.Owner:
    number = request.user.pk or 0
    return export_job.Owner.of(
        _folder(), who(request)[0], number, request.session.session_key
    )


def _folder() -> Path:
    return Path(settings.HOME) / EXPORTS
