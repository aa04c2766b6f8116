"""Who gets a syringe next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.allocation import services
from equipoise.conduct.allocation.services import Syringe
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.record import entries
from equipoise.conduct.capture.models import FormState, Participant
from equipoise.conduct.capture.participants import planned, visible
from equipoise.conduct.forms.from_protocol import ENDS
from equipoise.conduct.pharmacy.dosing import Weight
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import AccessError
from equipoise.protocol.calendar import Visit

ENDED = (*ENDS, "treatment-discontinued")
WRITTEN = ("answer", "correct")  # what is said about a value stands beside it
WEIGHTS = ("weight_kg", "WEIGHT")


@dataclass(frozen=True, slots=True)
class Next:
    """The next infusion of a participant.

    Attributes:
        on: planned date; None before day 0 is planned.
        weight: newest weight on record.
        syringe: the last one for this infusion that was not thrown away.
        gone: those that were, the first one first.
    """

    person: Participant
    visit: Visit
    on: date | None
    weight: Weight | None
    syringe: Syringe | None
    gone: tuple[Syringe, ...] = ()


def require_pharmacist(actor: Actor, site: str) -> None:
    """Refuses who is not an unblinded pharmacist, or is blinded by another role.

    Raises:
        AccessError: EQ911.
    """
    actor.require("prepare syringe", site)
    if not actor.sees(in_force(), "arm", site):
        raise AccessError.single(
            "EQ911",
            "another role of yours is blinded",
            where="your roles at this site",
            mend="ask the administrator to end one of them",
        )


def waiting(actor: Actor) -> list[Next]:
    """Everybody who is to get an infusion, the earliest first."""
    people = [
        p for p in visible(actor)
        if p.status == "randomized" and actor.may("prepare syringe", p.site.code)
    ]  # fmt: skip
    over = _over([p.identifier for p in people])
    found = [_next(p, over) for p in people if (p.identifier, "") not in over]
    rows = [row for row in found if row is not None]
    return sorted(rows, key=lambda n: (n.on or date.max, n.person.identifier))


def next_of(person: Participant) -> Next | None:
    """The next infusion of one participant; None if there is none."""
    over = _over([person.identifier])
    return None if (person.identifier, "") in over else _next(person, over)


def newest_weight(identifier: str) -> Weight | None:
    """The weight that was written down last, on any form."""
    last: dict[tuple[str, str, int | None], Entry] = {}
    for row in entries(identifier).filter(item__in=WEIGHTS, act__in=WRITTEN):
        last[row.form, row.visit, row.minute] = row
    rows = sorted((r for r in last.values() if r.value), key=lambda r: r.seq)
    if not rows:
        return None
    row = rows[-1]
    return Weight(float(row.value or ""), row.at, row.form, row.visit)


def _over(identifiers: Iterable[str]) -> set[tuple[str, str]]:
    """Participant and visit of infusions that are given or missed; no visit: of all."""
    people = list(identifiers)
    done = FormState.objects.filter(
        participant__identifier__in=people, form="infusion"
    ).exclude(status="started")
    found = set(done.values_list("participant__identifier", "visit"))
    said = Entry.objects.filter(
        chain__in=people, form="visit", item="status", act__in=WRITTEN
    )
    status = {(e.chain, e.visit): e.value for e in said.order_by("chain", "seq")}
    found |= {where for where, value in status.items() if value == "missed"}
    ends = Entry.objects.filter(
        chain__in=people,
        form__startswith="milestone",
        item="milestone",
        act__in=WRITTEN,
    )
    state = {(e.chain, e.form): e.value for e in ends.order_by("chain", "seq")}
    return found | {(who, "") for (who, _), what in state.items() if what in ENDED}


def _next(person: Participant, over: set[tuple[str, str]]) -> Next | None:
    for visit in in_force().schedule.visits:
        if visit.infusion is None or (person.identifier, visit.id) in over:
            continue
        dates = {p.visit.id: p.date for p in planned(person, responder=None)}
        made = services.syringes_of(person.identifier, visit.id)
        kept = [one for one in made if one.stands]
        gone = tuple(one for one in made if not one.stands)
        weight = newest_weight(person.identifier)
        last = kept[-1] if kept else None
        return Next(person, visit, dates.get(visit.id), weight, last, gone)
    return None
