"""Randomizing one participant: what is known, one click, the kit; and the sealed list."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from equipoise.conduct.access import recovering
from equipoise.conduct.access.acting import ALL_SITES, who
from equipoise.conduct.access.reading import fingerprint, holders
from equipoise.conduct.access.second_person import shortages
from equipoise.conduct.allocation import services
from equipoise.conduct.enrolment import sealing
from equipoise.conduct.enrolment.randomizing import randomize as randomize_person
from equipoise.conduct.enrolment.randomizing import readiness
from equipoise.conduct.numbers import whole
from equipoise.conduct.pages.desk import person_of
from equipoise.conduct.study.protocols import in_force


@require_http_methods(["GET", "HEAD", "POST"])
def randomize(request: HttpRequest, identifier: str) -> HttpResponse:
    """Shows what is known of a participant; a post randomizes.

    In an open trial it leads on to the treatment, for who may read it.
    """
    actor, now = who(request)
    person = person_of(request, identifier)
    actor.require("randomize", person.site.code)
    told = actor.is_told(in_force(), person.site.code)
    if request.method == "POST":
        randomize_person(
            person,
            key=settings.VAULT_KEY,
            anchors=settings.ANCHORS,
            actor=actor,
            at=now,
        )
        return redirect("treatment" if told else "randomize", identifier)
    known = {"person": person, "ready": readiness(person), "told": told}
    return render(request, "enrolment/randomize.html", known)


@require_http_methods(["GET", "HEAD", "POST"])
def sealed_list(request: HttpRequest) -> HttpResponse:
    """Shows the commitment that was published; a post seals the list."""
    actor, now = who(request)
    if request.method == "POST":
        places = whole(request.POST.get("places", ""))
        if 0 < places <= 5000:
            vouched = request.POST.get("shown", "") if "vouch" in request.POST else ""
            sealing.seal(
                places=places, key=settings.VAULT_KEY, anchors=settings.ANCHORS,
                actor=actor, at=now, vouched=vouched, aware="aware" in request.POST,
            )  # fmt: skip
        return redirect("sealed-list")
    made = services.commitment()
    hash_ = made.hash if made else ""
    may_seal = actor.may("seal list", ALL_SITES)
    people = holders(at=now) if may_seal and not made else []
    judges = may_seal or any(actor.may("read audit", site) for site in actor.sites())
    known = {
        "commitment": made,
        "pieces": [hash_[i : i + 8] for i in range(0, len(hash_), 8)],
        "may_seal": may_seal,
        "holders": people,
        "absent": [one for one in people if not one.came],
        "shown": fingerprint(people),
        "shortages": shortages(in_force(), at=now) if may_seal and not made else [],
        "recoveries": recovering.recoveries(),
        "vouched_for": sealing.vouched_for() if made and judges else [],
        "planned": in_force().size.participants,
    }
    return render(request, "enrolment/list.html", known)
