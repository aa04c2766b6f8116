"""Reconciliation after an older copy was restored: recovers records, accepts the loss."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from equipoise.conduct.allocation.services import assignment
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.audit.record import entries, lock, require_reason
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.enrolment.allocation_list import of_the_list
from equipoise.conduct.enrolment.database_currency import Missing, anchor_all, missing
from equipoise.conduct.enrolment.randomization import record
from equipoise.conduct.study import protocols
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import in_force

LOST = "lost"  # status of a participant of whom only the identifier is left


def reconcile(
    *,
    key: Path,
    anchors: Path,
    reason: str,
    actor: str,
    at: datetime,
    given: Mapping[str, str] | None = None,
) -> Missing:
    """Restores the known records of a loss, so that the trial can continue.

    Participants randomized by the audit trail get their allocations back; allocations
    without an audit entry get their entry back; identifiers that were used and lost are
    never used again. The loss is recorded in the audit trail of the study and in the
    external checkpoints. ``given`` is participant -> kit, from paper, where no database
    has it. Returns the missing records.

    Raises:
        ConductError: EQ937, a kit cannot be restored; EQ943, the reason is missing.
    """
    reason = require_reason(
        reason, "EQ943", "a loss is accepted only with a reason",
        "--reason", "state what was restored, of which date, and why",
    )  # fmt: skip
    found = missing(anchors)
    _give_back(found.unallocated | dict(given or {}), key, actor, at)
    _bar(found, actor, at)
    for who, kit in missing(anchors).unrecorded.items():
        person = Participant.objects.filter(identifier=who).first()
        if person is not None:
            record(person, kit, {}, actor=actor, at=at)
    said = "; ".join(found.words()) or "nothing was missing"
    fact = Fact("reconcile", value=said, reason=reason)
    protocols.record(STUDY, fact, actor=actor, at=at)
    anchor_all(anchors, at=at, reconciled=True)
    return found


def _give_back(kits: Mapping[str, str], key: Path, actor: str, at: datetime) -> None:
    """Restores allocations, in the order of the schedule."""
    protocol = of_the_list() or in_force()
    for who, kit in sorted(kits.items(), key=lambda pair: assignment.position(pair[1])):
        made = entries(who).filter(act="randomize").first()
        strata = entries(who).filter(act="stratum").values_list("value", flat=True)
        levels = json.loads(strata.first() or "{}")
        by, then = (made.actor, made.at) if made else (actor, at)
        assignment.restore(protocol, key, who, kit, levels, actor=by, at=then)


def _bar(found: Missing, actor: str, at: datetime) -> None:
    """Prevents reuse of identifiers for another participant."""
    gone = found.shortened.keys() | found.unrecorded.keys()
    known = set(Participant.objects.values_list("identifier", flat=True))
    for identifier in sorted(gone - known - {STUDY}):
        site = Site.objects.order_by("code")[0]  # the site is lost too
        with transaction.atomic():
            lock(STUDY)
            last = Participant.objects.aggregate(last=Max("place"))["last"] or 0
            number = int(identifier[1:]) if identifier[1:].isdigit() else 0
            Participant.objects.create(
                identifier=identifier,
                site=site,
                place=max(number, last + 1),
                status=LOST,
                created_at=at,
            )
        if not Entry.objects.filter(chain=identifier).exists():
            fact = Fact("screen", value=site.code, reason="record lost")
            protocols.record(identifier, fact, actor=actor, at=at)
