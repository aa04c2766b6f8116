"""Sealing the list of a trial, and publishing its commitment before anybody comes.

Until then one administrator gives every role alone, and from then on roles that lead to
arms take two people. So who seals vouches for those who hold one at that moment; their
names stand in the chain of the study beside the commitment.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from equipoise.conduct.access.accounts import Holder, fingerprint, holders
from equipoise.conduct.access.acting import ALL_SITES, Actor
from equipoise.conduct.access.second_person import shortages
from equipoise.conduct.allocation import services
from equipoise.conduct.allocation.types import Commitment
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.clock import require_right
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.audit.record import append, lock
from equipoise.conduct.enrolment.anchoring import anchor_all
from equipoise.conduct.enrolment.sealed import is_published
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import ConductError
from equipoise.protocol.amend import content_hash


def seal(
    *,
    places: int,
    key: Path,
    anchors: Path,
    actor: Actor,
    at: datetime,
    seed: int | None = None,
    vouched: str | None = None,
    aware: bool = False,
) -> Commitment:
    """Seals the list, and writes its commitment into the chain of the study.

    The one door to a sealed list. Cut off between the two, the same call again publishes
    the commitment of the list that is sealed; nobody is randomized before.

    Args:
        places: in each stratum.
        key: file of the key of the vault.
        anchors: folder of the anchors.
        actor: who seals.
        at: UTC.
        seed: of a rehearsal; a real trial has none.
        vouched: ``fingerprint`` of the people whom the actor was shown and vouches for,
            empty for nobody; None where no page showed them (a rehearsal, a
            demonstration): they are recorded all the same.
        aware: whether the actor knows what will be missing later
            (``access.second_person.shortages``); it is recorded as the reason.

    Raises:
        AccessError: EQ911.
        ConductError: EQ917, somebody was not vouched for or has never come in, or what
            will be missing was not confirmed; EQ933, a list was sealed already; EQ947, the
            clock went back.
    """
    actor.require("seal list", ALL_SITES)
    require_right(at)
    protocol, known = in_force(), services.commitment()
    with transaction.atomic():
        lock(STUDY)  # nobody is given a role in between
        people, short = _known_people(vouched, at), shortages(protocol, at=at)
        if vouched is not None and short and not aware:
            raise _refused(
                "you have not confirmed that you know what will be missing later",
                "open the page again, read what will be missing, and confirm it",
            )
        if known is not None and not is_published(known.hash):
            made = known
        else:
            made = services.seal(
                protocol, key, places=places, actor=actor.name, at=at, seed=seed
            )
        said = f"{made.hash} {made.method} {made.places} places"
        append(
            STUDY,
            [Fact("seal", value=said, reason=" ".join(short)), *map(_vouch, people)],
            actor=actor.name,
            protocol=content_hash(protocol),
            at=at,
        )
    anchor_all(anchors, at=at)
    return made


def vouched_for() -> list[Entry]:
    """Who held a role that leads to arms when the list was sealed, as it was recorded.

    ``item`` is the role, ``value`` who held it where, ``reason`` who had given it.
    """
    said = Entry.objects.filter(chain=STUDY, form="people", act="vouch")
    return list(said.order_by("seq"))


def _vouch(one: Holder) -> Fact:
    why = f"granted by {one.granted_by}"
    return Fact("vouch", form="people", item=one.role, value=str(one), reason=why)


def _known_people(vouched: str | None, at: datetime) -> list[Holder]:
    """Who is vouched for; refused if it is not everybody, or somebody never came in.

    An account that nobody has opened yet is open to whoever has its link.
    """
    people = holders(at=at)
    if vouched is not None and vouched != fingerprint(people):
        raise _refused(
            "you have not vouched for the people who could learn an arm, or they are "
            "others than those that you were shown",
            "open the page again, look at each of them, and confirm it",
        )
    absent = ", ".join(sorted({one.username for one in people if not one.came}))
    if absent:
        raise _refused(
            f"{absent} could learn an arm and has set no password yet",
            "let them open their invitations first, or let the administrator end these "
            "roles; they can be given later, with a second person",
        )
    return people


def _refused(what: str, mend: str) -> ConductError:
    return ConductError.single("EQ917", what, where="the sealed list", mend=mend)
