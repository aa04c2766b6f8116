"""What a participant of an open trial is treated with: written down, then told.

In a blinded trial nothing here tells anything, whoever asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from equipoise.conduct.access.actor import Actor, refused
from equipoise.conduct.access.rights import is_open
from equipoise.conduct.allocation.services import assignment, unblinding
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.enrolment.allocation_list import require_open_since_sealing
from equipoise.conduct.enrolment.randomization import recorded_kit
from equipoise.conduct.study.protocols import in_force, record
from equipoise.protocol.treatment import Arm, Intervention

ACT, FORM, WHY = "show treatment", "treatment", "open label"


@dataclass(frozen=True, slots=True)
class Treatment:
    """What was allocated to somebody."""

    kit: str  # number of the place
    arm: Arm
    given: Intervention | None  # what the arm gets; None for care as usual


def read(person: Participant, *, key: Path, actor: Actor, at: datetime) -> Treatment:
    """Tells the treatment of one participant; written down twice before.

    That it was read stands in the participant's chain, for everybody who may read that,
    and in the vault; the arm is nowhere but in what this returns.

    Raises:
        ConductError: EQ936, not randomized; EQ948, the trial was blinded before.
    """
    protocol = in_force()
    # Both walls: no right and no table opens a trial that is not open.
    if not (is_open(protocol) and actor.is_told(protocol, person.site.code)):
        raise refused(
            "you may not read treatment here",
            mend="in an open trial coordinators and investigators read it, unless "
            "another role of theirs is blinded",
        )
    name, kit = person.identifier, assignment.kit(person.identifier)
    # Both must know it: a click that was cut off is completed first, and an older copy of
    # the vault may have given the place to somebody else.
    if kit is None or recorded_kit(name) != kit:
        raise unblinding.not_randomized()
    require_open_since_sealing()
    record(name, Fact(ACT, FORM), actor=actor.name, at=at)
    opened = unblinding.open_one(key, name, why=WHY, reason="", actor=actor.name, at=at)
    arm = protocol.arm(opened.arm)
    kinds = {kind.id: kind for kind in protocol.interventions}
    return Treatment(kit, arm, kinds.get(arm.intervention or ""))
