"""The unblinded pharmacy: the list, one syringe, its check, its end, and the record."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from equipoise.conduct.access.acting import who
from equipoise.conduct.allocation.services import REASON
from equipoise.conduct.pages.desk import person_of
from equipoise.conduct.pharmacy import accountability, discarding, filling
from equipoise.conduct.pharmacy.dosing import OLDEST
from equipoise.conduct.pharmacy.waiting import require_pharmacist, waiting
from equipoise.conduct.safety.readiness import hold_notes
from equipoise.conduct.study.protocols import in_force

ROWS = 100  # syringes on a page of the record


@login_required
@never_cache
@require_safe
def pharmacy(request: HttpRequest) -> HttpResponse:
    """Who gets a syringe next; no arm is opened."""
    actor, now = who(request)
    for site in actor.sites() or {""}:
        require_pharmacist(actor, site)
    rows = [(row, row.weight.age(now) if row.weight else 0) for row in waiting(actor)]
    holds = hold_notes([row.person for row, _ in rows], actor)
    return render(request, "pharmacy/list.html", {"rows": rows, "holds": holds})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest, identifier: str, visit: str) -> HttpResponse:
    """Opens the arm of one participant on a post; a post with a volume fills."""
    actor, now = who(request)
    said = request.POST
    person, key = person_of(request, identifier), settings.VAULT_KEY
    if "total_ml" in said:
        made = filling.fill(
            person, visit, concentration=said.get("concentration", ""),
            total_ml=said["total_ml"], confirmed="confirmed" in said, key=key,
            actor=actor, at=now,
        )  # fmt: skip
        return redirect("syringe", made.number)
    due = filling.due(person, visit, actor)
    age = due.weight.age(now) if due.weight else 0
    known: dict[str, object] = {"due": due, "age": age, "old": age > OLDEST}
    known["weighed_at"] = _visit_label(due.weight.visit) if due.weight else ""
    if request.method == "POST":
        known["usual"] = filling.usual_total(key)
        known["order"] = filling.order(person, visit, key=key, actor=actor, at=now)
    return render(request, "pharmacy/prepare.html", known)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def syringe(request: HttpRequest, number: str) -> HttpResponse:
    """What is in a syringe; a post is the volume of the second person."""
    actor, now = who(request)
    key = settings.VAULT_KEY
    if request.method == "POST":
        text = request.POST.get("volume_ml", "")
        filling.check(number, volume_ml=text, key=key, actor=actor, at=now)
        return redirect("syringe", number)
    made, content = filling.read(number, key=key, actor=actor, at=now)
    used = accountability.begun([made.participant])
    known = {
        "syringe": made,
        "content": content,
        "mine": made.filled_by == actor.name,
        "visit_label": _visit_label(made.visit),
        "fate": accountability.fate(made, used),
        "why": discarding.why(made, key=key),
        "longest": REASON,
    }
    return render(request, "pharmacy/syringe.html", known)


@login_required
@require_POST
def discard(request: HttpRequest, number: str) -> HttpResponse:
    """Throws a syringe away, with the reason of the pharmacist."""
    actor, now = who(request)
    discarding.discard(
        number,
        reason=request.POST.get("reason", ""),
        key=settings.VAULT_KEY,
        actor=actor,
        at=now,
    )
    messages.success(request, f"Syringe {number} is discarded. It stays on record.")
    return redirect("syringe", number)


@login_required
@never_cache
@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """Every syringe and what became of it, the newest first; no arm is opened."""
    actor, _ = who(request)
    kept = Paginator(accountability.everything(actor), ROWS)
    page = kept.get_page(request.GET.get("page"))
    rows = [(one, _visit_label(one.syringe.visit)) for one in page]
    return render(request, "pharmacy/record.html", {"rows": rows, "page": page})


def _visit_label(visit: str) -> str:
    """What a visit is called; its id, if the protocol in force has it no longer."""
    labels = {v.id: v.label for v in in_force().schedule.visits}
    return labels.get(visit, visit)
