"""Forms that others have prepared and that wait for whom only may sign them off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.capture.current import Where
from equipoise.conduct.capture.due import Facts
from equipoise.conduct.capture.finding import place_of
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.permission import may_attest
from equipoise.conduct.capture.place import Place
from equipoise.conduct.capture.plan import Plan
from equipoise.conduct.forms.definition import Form


def to_sign(
    people: Iterable[Participant], plan: Plan, facts: Mapping[str, Facts], actor: Actor
) -> Iterator[Place]:
    """Forms that are begun, and that this person may sign off and others may not."""
    wheres = _attested(plan)
    for person in people:
        states = facts[person.identifier].states
        for where in (one for first in wheres for one in _numbers(first, states)):
            if states.get(where) == "started":
                place = place_of(person, *where)
                if may_attest(actor, place):
                    yield place


def _numbers(first: Where, states: Mapping[Where, str]) -> Iterator[Where]:
    """The form; or every one that was opened, of those of which there are many."""
    kind, many, _ = first[0].partition("#")
    yield first
    if many:
        count = 2
        while (where := (f"{kind}#{count}", *first[1:])) in states:
            yield where
            count += 1


def _attested(plan: Plan) -> list[Where]:
    """The attested forms of a trial; the first one of those that repeat."""
    planned: list[tuple[Form, Where]] = [
        (due.form, (due.form.id, visit, due.minute))
        for visit, dues in plan.dues.items()
        for due in dues
    ]
    free: list[tuple[Form, Where]] = [
        (form, (f"{name}#1" if form.repeats else name, "", None))
        for name, form in (plan.standing | plan.any_time).items()
    ]
    return [where for form, where in (*planned, *free) if form.attested]
