"""Safety alerts: rule, value, users to whom it was shown, acknowledgment, action taken.

Each alert is in the participant's audit trail from the transaction that saved the value,
and remains there whatever happens to the value or the infusion. Later entries refer to it:
``shown`` (to the actor of that entry), ``acknowledge`` (with the action taken) and
``override`` (an investigator lets an infusion start in spite of it).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction

from equipoise.conduct.access.actor import Actor, refused
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.record import lock, require_reason
from equipoise.conduct.capture.current_values import Where, changing, current
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.locking import Blocker
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.permission import may_read
from equipoise.conduct.sql_statements import moment, rows
from equipoise.conduct.study.protocols import record
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.governance import SafetyRule
from equipoise.protocol.model import Protocol

ALERT, ACKNOWLEDGE, SHOWN, OVERRIDE = "alert", "acknowledge", "shown", "override"
# The actions are literals, as in the condition of the index.
FACTS = (
    "SELECT chain, seq, at, actor, act, form, visit, minute, item, value, reason "
    "FROM audit_entry WHERE act IN ('acknowledge', 'alert', 'override', 'shown') "
)
FEW = 500  # participants that are queried by name; beyond, all are read
INFUSION_TEAM, INVESTIGATOR = "infusion team", "investigator"
WEIGHT, UNMEASURED, SERIOUS = "dosing-weight", "start-without", "serious-event"
LIMIT_HOURS = 24.0
# Alerts to an investigator in every trial, whatever its protocol specifies.
ALWAYS: tuple[SafetyRule, ...] = tuple(
    SafetyRule(
        id=SERIOUS,
        answer=answer,
        one_of=("yes", "Y"),
        when="any",
        action="watch",
        do="An investigator assesses the event and reports it to the sponsor.",
        within_hours=LIMIT_HOURS,
        source="ICH E6(R3), 2.7.2: serious adverse events are reported immediately",
    )
    for answer in ("event.serious", "adverse-event.AESER")
)


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alert as recorded, with its acknowledgment and other later entries."""

    chain: str
    seq: int  # of its entry: its number
    at: datetime
    by: str  # user who saved the value
    where: Where
    item: str
    rule: str  # id of the rule
    value: str  # that met it
    text: str  # as shown: action, value, limit, and what the team does
    shown_to: dict[str, datetime] = field(default_factory=dict)  # user -> first time
    acknowledged_by: str = ""  # user name; empty before acknowledgment
    acknowledged_at: datetime | None = None
    done: str = ""  # what was done
    # User who let the infusion start in spite of it: an investigator, or at the bedside
    # the user who recorded that decision.
    released_by: str = ""
    reason: str = ""  # why

    @property
    def urgent(self) -> bool:
        """Whether it is a task of the investigator: all alerts except vital signs."""
        return self.where[0] != "vitals"

    @property
    def action(self) -> str:
        """Action of the rule: ``stop``, ``pause``, ``hold``, ``watch``."""
        return self.text.partition(":")[0].lower()

    def due(self, protocol: Protocol) -> datetime:
        """When an investigator must have acknowledged it."""
        rules = (*protocol.safety_rules, *ALWAYS)
        hours = {r.id: r.within_hours for r in rules}.get(self.rule) or LIMIT_HOURS
        return self.at + timedelta(hours=hours)


def fact_of(rule: str, text: str, where: Where, item: str, value: str) -> Fact:
    """The entry of an alert: rule, value, and text as shown."""
    return Fact(ALERT, *where, item=item, value=f"{rule}: {value}", reason=text)


def alarms(
    chains: Collection[str], upto: Mapping[str, int] | None = None
) -> dict[str, list[Alarm]]:
    """Participant -> alerts, in order of occurrence.

    ``upto`` is participant -> last entry that counts; all count, if None.
    """
    few = list(chains) if len(chains) <= FEW else []
    more = f"AND chain IN ({', '.join(['%s'] * len(few))}) " if few else ""
    read = rows(f"{FACTS}{more}ORDER BY chain, seq", few)
    found: dict[str, dict[int, Alarm]] = defaultdict(dict)
    for chain, seq, at, actor, act, form, visit, minute, item, value, said in read:
        if chain not in chains or (upto is not None and seq > upto[chain]):
            continue
        if act == ALERT:
            rule, _, what = (value or "").partition(": ")
            where = form, visit, minute
            found[chain][seq] = Alarm(
                chain, seq, moment(at), actor, where, item, rule, what, said
            )
            continue
        number, _, tapped = (value or "").partition(" ")
        if number.isdecimal() and int(number) in found[chain]:
            when = datetime.fromisoformat(tapped) if tapped else moment(at)
            _said(found[chain], int(number), act, actor, when, said)
            continue
        names = {*(value or "").split()}  # at the bedside: rules; the last alert counts
        for own in reversed([*found[chain].values()]):
            if own.rule in names and own.where[1] == visit:
                _said(found[chain], own.seq, act, actor, moment(at), said)
                names.discard(own.rule)
    return {chain: list(own.values()) for chain, own in found.items() if own}


