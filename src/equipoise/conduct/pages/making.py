"""A large export: it is started, the page says how far it is, and hands it out."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from equipoise.conduct.access.acting import who
from equipoise.conduct.export import making
from equipoise.conduct.export.making import Owner
from equipoise.conduct.export.services import (
    Prepared,
    entries_for,
    prepare,
    require_right,
    stated,
)
from equipoise.conduct.export.unblinding import prepare_unblinded, require_unblinder
from equipoise.errors import AccessError


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """How far the file is: the part of the page that asks by itself.

    Who was logged out meanwhile is told so in its place, and not sent to another page.
    """
    if not request.user.is_authenticated:
        return render(request, "export/_making.html", {"gone": True}, status=401)
    actor, at = who(request)
    try:
        require_right(actor)
    except AccessError as refusal:  # a role has ended: said in its place, too
        said = {"refused": refusal.problems[0]}
        return render(request, "export/_making.html", said, status=403)
    making.sweep(_folder(), at=at.timestamp())
    made = making.look(_owner(request), at=at.timestamp())
    if "ready" in request.GET and made is not None and made.stage == "ready":
        return HttpResponse(status=204)  # what is shown holds, and keeps the focus
    over = "ready" in request.GET and made is None
    return render(request, "export/_making.html", {"making": made, "over": over})


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Starts to make a file with the data that the person may have."""
    actor, at = who(request)
    require_right(actor)
    form = stated(request.POST)
    return _start(request, lambda: prepare(actor, form, at=at))


@reauthentication_required  # type: ignore[untyped-decorator]
@require_POST
def start_unblinded(request: HttpRequest) -> HttpResponse:
    """After the database is locked: starts to make a file with the arms."""
    actor, at = who(request)
    require_unblinder(actor)
    form, reason = stated(request.POST), request.POST.get("reason", "")

    def wanted() -> Prepared:
        return prepare_unblinded(actor, form, settings.VAULT_KEY, reason=reason, at=at)

    return _start(request, wanted, unblinded=True)


@require_POST
def file(request: HttpRequest) -> FileResponse:
    """The file, to who may still have it; once."""
    require_right(who(request)[0])
    return _handed_out(request, unblinded=False)


@reauthentication_required  # type: ignore[untyped-decorator]
@require_POST
def unblinded(request: HttpRequest) -> FileResponse:
    """The file with the arms, to who may still have it and has given the password."""
    require_unblinder(who(request)[0])
    return _handed_out(request, unblinded=True)


def known_of(request: HttpRequest) -> dict[str, Any]:
    """What the page of exports shows of it.

    ``large`` says whether an export would keep the browser waiting.
    """
    actor, at = who(request)
    return {
        "making": making.look(_owner(request), at=at.timestamp()),
        "large": entries_for(actor) > making.AT_ONCE,
        "ticket": secrets.token_hex(8),
    }


def _start(
    request: HttpRequest, wanted: Callable[[], Prepared], *, unblinded: bool = False
) -> HttpResponse:
    at, owner = who(request)[1].timestamp(), _owner(request)
    begun = making.start(
        owner, request.POST.get("ticket", "")[:32], wanted,
        unblinded=unblinded, at=at,
    )  # fmt: skip
    if not begun and making.look(owner, at=at) is None:
        messages.warning(
            request,
            "A file is being made for you in another session. One at a time: wait until "
            "it is done, and start again.",
        )
    return redirect("export")


def _handed_out(request: HttpRequest, *, unblinded: bool) -> FileResponse:
    at = who(request)[1].timestamp()
    name, made = making.take(_owner(request), unblinded=unblinded, at=at)
    return FileResponse(made, as_attachment=True, filename=name)


def _owner(request: HttpRequest) -> Owner:
    number = request.user.pk or 0
    return Owner.of(_folder(), who(request)[0], number, request.session.session_key)


def _folder() -> Path:
    return Path(settings.HOME) / making.NAME
