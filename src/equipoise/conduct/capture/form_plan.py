"""Forms of each visit, derived once for each version of the protocol."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from equipoise.conduct.capture.scores import judged_at
from equipoise.conduct.forms import from_library, from_protocol
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.from_definition import own_forms, planned
from equipoise.conduct.forms.from_protocol import Due
from equipoise.conduct.study.protocols import hash_in_force, version
from equipoise.protocol.calendar import Visit
from equipoise.protocol.model import Protocol
from equipoise.protocol.roles import Role
from equipoise.protocol.schedule import PlannedVisit, calendar


@dataclass(frozen=True, slots=True)
class Plan:
    """The forms of a trial."""

    hash: str
    protocol: Protocol  # its version
    dues: dict[str, tuple[Due, ...]]  # visit id -> forms, guesses and visit included
    deciding: tuple[tuple[str, str], ...]  # visit, instrument: others depend on it
    any_time: dict[str, Form]  # id -> form of the protocol, whenever it is needed
    # Id -> form without a visit that every trial has, except the consent, whose versions
    # are not in the protocol. Also repeating forms: ``event`` and ``milestone``.
    standing: dict[str, Form]
    # Form id -> form of an unscheduled visit: the visit itself, and all forms of planned
    # visits except infusions and guesses.
    unscheduled: dict[str, Form]
    many: dict[str, Form]  # of any time, or standing: those that repeat
    days: dict[date, tuple[PlannedVisit, ...]] = field(default_factory=dict)

    def calendar(self, day0: date) -> tuple[PlannedVisit, ...]:
        """The visits with dates for a day 0, also those for some participants only."""
        if day0 not in self.days:
            self.days[day0] = calendar(self.protocol, day0, responder=None)
        return self.days[day0]

    def visit(self, visit_id: str) -> Visit:
        """The visit with this id; KeyError if there is no such visit."""
        return self.protocol.schedule.visit(visit_id)


def plan_in_force() -> Plan:
    """The forms of the protocol in force."""
    return _plan(hash_in_force())


@lru_cache(maxsize=16)
def _plan(hash_: str) -> Plan:
    protocol = version(hash_)
    dues = {
        visit.id: (
            Due(from_library.standard("visit-status", protocol), None),
            *from_protocol.visit_forms(protocol, visit),
            *(Due(form, minute) for form, minute in planned(protocol, visit)),
            *(
                Due(from_protocol.guess_form(protocol, by), None)
                for by in _guesses(protocol, visit)
            ),
        )
        for visit in protocol.schedule.visits
    }
    needed = {v.only_if for v in protocol.schedule.visits if v.only_if is not None}
    # The visit of time zero decides on the visits that a loss of response triggers.
    zero = {loss.id: str(loss.of) for loss in protocol.losses()}
    conditions = {zero.get(name, name) for name in needed}
    deciding = tuple(
        (visit, (protocol.definition(name).score or "").partition(".")[0])
        for name in sorted(conditions)
        if (visit := judged_at(protocol, name)) is not None
    )
    own = own_forms(protocol)
    any_time = {n: form for n, form in own.items() if form.any_time}
    standing = {form.id: form for form in _standing(protocol)}
    return Plan(
        hash_,
        protocol,
        dues,
        deciding,
        any_time,
        standing,
        unscheduled=_unscheduled(protocol, dues, own),
        many={n: form for n, form in (any_time | standing).items() if form.repeats},
    )


def _standing(protocol: Protocol) -> tuple[Form, ...]:
    return (
        from_protocol.characteristics_form(protocol),
        from_protocol.eligibility_form(protocol),
        from_library.standard("exclusion", protocol),
        from_library.standard("relapse-plan", protocol),
        from_library.standard("relapse", protocol),
        from_library.standard("adverse-event", protocol),
        from_library.standard("disposition", protocol),
    )


def _unscheduled(
    protocol: Protocol, dues: dict[str, tuple[Due, ...]], own: dict[str, Form]
) -> dict[str, Form]:
    rated = (
        from_protocol.instrument_form(protocol, use.id) for use in protocol.instruments
    )
    found = {form.id: form for form in rated}
    planned_at = (due.form for visit in dues.values() for due in visit)
    found |= {
        form.id: form
        for form in planned_at
        if form.id.partition(":")[0] not in ("visit", "infusion", "guess", "instrument")
    }
    return {"visit": from_library.standard("unscheduled-visit", protocol)} | found | own


def _guesses(protocol: Protocol, visit: Visit) -> tuple[Role, ...]:
    """Who guesses the treatment at a visit."""
    found = [
        endpoint.variable.guesses
        for endpoint in protocol.endpoints
        if endpoint.variable.guesses and endpoint.variable.at == visit.id
    ]
    return tuple(dict.fromkeys(found))
