"""The treatment of a participant of an open trial; in any other there is no such page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls.converters import SlugConverter
from django.views.decorators.http import require_safe

from equipoise.conduct.access.acting import who
from equipoise.conduct.access.open_label import is_open
from equipoise.conduct.pages.desk import person_of
from equipoise.conduct.study.protocols import in_force
from equipoise.conduct.unblinding import open_label
from equipoise.errors import ConductError


class OfOpenTrial(SlugConverter):
    """An identifier in an address that is there in an open trial alone.

    In a blinded trial nothing fits, so that the address answers, to anybody and in every
    verb, as one that was never thought of: a view could not, because the application looks
    at who asks and for whom before it calls one.
    """

    def to_python(self, value: str) -> str:
        """The identifier; ValueError in a blinded trial, or before there is any."""
        try:
            there = is_open(in_force())
        except ConductError as error:
            raise ValueError from error
        if not there:
            raise ValueError
        return value


@require_safe
def treatment(request: HttpRequest, identifier: str) -> HttpResponse:
    """Tells the treatment, which is written down before, each time."""
    actor, now = who(request)
    person = person_of(request, identifier)
    told = open_label.read(person, key=settings.VAULT_KEY, actor=actor, at=now)
    known = {"person": person, "told": told, "at": now}
    return render(request, "treatment/treatment.html", known)
