"""The audit trail for users who may read it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from equipoise.conduct.access.actor import ALL_SITES, Actor, who
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.capture.current_values import Where
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.participants import find
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.short_labels import short
from equipoise.conduct.inspection import audit_trail
from equipoise.conduct.pages.context import require_any
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import ConductError

LINES = 200  # a page


def audit(request: HttpRequest) -> HttpResponse:
    """The audit trails that the user may read."""
    actor = who(request)[0]
    require_any(actor, _("read the audit trail"), "read audit")
    study = actor.may("read audit", ALL_SITES)
    known = {"chains": audit_trail.chains(actor), "study": study}
    return render(request, "audit/chains.html", known)


def chain(request: HttpRequest, chain: str) -> HttpResponse:
    """The entries of one audit trail that are not concealed, latest first."""
    actor = who(request)[0]
    lines = audit_trail.readable(chain, actor)[::-1]
    page = Paginator(lines, LINES).get_page(request.GET.get("page"))
    named = _Named(chain, actor)
    known = {
        "chain": chain,
        "page": page,
        "rows": [(line, named.place(line), named.field(line)) for line in page],
        "person": named.person,
    }
    return render(request, "audit/chain.html", known)


class _Named:
    """Labels of forms, visits and fields; their ids where there is no label."""

    def __init__(self, chain: str, actor: Actor) -> None:
        self.person = None if chain == STUDY else find(chain, actor)
        self._visits = {v.id: v.label for v in in_force().schedule.visits}
        self._forms: dict[Where, Form | None] = {}

    def place(self, line: audit_trail.Line) -> str:
        """The form, the visit and the minute."""
        form = self._form(line)
        parts = [short(form.title) if form else line.form]
        kind, mark, number = line.form.partition("#")
        if mark:
            parts[0] = f"{parts[0] if form else kind} {number}"
        if line.visit:
            parts.append(self._visits.get(line.visit, line.visit.replace("-", " ")))
        if line.minute is not None:
            parts.append(_("minute {minute}").format(minute=line.minute))
        return ", ".join(part for part in parts if part)

    def field(self, line: audit_trail.Line) -> str:
        """The label of the item."""
        form = self._form(line)
        labels = {f.name: f.label for f in form.fields} if form else {}
        return labels.get(line.item, line.item)

    def _form(self, line: audit_trail.Line) -> Form | None:
        where = line.form, line.visit, line.minute
        if self.person is None or not line.form:
            return None
        if where not in self._forms:
            try:
                self._forms[where] = place_of(self.person, *where).form
            except ConductError:  # of a protocol that was in force before
                self._forms[where] = None
        return self._forms[where]
