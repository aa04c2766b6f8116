"""Facts for lists of many participants: cached, and read again when a chain has grown."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from equipoise.conduct.audit.models import Entry, Head
from equipoise.conduct.capture.current_values import Current, Where, current_of_many
from equipoise.conduct.capture.due_visits import Facts
from equipoise.conduct.capture.form_plan import Plan
from equipoise.conduct.capture.form_status import FINISHED, SIGNED
from equipoise.conduct.capture.models import FormState, Participant
from equipoise.conduct.capture.participant_status import (
    GONE,
    discontinued,
    standings,
    visits_in,
)
from equipoise.conduct.capture.scores import Loss, Scores, judged, named_scores
from equipoise.conduct.forms.from_protocol import Due

BATCH = 200  # participants that are read at once

_places: dict[Where, Where] = {}  # each key of a form, once
# Of each participant, what this process has read last, the protocol, and the hash of the
# last entry then: nothing has changed while that is the same.
_kept: dict[str, tuple[bytes, str, Facts]] = {}


def forget() -> None:
    """Clears the cache, after the database of a running process was exchanged."""
    _kept.clear()


def facts_of_many(people: Iterable[Participant], plan: Plan) -> dict[str, Facts]:
    """Identifier -> facts for lists and pages.

    Facts are cached while the last entry of the chain is the same: a list of thousands
    reads only participants with new entries.
    """
    known = {person.identifier: person for person in people}
    heads = _heads(known)  # read first: never older than the cached facts
    found: dict[str, Facts] = {}
    stale = []
    for name, person in known.items():
        kept = _kept.get(name)
        if kept is None or kept[:2] != (heads.get(name), plan.hash):
            stale.append(person)
        else:
            found[name] = kept[2]
    for first in range(0, len(stale), BATCH):
        for name, facts in _read(stale[first : first + BATCH], plan):
            found[name] = facts
            if name in heads:
                _kept[name] = (heads[name], plan.hash, facts)
    return {name: _as_of_now(found[name], person) for name, person in known.items()}


def facts_at(person: Participant, plan: Plan, visit: str) -> Facts:
    """Facts of one visit of a participant, without other visits.

    For a user who moves from form to form, where an entry was added just now.
    """
    planned = plan.protocol.schedule.visit(visit)
    if planned.only_if is not None:
        return facts_of_many([person], plan)[person.identifier]
    states = _states([person], plan, visit)[person.identifier]
    facts = _facts(person, states, standings([person.identifier])[person.identifier])
    return replace(facts, unclosed=_unclosed(states, {visit: plan.dues[visit]}))


def lost_responses(facts: Facts) -> tuple[Loss, ...]:
    """Lost responses that are not acknowledged yet."""
    cared_for = facts.locked or facts.states.get(("relapse", "", None)) in SIGNED
    return () if cared_for else facts.losses


def _as_of_now(facts: Facts, person: Participant) -> Facts:
    gone = person.status in GONE
    return facts if facts.gone == gone else replace(facts, gone=gone)


def _heads(names: Mapping[str, object]) -> dict[str, bytes]:
    rows = Head.objects.filter(pk__in=list(names))
    return {chain: bytes(hash_) for chain, hash_ in rows.values_list("chain", "hash")}


def _read(people: list[Participant], plan: Plan) -> Iterator[tuple[str, Facts]]:
    names = [person.identifier for person in people]
    states, standing = _states(people, plan), standings(names)
    scores = _scores([n for n in names if _is_decided(plan, states[n])], plan)
    for person in people:
        name = person.identifier
        verdict, lost = (
            judged(plan.protocol, scores[name]) if name in scores else ({}, [])
        )
        yield (
            name,
            replace(
                _facts(person, states[name], standing[name]),
                verdicts=verdict,
                losses=tuple(lost),
                unclosed=_unclosed(states[name], plan.dues),
            ),
        )


def _facts(
    person: Participant, states: Mapping[Where, str], standing: Current
) -> Facts:
    return Facts(
        states=states,
        visits=visits_in(standing),
        gone=person.status in GONE,
        stopped=discontinued(standing) is not None,
        locked=standing.locked is not None,
    )


def _states(
    people: list[Participant], plan: Plan, *visits: str
) -> dict[str, dict[Where, str]]:
    """Participant -> state of each form; at planned visits, of those that have data.

    Thousands of participants have the same forms: each key is stored once.
    """
    names = {person.pk: person.identifier for person in people}
    found: dict[str, dict[Where, str]] = {name: {} for name in names.values()}
    held = FormState.objects.filter(participant__in=list(names))
    if visits:
        held = held.filter(visit__in=visits)
    rows = held.values_list("participant", "form", "visit", "minute", "status")
    for pk, form, visit, minute, status in rows:
        if status not in ("", "void") or visit not in plan.dues:
            where = form, visit, minute
            found[names[pk]][_places.setdefault(where, where)] = sys.intern(status)
    return found


def _unclosed(
    states: Mapping[Where, str], planned: Mapping[str, Iterable[Due]]
) -> dict[str, bool]:
    """Visits of which some planned form is not complete -> whether one is started."""
    found = {}
    for visit, dues in planned.items():
        held = [states.get((due.form.id, visit, due.minute)) for due in dues]
        if not all(state in FINISHED for state in held):
            found[visit] = "started" in held
    return found


def _is_decided(plan: Plan, states: Mapping[Where, str]) -> bool:
    """Whether the participant has reached a deciding visit; else nothing is scored."""
    return any(
        states.get((f"instrument:{instrument}", visit, None), "started") != "started"
        for visit, instrument in plan.deciding
    )


def _scores(names: list[str], plan: Plan) -> dict[str, Scores]:
    """Identifier -> the scores that decide on visits, of complete forms."""
    needed = {d.score for d in plan.protocol.definitions if d.score}
    found: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for score in sorted(needed):
        form = f"instrument:{score.partition('.')[0]}"
        rows = Entry.objects.filter(chain__in=names, form=form, minute=None)
        known = current_of_many(rows)
        complete = {
            (chain, visit): own.answers(form, visit)
            for chain, own in known.items()
            for _, visit, _ in own.values
            if own.is_complete(form, visit)
        }
        values = named_scores(plan.protocol, score, list(complete.values()))
        for (chain, visit), value in zip(complete, values, strict=True):
            if value is not None:
                found[chain, score][visit] = value
    return {name: _of(found, name) for name in names}


def _of(found: Mapping[tuple[str, str], dict[str, float]], name: str) -> Scores:
    return lambda score: found.get((name, score), {})
