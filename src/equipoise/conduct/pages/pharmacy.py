"""The unblinded pharmacy: list, syringes and their disposition, record, stock."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from equipoise.conduct.access.actor import who
from equipoise.conduct.allocation.services import pharmacy_register, syringes
from equipoise.conduct.allocation.services.syringes import REASON
from equipoise.conduct.error_responses import shown_again
from equipoise.conduct.pages.context import done
from equipoise.conduct.pages.form_context import person_of
from equipoise.conduct.pharmacy import accountability, preparation
from equipoise.conduct.pharmacy import stock as register
from equipoise.conduct.pharmacy.dispensing import (
    begun,
    require_pharmacist_everywhere,
    stopped,
    waiting,
)
from equipoise.conduct.pharmacy.dosing import OLDEST
from equipoise.conduct.safety.readiness import hold_notes
from equipoise.conduct.study.protocols import in_force

ROWS = 100  # syringes on a page of the record
TRY_AGAIN = gettext_lazy(
    "Your answer differs from the record of the preparation. Read the vial again and "
    "recalculate the volume: if your next answer also differs, the syringe is quarantined."
)


def pharmacy(request: HttpRequest) -> HttpResponse:
    """The syringes to prepare next; no arm is disclosed."""
    actor, now = who(request)
    require_pharmacist_everywhere(actor)
    rows = [(r, r.weight.age(now) if r.weight else 0) for r in waiting(actor)]
    known = {
        "rows": rows,
        "holds": hold_notes([row.person for row, _ in rows], actor),
        "stopped": stopped(actor),
        "destructions": register.destructions(actor, settings.VAULT_KEY),
    }
    return render(request, "pharmacy/list.html", known)


@shown_again
def prepare(request: HttpRequest, identifier: str, visit: str) -> HttpResponse:
    """A POST discloses the arm of one participant; a POST with a volume prepares."""
    actor, now = who(request)
    said = request.POST
    person, key = person_of(request, identifier), settings.VAULT_KEY
    if "total_ml" in said and request.method == "POST":
        names = ("stock", "concentration", "vials", "total_ml", "hours", "asked")
        made = preparation.fill(
            person, visit, confirmed="confirmed" in said, changed="changed" in said,
            key=key, actor=actor, at=now, **{n: said.get(n, "") for n in names},
        )  # fmt: skip
        return redirect("syringe", made.number)
    due = preparation.due(person, visit, actor)
    age = due.weight.age(now) if due.weight else 0
    known: dict[str, Any] = {"due": due, "age": age, "old": age > OLDEST}
    known["weighed_at"] = _visit_label(due.weight.visit) if due.weight else ""
    if request.method == "POST" or said:  # shown again with the entries
        ordered = preparation.order(person, visit, key=key, actor=actor, at=now)
        known["usual"], known["order"] = preparation.usual_of(key), ordered
        known["lots"] = preparation.lots_for(
            person, ordered.dose.drug, key, person.site.day(now)
        )
    return render(request, "pharmacy/prepare.html", known)


@shown_again
def syringe(request: HttpRequest, number: str) -> HttpResponse:
    """The content of a syringe; a POST is the answer of the second pharmacist.

    Until the second pharmacist has answered, only the first one can view the entries.
    """
    actor, now = who(request)
    key, said = settings.VAULT_KEY, request.POST
    if request.method == "POST":
        made = accountability.check(
            number, strength=said.get("strength", ""), lot=said.get("lot", ""),
            volume_ml=said.get("volume_ml", ""), key=key, actor=actor, at=now,
        )  # fmt: skip
        if made.agrees is None:
            messages.warning(request, TRY_AGAIN)
        return redirect("syringe", number)
    made, content = preparation.read(number, key=key, actor=actor, at=now)
    ends = pharmacy_register.ends()
    fate = accountability.fate(made, begun([made.participant]), ends)
    known = {
        "syringe": made,
        "content": content,
        "mine": made.filled_by == actor.name,
        "shown": made.filled_by == actor.name or fate != "prepared",
        "tried": syringes.tries(number),
        "visit_label": _visit_label(made.visit),
        "fate": fate,
        "moves": [(kind, gettext(WORDS[kind])) for kind in MOVES.get(fate, ())],
        "ended_by": ends[number][2] if number in ends else "",
        "why": syringes.why_discarded(key, number),
        "differing": accountability.differing(number, key=key)
        if fate != "prepared"
        else [],
        "longest": REASON,
    }
    return render(request, "pharmacy/syringe.html", known)


def move_syringe(request: HttpRequest, number: str) -> HttpResponse:
    """Quarantines a syringe, or records its return or destruction, with the reason."""
    actor, now = who(request)
    kind, reason = request.POST.get("kind", ""), request.POST.get("reason", "")
    accountability.move(
        number, kind, reason=reason, key=settings.VAULT_KEY, actor=actor, at=now
    )
    message = gettext("Syringe {number} is {kind}. The record is retained.")
    if kind == "destroyed":
        message = gettext(
            "A second pharmacist must confirm that {number} is destroyed."
        )
    message = message.format(number=number, kind=kind)
    return done(request, message, "syringe", number)


def label(request: HttpRequest, number: str) -> HttpResponse:
    """The blinded label of a syringe, to print."""
    actor, _ = who(request)
    made = accountability.label(number, key=settings.VAULT_KEY, actor=actor)
    known = {
        "label": made,
        "visit_label": _visit_label(made.visit),
        "narrow": request.GET.get("paper") == "62",
    }
    return render(request, "pharmacy/label.html", known)


def record(request: HttpRequest) -> HttpResponse:
    """Every syringe with its disposition; a POST shows their lots, which is recorded."""
    actor, now = who(request)
    pages = Paginator(accountability.everything(actor), ROWS)
    page = pages.get_page(request.POST.get("page") or request.GET.get("page"))
    opened = {
        one.syringe.number: preparation.read(
            one.syringe.number, key=settings.VAULT_KEY, actor=actor, at=now
        )[1]
        for one in page
        if request.method == "POST"
        and (one.fate != "prepared" or one.syringe.filled_by == actor.name)
    }
    rows = [
        (one, _visit_label(one.syringe.visit), opened.get(one.syringe.number))
        for one in page
    ]
    known = {"rows": rows, "page": page, "opened": request.method == "POST"}
    return render(request, "pharmacy/record.html", known)


@shown_again
def stock(request: HttpRequest) -> HttpResponse:
    """Drug accountability of the user's sites; a POST is a delivery."""
    actor, now = who(request)
    key = settings.VAULT_KEY
    if request.method == "POST":
        site = request.POST.get("site", "")
        said = request.POST.dict()
        number = register.receive(site, said, key=key, actor=actor, at=now)
        return done(request, gettext("The delivery is recorded."), "lot", number)
    counts = Counter(one.fate for one in accountability.everything(actor))
    known = {
        "sites": register.sites_of(actor),
        "drugs": register.drugs(),
        "lots": [
            (lot, lot.expiry < timezone.localdate(now))
            for lot in register.lots_of(actor, key)
        ],
        "fates": sorted(counts.items()),
        "prepared": sum(counts.values()),
        "destructions": register.destructions(actor, key),
        "now": now,
    }
    return render(request, "pharmacy/stock.html", known)


