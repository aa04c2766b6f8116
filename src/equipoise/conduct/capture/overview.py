"""What lists of many participants need, in a few queries for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from equipoise.conduct.audit.models import Entry, Head
from equipoise.conduct.capture.current import Where, current
from equipoise.conduct.capture.due import Facts
from equipoise.conduct.capture.models import FormState, Participant
from equipoise.conduct.capture.plan import Plan
from equipoise.conduct.capture.responders import Loss, losses, verdicts
from equipoise.conduct.capture.standing import GONE
from equipoise.conduct.study.protocols import version

WRITTEN = ("answer", "correct")


def facts_of_many(people: Iterable[Participant], plan: Plan) -> dict[str, Facts]:
    """Identifier -> what lists need to know; the same as ``due.facts_of`` one by one."""
    known = {person.pk: person for person in people}
    states: dict[str, dict[Where, str]] = defaultdict(dict)
    rows = FormState.objects.filter(participant__in=known).values_list(
        "participant", "form", "visit", "minute", "status"
    )
    for pk, form, visit, minute, status in rows:
        states[known[pk].identifier][form, visit, minute] = status
    names = [person.identifier for person in known.values()]
    missed, stopped, length = _missed(names), _stopped(names), _lengths(names)
    return {
        person.identifier: Facts(
            states=states[person.identifier],
            missed=frozenset(missed[person.identifier]),
            verdicts=_judged(
                person.identifier, plan, states[person.identifier], length
            ),
            gone=person.status in GONE,
            stopped=person.identifier in stopped,
        )
        for person in known.values()
    }


def lost_responses(person: Participant, plan: Plan, facts: Facts) -> tuple[Loss, ...]:
    """Responses that were lost and of which nobody has taken care yet."""
    cared = facts.states.get(("relapse", "", None)) in ("complete", "frozen", "locked")
    if cared or not any(facts.verdicts.values()):
        return ()
    name = person.identifier
    return _responses(name, _lengths([name]).get(name, 0), plan.hash)[1]


def _judged(
    name: str, plan: Plan, states: Mapping[Where, str], length: Mapping[str, int]
) -> Mapping[str, bool | None]:
    """Verdicts; the answers are read only of those who have come to the deciding visit."""
    decided = any(
        states.get((f"instrument:{instrument}", visit, None), "started") != "started"
        for visit, instrument in plan.deciding
    )
    return _responses(name, length.get(name, 0), plan.hash)[0] if decided else {}


@lru_cache(maxsize=4096)
def _responses(
    name: str, length: int, hash_: str
) -> tuple[dict[str, bool | None], tuple[Loss, ...]]:
    """Kept as long as the chain has the same length: nothing else can change it."""
    known, protocol = current(name), version(hash_)
    return verdicts(protocol, known), tuple(losses(protocol, known))


def _lengths(names: list[str]) -> dict[str, int]:
    return dict(Head.objects.filter(pk__in=names).values_list("chain", "seq"))


def _missed(names: list[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    rows = Entry.objects.filter(
        form="visit", act__in=WRITTEN, item="status",
        chain__in=names,
    ).order_by("chain", "seq")  # fmt: skip
    for chain, visit, value in rows.values_list("chain", "visit", "value"):
        (found[chain].add if value == "missed" else found[chain].discard)(visit)
    return found


def _stopped(names: list[str]) -> set[str]:
    """Participants whose treatment ended before its time."""
    last: dict[tuple[str, str], str | None] = {}
    rows = Entry.objects.filter(
        form__startswith="milestone#", act__in=WRITTEN, item="milestone",
        chain__in=names,
    ).order_by("chain", "seq")  # fmt: skip
    for chain, form, value in rows.values_list("chain", "form", "value"):
        last[chain, form] = value
    return {chain for (chain, _), v in last.items() if v == "treatment-discontinued"}
