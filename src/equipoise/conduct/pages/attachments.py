"""Scans beside a form: added, looked at, removed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from equipoise.conduct.access.acting import who
from equipoise.conduct.capture import attachments
from equipoise.conduct.capture.models import Attachment
from equipoise.conduct.capture.place import Place
from equipoise.conduct.pages.desk import desk_of, named
from equipoise.conduct.pages.entry import address


@require_POST
def attach(request: HttpRequest, identifier: str, form: str) -> HttpResponse:
    """Adds a scan to a form."""
    desk = desk_of(request, identifier, form)
    sent = request.FILES.get("scan")
    name, content = (sent.name or "", sent.read()) if sent else ("", b"")
    made = attachments.attach(desk.place, name, content, actor=desk.actor, at=desk.at)
    messages.success(request, f"{made.name} is kept beside {desk.place.form.title}.")
    return redirect(address(desk.place))


@require_safe
def scan(request: HttpRequest, identifier: str, form: str, key: int) -> HttpResponse:
    """A scan, for who may read its form."""
    made = _found(named(request, identifier, form), key)
    if made.removed_at is not None:
        raise Http404
    return HttpResponse(
        bytes(made.content),
        content_type=made.kind,
        headers={"Content-Disposition": f"inline; filename=scan-{made.pk}"},
    )


@require_POST
def remove(request: HttpRequest, identifier: str, form: str, key: int) -> HttpResponse:
    """Removes a scan that does not belong to the form."""
    actor, at = who(request)
    place = named(request, identifier, form)
    reason = request.POST.get("reason", "")
    made = _found(place, key)
    attachments.remove(made, place, reason=reason, actor=actor, at=at)
    messages.success(
        request, f"{made.name} is removed; that it was there is on record."
    )
    return redirect(address(place))


def _found(place: Place, key: int) -> Attachment:
    made = attachments.of(place).filter(pk=key).first()
    if made is None:
        raise Http404
    return made
