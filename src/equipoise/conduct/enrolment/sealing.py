"""Sealing the list of a trial, and publishing its commitment before anybody comes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from equipoise.conduct.access.acting import ALL_SITES, Actor
from equipoise.conduct.allocation import services
from equipoise.conduct.allocation.types import Commitment
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import append
from equipoise.conduct.enrolment.anchoring import anchor_all
from equipoise.conduct.enrolment.sealed import is_published
from equipoise.conduct.study.protocols import in_force
from equipoise.protocol.amend import content_hash


def seal(
    *,
    places: int,
    key: Path,
    anchors: Path,
    actor: Actor,
    at: datetime,
    seed: int | None = None,
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

    Raises:
        AccessError: EQ911.
        ConductError: EQ933, a list was sealed already.
    """
    actor.require("seal list", ALL_SITES)
    protocol, known = in_force(), services.commitment()
    if known is not None and not is_published(known.hash):
        made = known
    else:
        made = services.seal(
            protocol, key, places=places, actor=actor.name, at=at, seed=seed
        )
    said = f"{made.hash} {made.method} {made.places} places"
    append(
        STUDY,
        [Fact("seal", value=said)],
        actor=actor.name,
        protocol=content_hash(protocol),
        at=at,
    )
    anchor_all(anchors, at=at)
    return made
