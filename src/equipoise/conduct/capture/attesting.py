"""Forms that others have prepared and that wait for whom only may sign them off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.capture.due import Facts
from equipoise.conduct.capture.finding import place_of, repeating
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.permission import may_attest
from equipoise.conduct.capture.place import Place
from equipoise.conduct.capture.plan import Plan

STANDING = ("eligibility", "exclusion", "relapse-plan", "relapse")


def to_sign(
    people: Iterable[Participant], plan: Plan, facts: Mapping[str, Facts], actor: Actor
) -> Iterator[Place]:
    """Forms that are begun, and that this person may sign off and others may not."""
    known: frozenset[str] | None = None
    for person in people:
        if known is None:
            known = _attested(person, plan)
        for where, state in facts[person.identifier].states.items() if known else ():
            if state == "started" and where[0].partition("#")[0] in known:
                place = place_of(person, *where)
                if may_attest(actor, place):
                    yield place


def _attested(person: Participant, plan: Plan) -> frozenset[str]:
    """Ids of the attested forms of a trial, without their numbers."""
    planned = [due.form for dues in plan.dues.values() for due in dues]
    standing = [place_of(person, name).form for name in STANDING]
    forms = [*planned, *standing, *plan.any_time.values(), *repeating(plan).values()]
    return frozenset(form.id for form in forms if form.attested)
