"""Randomizing one participant: every condition, one kit, no arm."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import assignment
from equipoise.conduct.allocation.services.assignment import Kit
from equipoise.conduct.audit.clock import require_right
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.record import entries, lock
from equipoise.conduct.capture.consent import require_consent
from equipoise.conduct.capture.current_values import Current, current
from equipoise.conduct.capture.eligibility import Judged, judge, refusals
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.enrolment.allocation_list import require_fit, require_published
from equipoise.conduct.enrolment.database_currency import anchor_all, require_whole
from equipoise.conduct.forms.from_library import ENDS
from equipoise.conduct.forms.from_protocol import eligibility_form
from equipoise.conduct.forms.short_labels import short
from equipoise.conduct.study import protocols
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import ConductError, Problem
from equipoise.protocol.model import Protocol

ACT, FORM = "randomize", "randomization"


@dataclass(frozen=True, slots=True)
class Readiness:
    """What stands between a participant and randomization."""

    kit: str | None  # the number, if randomized already
    judged: tuple[Judged, ...]  # every criterion
    missing: tuple[Problem, ...]  # what is lacking; empty for who can be randomized


def readiness(person: Participant) -> Readiness:
    """What is known, for the page before the click; nothing is changed."""
    protocol, known = in_force(), current(person.identifier)
    return Readiness(
        recorded_kit(person.identifier),
        judge(protocol, known),
        tuple(_missing(protocol, person, known)),
    )


def randomize(
    person: Participant, *, key: Path, anchors: Path, actor: Actor, at: datetime
) -> Kit:
    """Gives a participant the next place of the list, and writes the kit down.

    The vault is written first, then the participant's chain, then the anchor. Whatever
    happens between them, the same call again completes what is lacking and returns the
    same kit.

    Raises:
        ConductError: EQ923 with everything that is lacking; EQ934, EQ935, EQ937; EQ942,
            allocated, and the anchor could not be written; EQ945, the protocol in force
            randomizes otherwise than the list; EQ947, the clock went back.
    """
    actor.require("randomize", person.site.code)
    with transaction.atomic():
        lock(person.identifier)
        held = recorded_kit(person.identifier)
        made = Kit(held or "", new=False)
        if not held:
            require_right(at)
            made = _allocate(person, key, anchors, actor, at)
    anchor_all(anchors, at=at)
    return made


def recorded_kit(identifier: str) -> str | None:
    """The kit as it stands in the participant's chain; None if not randomized."""
    found = entries(identifier).filter(act=ACT).values_list("value", flat=True)
    return found.first()


def levels(protocol: Protocol, known: Current) -> dict[str, str]:
    """Characteristic -> value, of the strata of the protocol."""
    answers = known.answers("characteristics")
    return {n: answers[n] for n in protocol.randomization.strata if n in answers}


def record(
    person: Participant, kit: str, strata: dict[str, str], *, actor: str, at: datetime
) -> None:
    """Writes a kit and the stratum into the participant's chain; never an arm."""
    facts = [
        Fact(ACT, FORM, item="kit", value=kit),
        Fact("stratum", FORM, item="stratum", value=json.dumps(strata, sort_keys=True)),
    ]
    protocols.record(person.identifier, *facts, actor=actor, at=at)
    Participant.objects.filter(pk=person.pk).update(status="randomized")


def _allocate(
    person: Participant, key: Path, anchors: Path, actor: Actor, at: datetime
) -> Kit:
    protocol, known = in_force(), current(person.identifier)
    # An allocation without its entry is a click that was cut off: it is completed,
    # whatever has changed since, because the place of the list is taken.
    unfinished = assignment.kit(person.identifier) is not None
    if not unfinished:
        problems = _missing(protocol, person, known)
        if problems:
            raise ConductError(*problems)
    require_whole(anchors, completing=person if unfinished else None)
    require_published()
    strata = levels(protocol, known)
    made = assignment.allocate(
        require_fit(protocol), key, person.identifier, strata, actor=actor.name, at=at
    )
    record(person, made.number, strata, actor=actor.name, at=at)
    return made


def _missing(protocol: Protocol, person: Participant, known: Current) -> list[Problem]:
    """Everything that is lacking, at once."""
    found: list[Problem] = []
    try:
        require_consent(known, eligibility_form(protocol))
    except ConductError as refusal:
        found += refusal.problems
    ended = any(
        known.answers(*where).get("milestone") in ENDS
        for where in known.values
        if where[0].startswith("milestone")
    )
    if ended or known.locked or person.status not in ("screening", "consented"):
        found.append(_problem(person, "the participant is not in screening any more"))
    found += [_problem(person, str(one)) for one in refusals(judge(protocol, known))]
    found += [_problem(person, what) for what in _no_baseline(protocol, known)]
    absent = set(protocol.randomization.strata) - levels(protocol, known).keys()
    found += [_problem(person, f"{name} of the stratum is missing") for name in absent]
    return found


def _no_baseline(protocol: Protocol, known: Current) -> list[str]:
    """Primary endpoints whose baseline, rated before treatment, is not complete."""
    visit = protocol.schedule.visit(protocol.schedule.baseline)
    if visit.phase != "screening":
        return []
    rated = {a.instrument for a in protocol.schedule.assessments(visit)}
    scales = {
        (endpoint.variable.score or "").partition(".")[0]
        for endpoint in protocol.endpoints
        if endpoint.level == "primary"
    }
    return [
        f"{short(protocol.scales[name].name)} at {visit.label} is not complete: the "
        "primary endpoint is compared with it"
        for name in sorted(scales & rated)
        if not known.is_complete(f"instrument:{name}", visit.id)
    ]


def _problem(person: Participant, what: str) -> Problem:
    return Problem(
        code="EQ923",
        what=what,
        where=person.identifier,
        mend="complete the forms of screening, or enter the person as not eligible",
    )