@shown_again
def lot(request: HttpRequest, lot: int) -> HttpResponse:
    """One lot and its history; a post is a return, a destruction or a quarantine."""
    actor, now = who(request)
    key = settings.VAULT_KEY
    if request.method == "POST":
        register.move(lot, request.POST.dict(), key=key, actor=actor, at=now)
        return done(request, gettext("Recorded."), "lot", lot)
    found = register.lot_of(lot, actor, key)
    known = {
        "lot": found,
        "expired": found.expiry < timezone.localdate(now),
        "history": pharmacy_register.of_lot(key, lot),
        "longest": REASON,
    }
    return render(request, "pharmacy/lot.html", known)


def confirm_destruction(request: HttpRequest, entry: int) -> HttpResponse:
    """A second pharmacist confirms a destruction or an entry in error, or declines it."""
    actor, now = who(request)
    answers = {"confirm": True, "decline": False}
    agrees = answers.get(request.POST.get("answer", ""))
    register.confirm(entry, agrees=agrees, key=settings.VAULT_KEY, actor=actor, at=now)
    message = (
        gettext("Confirmed.") if agrees else gettext("Declined. Nothing was changed.")
    )
    return done(request, message, "stock")


# Disposition of a syringe -> what can be recorded now.
MOVES = {
    "prepared": ("quarantined",),
    "released": ("quarantined", "returned"),
    "infusion started": ("returned",),
    "quarantined": ("destroyed",),
    "returned": ("destroyed",),
}
WORDS = {  # on the button
    "quarantined": gettext_noop("Quarantine"),
    "returned": gettext_noop("Record the return of"),
    "destroyed": gettext_noop("Record the destruction of"),
}


def _visit_label(visit: str) -> str:
    """The label of a visit; its id, if the current protocol does not have it."""
    labels = {v.id: v.label for v in in_force().schedule.visits}
    return labels.get(visit, visit)
