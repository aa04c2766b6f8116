"""Every syringe that was filled, and what became of it: no arm is opened for that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.allocation import services
from equipoise.conduct.allocation.services import Syringe
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participants import visible
from equipoise.conduct.capture.released import INFUSION, STARTED, SYRINGE
from equipoise.conduct.pharmacy.waiting import require_pharmacist
from equipoise.errors import ConductError

Fate = Literal["to be checked", "released", "begun", "failed the check", "discarded"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A syringe on the record.

    Attributes:
        fate: ``begun``, an infusion has started with it; ``failed the check``, the second
            person came to another volume.
    """

    syringe: Syringe
    person: Participant
    fate: Fate


def everything(actor: Actor) -> list[Kept]:
    """Every syringe of a pharmacist's sites, the newest first.

    Raises:
        AccessError: EQ911.
    """
    for site in actor.sites() or {""}:
        require_pharmacist(actor, site)
    people = {p.identifier: p for p in visible(actor)}
    used = begun(people)
    return [
        Kept(made, people[made.participant], fate(made, used))
        for made in reversed(services.syringes_of())
        if made.participant in people
    ]


def fate(made: Syringe, used: Iterable[str]) -> Fate:
    """What became of a syringe.

    Args:
        made: the syringe.
        used: numbers with which an infusion has started.
    """
    if made.discarded_by:
        return "discarded"
    if made.agrees is None:
        return "to be checked"
    if not made.agrees:
        return "failed the check"
    return "begun" if made.number in used else "released"


def begun(identifiers: Iterable[str]) -> set[str]:
    """Numbers of the syringes with which infusions of participants have started."""
    held: dict[tuple[str, str], dict[str, str | None]] = {}
    said = Entry.objects.filter(
        chain__in=list(identifiers),
        form=INFUSION,
        item__in=(SYRINGE, STARTED),
        act__in=("answer", "correct"),
    ).order_by("chain", "seq")
    for chain, visit, item, value in said.values_list(
        "chain", "visit", "item", "value"
    ):
        held.setdefault((chain, visit), {})[item] = value
    return {now.get(SYRINGE) or "" for now in held.values() if now.get(STARTED)} - {""}


def known(number: str, actor: Actor) -> tuple[Syringe, Participant]:
    """A syringe of a pharmacist's own site; of another one, or none: the same answer.

    Raises:
        AccessError: EQ911.
        ConductError: EQ939, no such syringe.
    """
    for site in actor.sites() or {""}:
        require_pharmacist(actor, site)
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
