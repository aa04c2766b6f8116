"""Randomization of one participant: all conditions, one kit, no arm."""

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
from equipoise.protocol.population import SITE

ACT, FORM = "randomize", "randomization"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Readiness of a participant for randomization."""

    kit: str | None  # the number, if randomized already
    judged: tuple[Judged, ...]  # every criterion
    missing: tuple[Problem, ...]  # empty if the participant can be randomized


def readiness(person: Participant) -> Readiness:
    """The readiness, for the page before randomization; changes nothing."""
    protocol, known = in_force(), current(person.identifier)
    return Readiness(
        recorded_kit(person.identifier),
        judge(protocol, known),
        tuple(_missing(protocol, person, known)),
    )


def randomize(
    person: Participant, *, key: Path, anchors: Path, actor: Actor, at: datetime
) -> Kit:
    """Allocates the next position of the schedule to a participant, and records the kit.

    The allocation database is written first, then the audit trail, then the external
    checkpoint. If it was interrupted between them, the same call again completes what is
    missing and returns the same kit.

    Raises:
        ConductError: EQ923 with everything that is missing; EQ934, EQ935, EQ937; EQ942,
            allocated, but the checkpoint could not be written; EQ945, the protocol in
            force does not match the schedule; EQ947, the clock went back.
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
    """The kit in the participant's audit trail; None if not randomized."""
    found = entries(identifier).filter(act=ACT).values_list("value", flat=True)
    return found.first()


def levels(protocol: Protocol, known: Current, site: str) -> dict[str, str]:
    """Characteristic or ``site`` -> value, of the strata of the protocol."""
    answers = {**known.answers("characteristics"), SITE: site}
    return {n: answers[n] for n in protocol.randomization.strata if n in answers}


def record(
    person: Participant, kit: str, strata: dict[str, str], *, actor: str, at: datetime
) -> None:
    """Records kit and stratum in the participant's audit trail; never an arm."""
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
    # An allocation without its entry was interrupted: it is completed, whatever has
    # changed since, because the position of the schedule is allocated.
    unfinished = assignment.kit(person.identifier) is not None
    if not unfinished:
        problems = _missing(protocol, person, known)
        if problems:
            raise ConductError(*problems)
    require_whole(anchors, completing=person if unfinished else None)
    require_published()
    strata = levels(protocol, known, person.site.code)
    made = assignment.allocate(
        require_fit(protocol), key, person.identifier, strata, actor=actor.name, at=at
    )
    record(person, made.number, strata, actor=actor.name, at=at)
    return made


def _missing(protocol: Protocol, person: Participant, known: Current) -> list[Problem]:
    """Everything that is missing, together."""
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
        found.append(_problem(person, "the participant is no longer in screening"))
    found += [_problem(person, str(one)) for one in refusals(judge(protocol, known))]
    found += [_problem(person, what) for what in _no_baseline(protocol, known)]
    known_levels = levels(protocol, known, person.site.code)
    absent = set(protocol.randomization.strata) - known_levels.keys()
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
        fix="complete the screening forms, or record the participant as not eligible",
    )
