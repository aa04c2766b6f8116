"""Treatment of a participant in an open-label trial: recorded, then disclosed.

In a blinded trial nothing is disclosed here to any user.
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
    """Allocated treatment of a participant."""

    kit: str  # number of the kit
    arm: Arm
    given: tuple[Intervention, ...]  # interventions; empty for care as usual


def read(person: Participant, *, key: Path, actor: Actor, at: datetime) -> Treatment:
    """Discloses the treatment of one participant; recorded twice before.

    It is recorded in the participant's audit trail, for all users who may read that, and
    in the allocation database; the arm is only in the returned value.

    Raises:
        ConductError: EQ936, not randomized; EQ948, the trial was blinded before.
    """
    protocol = in_force()
    # Two safeguards: neither a right nor a table alone opens a blinded trial.
    if not (is_open(protocol) and actor.is_told(protocol, person.site.code)):
        raise refused(
            "you may not read treatment here",
            fix="ask a coordinator or investigator, who read it in an open-label trial "
            "unless another role blinds them",
        )
    name, kit = person.identifier, assignment.kit(person.identifier)
    # Both databases must have it: an interrupted request is completed first, and an older
    # copy of the allocation database may have another participant at this position.
    if kit is None or recorded_kit(name) != kit:
        raise unblinding.not_randomized()
    require_open_since_sealing()
    record(name, Fact(ACT, FORM), actor=actor.name, at=at)
    opened = unblinding.open_one(key, name, why=WHY, reason="", actor=actor.name, at=at)
    arm = protocol.arm(opened.arm)
    return Treatment(kit, arm, protocol.treatments(arm.id))
