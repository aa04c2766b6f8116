"""Every syringe that was filled, and what became of it: no arm is opened for that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.allocation import services
from equipoise.conduct.allocation.services import Syringe
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participants import visible
from equipoise.conduct.pharmacy.waiting import begun, require_pharmacist_everywhere
from equipoise.errors import ConductError

Fate = Literal[
    "prepared", "released", "infusion started", "quarantined", "returned",
    "to be destroyed", "destroyed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A syringe on the record.

    Attributes:
        fate: ``prepared``, to be checked by a second person; ``to be destroyed``, the
            destruction is to be confirmed by one.
    """

    syringe: Syringe
    person: Participant
    fate: Fate


def everything(actor: Actor) -> list[Kept]:
    """Every syringe of a pharmacist's sites, the newest first.

    Raises:
        AccessError: EQ911.
    """
    require_pharmacist_everywhere(actor)
    people = {p.identifier: p for p in visible(actor)}
    used, ends = begun(people), services.ends()
    return [
        Kept(made, people[made.participant], fate(made, used, ends))
        for made in reversed(services.syringes_of())
        if made.participant in people
    ]


def fate(
    made: Syringe, used: Iterable[str], ends: Mapping[str, tuple[Fate, int, str]]
) -> Fate:
    """What became of a syringe.

    Args:
        made: the syringe.
        used: numbers with which an infusion has started.
        ends: as ``services.ends`` returns it.
    """
    if made.number in ends:
        return ends[made.number][0]
    if not made.stands:
        return "quarantined"
    if made.agrees is None:
        return "prepared"
    return "infusion started" if made.number in used else "released"


def known(number: str, actor: Actor) -> tuple[Syringe, Participant]:
    """A syringe of a pharmacist's own site; of another one, or none: the same answer.

    Raises:
        AccessError: EQ911.
        ConductError: EQ939, no such syringe.
    """
    require_pharmacist_everywhere(actor)
    made = services.syringe(number)
    name = made.participant if made is not None else ""
    person = Participant.objects.select_related("site").filter(identifier=name).first()
    if made is None or person is None or not actor.roles_at(person.site.code):
        raise ConductError.single(
            "EQ939",
            "there is no such syringe",
            where=f"syringe {number}",
            mend="read the number again",
        )
    return made, person