def _said(
    own: dict[int, Alarm], seq: int, act: str, actor: str, at: datetime, text: str
) -> None:
    one = own[seq]
    if act == SHOWN:
        one.shown_to.setdefault(actor, at)
    elif act == OVERRIDE:
        own[seq] = replace(one, released_by=actor, reason=text)
    elif not one.acknowledged_by:
        own[seq] = replace(one, acknowledged_by=actor, acknowledged_at=at, done=text)


def is_shown(actor: Actor, person: Participant, alarm: Alarm) -> bool:
    """Whether a user may view an alert: its form is not concealed."""
    if actor.own is not None:
        return False
    try:
        form = place_of(person, *alarm.where).form
    except ConductError:  # a form that an amendment removed
        return INVESTIGATOR in actor.roles_at(person.site.code)
    return may_read(actor, person, form)


def shown_alarms(actor: Actor, person: Participant) -> list[Alarm]:
    """Alerts of a participant that a user may view, in order."""
    own = alarms([person.identifier]).get(person.identifier, [])
    return [alarm for alarm in own if is_shown(actor, person, alarm)]


def may_acknowledge(actor: Actor, person: Participant, alarm: Alarm) -> bool:
    """Whether a user may acknowledge: an investigator, or the team at the bedside."""
    wanted = {INVESTIGATOR} if alarm.urgent else {INVESTIGATOR, INFUSION_TEAM}
    roles = actor.roles_at(person.site.code)
    return bool(wanted & roles) and is_shown(actor, person, alarm)


def acknowledge(
    person: Participant,
    seq: int,
    *,
    actor: Actor,
    at: datetime,
    done: str,
    release: bool = False,
    tapped: datetime | None = None,
) -> None:
    """Acknowledges an alert with the action taken; only the first time counts.

    ``release``: an investigator lets the infusion start in spite of it; ``tapped``: when
    it was acknowledged at the bedside, if that was before ``at``.

    Raises:
        AccessError: EQ911, another role acknowledges it.
        ConductError: EQ921, the participant is locked; EQ922, the action taken is missing;
            EQ924, no such alert.
    """
    with changing(person.identifier, ("",)):
        own = shown_alarms(actor, person)
        alarm = next((one for one in own if one.seq == seq), None)
        roles = actor.roles_at(person.site.code)
        if not roles & {INVESTIGATOR, INFUSION_TEAM}:
            raise _not_yours()
        if alarm is None:
            raise ConductError.single(
                "EQ924",
                "there is no such alert",
                where=person.identifier,
                fix="open the alert from the participant's page",
            )
        release = release and alarm.action == "hold"
        if not may_acknowledge(actor, person, alarm) or (
            release and INVESTIGATOR not in roles
        ):
            raise _not_yours()
        done = require_reason(
            done, "EQ922", "the action taken is missing",
            f"{person.identifier}, alert {seq}", "enter what was done",
        )  # fmt: skip
        acts = [ACKNOWLEDGE] * (not alarm.acknowledged_by)
        acts += [OVERRIDE] * (release and not alarm.released_by)
        _note(alarm, acts, actor, at, done, tapped)


def show(
    found: Iterable[tuple[Participant, Alarm]], actor: Actor, at: datetime
) -> None:
    """Records to whom alerts were shown: each user and alert once."""
    for person, alarm in found:
        if actor.name in alarm.shown_to or alarm.acknowledged_by:
            continue
        with transaction.atomic():
            lock(person.identifier)
            if "lock" in current(person.identifier, ("",)).acts:
                continue
            again = alarms([alarm.chain])[alarm.chain]
            if any(a.seq == alarm.seq and actor.name not in a.shown_to for a in again):
                _note(alarm, [SHOWN], actor, at)


def open_alarms(
    people: Iterable[Participant], actor: Actor
) -> list[tuple[Participant, Alarm]]:
    """Unacknowledged alerts that a user may view."""
    known = {person.identifier: person for person in people}
    return [
        (known[chain], alarm)
        for chain, own in alarms(known).items()
        for alarm in own
        if not alarm.acknowledged_by and is_shown(actor, known[chain], alarm)
    ]


def unacknowledged(identifiers: Collection[str]) -> dict[str, list[Blocker]]:
    """Urgent unacknowledged alerts: they prevent the lock of a participant."""
    return {
        chain: [
            Blocker(f"an alert is not acknowledged: {one.text}", page="alerts")
            for one in own
            if one.urgent and not one.acknowledged_by
        ]
        for chain, own in alarms(identifiers).items()
    }


def _not_yours() -> AccessError:
    what = "only an investigator acknowledges this alert"
    return refused(what, fix="call the investigator of the site")


def _note(
    alarm: Alarm,
    acts: list[str],
    actor: Actor,
    at: datetime,
    reason: str = "",
    tapped: datetime | None = None,
) -> None:
    number = f"{alarm.seq}" if tapped is None else f"{alarm.seq} {tapped.isoformat()}"
    facts = [
        Fact(act, *alarm.where, item=alarm.item, value=number, reason=reason)
        for act in acts
    ]
    if facts:
        record(alarm.chain, *facts, actor=actor.name, at=at)
