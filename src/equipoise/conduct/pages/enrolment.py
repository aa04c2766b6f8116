"""Randomization of a participant, the allocation list, and each page that shows an arm.

An arm is shown in an emergency, in the response to one request; and in an open-label
trial, to the users who treat.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls.converters import SlugConverter

from equipoise.conduct.access import recovery
from equipoise.conduct.access.accounts import fingerprint, holders
from equipoise.conduct.access.actor import ALL_SITES, who
from equipoise.conduct.access.rights import is_open
from equipoise.conduct.access.second_approver import shortages
from equipoise.conduct.allocation.services import assignment
from equipoise.conduct.allocation.services.concealed_list import commitment
from equipoise.conduct.enrolment import allocation_list
from equipoise.conduct.enrolment.randomization import randomize as randomize_person
from equipoise.conduct.enrolment.randomization import readiness
from equipoise.conduct.error_responses import refused_on
from equipoise.conduct.number_input import whole
from equipoise.conduct.pages.account_reset import is_still_the_same, just_shown
from equipoise.conduct.pages.context import page_with
from equipoise.conduct.pages.form_context import about, person_of
from equipoise.conduct.study.protocols import in_force
from equipoise.conduct.unblinding import emergency, open_label
from equipoise.errors import ConductError, Problem


def randomize(request: HttpRequest, identifier: str) -> HttpResponse:
    """Shows the requirements for randomization; a POST randomizes.

    In an open-label trial it redirects to the treatment, for users who may read it.
    """
    person, actor, now = about(request, identifier)
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


def sealed_list(request: HttpRequest) -> HttpResponse:
    """Shows the commitment; a POST generates and seals the allocation list."""
    actor, now = who(request)
    if request.method == "POST":
        places = whole(request.POST.get("places", ""))
        if 0 < places <= 5000:
            vouched = request.POST.get("shown", "") if "vouch" in request.POST else ""
            allocation_list.seal(
                places=places, key=settings.VAULT_KEY, anchors=settings.ANCHORS,
                actor=actor, at=now, vouched=vouched, aware="aware" in request.POST,
            )  # fmt: skip
        return redirect("sealed-list")
    made = commitment()
    hash_ = made.hash if made else ""
    may_seal = actor.may("seal list", ALL_SITES)
    people = holders(at=now) if may_seal and not made else []
    judges = may_seal or actor.may_anywhere("read audit")
    known = {
        "commitment": made,
        "pieces": [hash_[i : i + 8] for i in range(0, len(hash_), 8)],
        "may_seal": may_seal,
        "holders": people,
        "absent": [one for one in people if not one.came],
        "shown": fingerprint(people),
        "shortages": shortages(in_force(), at=now) if may_seal and not made else [],
        "recoveries": recovery.recoveries(),
        "vouched_for": allocation_list.vouched_for() if made and judges else [],
        "planned": in_force().size.participants,
    }
    return render(request, "enrolment/list.html", known)


def _unblind(
    request: HttpRequest, identifier: str, problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    """The form; after an error with the entries, so that no time is lost."""
    person = person_of(request, identifier)
    who(request)[0].require("unblind in emergency", person.site.code)
    known = {
        "person": person,
        "recent": just_shown(request),
        "randomized": assignment.kit(identifier) is not None,
        "reason": request.POST.get("reason", ""),
    }
    return page_with(request, "unblinding/unblind.html", known, problems)


@refused_on(_unblind, ConductError)
def unblind(request: HttpRequest, identifier: str) -> HttpResponse:
    """Requires reason and re-authentication; shows the arm in the response to the POST."""
    if request.method != "POST":
        return _unblind(request, identifier)
    (actor, now), person = who(request), person_of(request, identifier)
    actor.require("unblind in emergency", person.site.code)
    opened = emergency.unblind(
        person, reason=request.POST.get("reason", ""),
        confirmed=is_still_the_same(request), key=settings.VAULT_KEY,
        actor=actor, at=now, anchors=settings.ANCHORS,
    )  # fmt: skip
    known = {"person": person, "arm": in_force().arm(opened.arm), "at": now}
    return render(request, "unblinding/opened.html", known)


class OfOpenTrial(SlugConverter):
    """An identifier in an address that exists in an open-label trial only.

    In a blinded trial it matches nothing, so that the address responds to all users and
    methods like one that does not exist. A view could not do this, because the application
    checks user and participant before it calls one.
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


def treatment(request: HttpRequest, identifier: str) -> HttpResponse:
    """Shows the treatment; each view is recorded first."""
    person, actor, now = about(request, identifier)
    told = open_label.read(person, key=settings.VAULT_KEY, actor=actor, at=now)
    known = {"person": person, "told": told, "at": now}
    return render(request, "treatment/treatment.html", known)
