"""The stock register of the pharmacy: lots, their balance, and destructions."""

from __future__ import annotations

from collections import Counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from equipoise.conduct.access.acting import who
from equipoise.conduct.allocation import services
from equipoise.conduct.pages.menu import done
from equipoise.conduct.pharmacy import accountability
from equipoise.conduct.pharmacy import stock as register
from equipoise.conduct.refusals import shown_again


@shown_again
def stock(request: HttpRequest) -> HttpResponse:
    """Drug accountability of the own sites; a post is a delivery."""
    actor, now = who(request)
    key = settings.VAULT_KEY
    if request.method == "POST":
        site = request.POST.get("site", "")
        said = request.POST.dict()
        number = register.receive(site, said, key=key, actor=actor, at=now)
        return done(request, "The delivery is recorded.", "lot", number)
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
        return done(request, "It is recorded.", "lot", lot)
    found = register.lot_of(lot, actor, key)
    known = {
        "lot": found,
        "expired": found.expiry < timezone.localdate(now),
        "history": services.of_lot(key, lot),
        "longest": services.REASON,
    }
    return render(request, "pharmacy/lot.html", known)


def confirm(request: HttpRequest, entry: int) -> HttpResponse:
    """A second pharmacist confirms a destruction, or declines it."""
    actor, now = who(request)
    agrees = request.POST.get("answer") == "confirm"
    register.confirm(entry, agrees=agrees, key=settings.VAULT_KEY, actor=actor, at=now)
    told = "confirmed" if agrees else "declined: it counts as not done"
    return done(request, f"The destruction is {told}.", "stock")
