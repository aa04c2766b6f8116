"""Readiness for an infusion: required vital signs, holds, weight, as text.

The weight for which its syringe was prepared is the one recorded when it was released.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import Current, current
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.forms.calculations import value_of
from equipoise.conduct.forms.from_protocol import MEASURED_AT
from equipoise.conduct.forms.local_time import moment
from equipoise.conduct.forms.missing_codes import is_code
from equipoise.conduct.forms.short_labels import sign
from equipoise.conduct.safety.alerts import ALWAYS, WEIGHT, Alarm, alarms
from equipoise.conduct.safety.stopping_rules import (
    Course,
    Measured,
    missing_before,
    weight_differs,
)
from equipoise.conduct.study.protocols import in_force
from equipoise.protocol.governance import InfusionDay, SafetyRule
from equipoise.protocol.model import Protocol

DAY = InfusionDay(assumed=True)  # of a protocol that specifies nothing
HELD = "treatment is on hold: call the investigator before anything is started"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an infusion cannot start."""

    text: str  # identical for all users
    names: tuple[str, ...] = ()  # vital signs to be measured first
    alarm: Alarm | None = None  # its alert, which not all users may view
    # Another weight, which is entered with the start, removes it.
    weighs: bool = False


def required_age(protocol: Protocol) -> int:
    """Minutes before the start within which vital signs are measured."""
    return (protocol.infusion_day or DAY).max_age_min


def missing(
    protocol: Protocol, visit: str, known: Current, start: datetime
) -> list[str]:
    """Vital signs that the protocol requires before an infusion and that are missing."""
    required = protocol.required_before(protocol.schedule.visit(visit))
    age = required_age(protocol)
    return missing_before(required, vitals_of(known, visit), start, age)


def unready(
    person: Participant, visit: str, known: Current, *, start: datetime, weight: str
) -> list[Obstacle]:
    """Obstacles to an infusion that cannot be overruled at the bedside.

    ``known`` has vital signs and infusion of the visit; ``weight`` is that of the day in
    kg, or empty.
    """
    protocol, found = in_force(), []
    names = missing(protocol, visit, known, start)
    if names:
        text = ", ".join(sign(name) for name in names)
        age = required_age(protocol)
        found.append(Obstacle(f"measure first, within {age} min: {text}", tuple(names)))
    own = alarms([person.identifier]).get(person.identifier, [])
    prepared = syringe_weight(person.identifier, visit)
    said = weight_text(protocol, weight, prepared)
    of = [a for a in own if a.rule == WEIGHT and a.where[1] == visit]
    if said and not any(a.released_by and a.value == weight for a in of):
        text = said.partition(": ")[2].rstrip(".")
        found.append(Obstacle(text, alarm=of[-1] if of else None, weighs=True))
    found += [Obstacle(HELD, alarm=alarm) for alarm in holds(own, protocol)]
    return found


def weight_text(protocol: Protocol, today: str, prepared: float | None) -> str:
    """Text about a weight that is too far from that of the syringe; else empty."""
    percent = (protocol.infusion_day or DAY).weight_tolerance_percent
    if not today or not prepared or not weight_differs(float(today), prepared, percent):
        return ""
    share = abs(float(today) - prepared) / prepared * 100
    return (
        f"HOLD: weight today {float(today):g} kg, the syringe was prepared for "
        f"{prepared:g} kg ({share:.0f}% off, {percent:g}% allowed). Weigh again; then the "
        "pharmacy prepares a new syringe, or an investigator decides."
    )


def holds(own: list[Alarm], protocol: Protocol) -> list[Alarm]:
    """Alerts on items and fields that hold treatment now.

    Until an investigator lets the infusion start, or a later value of the same field is
    within the limits.
    """
    rules = {rule.id: rule for rule in (*protocol.safety_rules, *ALWAYS)}
    last = {a.rule: a for a in own if a.rule in rules and not rules[a.rule].measurement}
    return [
        alarm
        for alarm in last.values()
        if rules[alarm.rule].action in ("hold", "stop")
        and not alarm.released_by
        and not _is_lifted(alarm, rules[alarm.rule], protocol)
    ]


def hold_notes(people: Iterable[Participant], actor: Actor) -> dict[str, list[str]]:
    """Participant -> why treatment is on hold, for users who prepare or give it.

    Users who may not view the value read only that it is on hold, and whom to ask.
    """
    known, protocol = {p.identifier: p for p in people}, in_force()
    found: dict[str, list[str]] = {}
    for chain, own in alarms(known).items():
        for alarm in holds(own, protocol):
            site = known[chain].site.code
            shows = place_of(known[chain], *alarm.where).form.shows
            is_open = not shows or actor.sees(protocol, shows, site)
            found.setdefault(chain, []).append(alarm.text if is_open else HELD)
    return found


def _is_lifted(alarm: Alarm, rule: SafetyRule, protocol: Protocol) -> bool:
    """Whether a later value is within the limits; a missing code does not count."""
    kind, chain = alarm.where[0].partition("#")[0], alarm.chain
    inputs = protocol.inputs_of(kind, alarm.item)
    newer = Entry.objects.filter(
        Q(form=kind) | Q(form__startswith=f"{kind}#"),
        chain=chain, item__in=inputs or (alarm.item,),
        seq__gt=alarm.seq, act__in=("answer", "correct"),
    ).order_by("-seq")  # fmt: skip
    last = newer.values_list("form", "visit", "minute", "value").first()
    if last is None:
        return False
    form, visit, minute, text = last
    value = text or ""
    if inputs:
        person = Participant.objects.get(identifier=chain)
        place = place_of(person, form, visit, minute)
        said = current(chain, (form,)).answers(form, visit, minute)
        value = value_of(place.form.field(alarm.item), said)
    return bool(value) and not is_code(value) and not rule.is_met_by(str(value))


FORM, VITALS = "infusion", "vitals"
WEIGHTS = ("weight_kg", "WEIGHT")


def course_of(known: Current, visit: str) -> Course:
    """Start and stop of an infusion, as far as recorded."""
    said = known.answers(FORM, visit)
    return Course(time_of(said, "started_at"), time_of(said, "stopped_at"))


def planned_minutes(protocol: Protocol) -> float:
    """Planned length of an infusion: the longest of all arms, so as not to unblind."""
    given = (kind.infusion for kind in protocol.interventions)
    lengths = [infusion.value for infusion in given if infusion is not None]
    return float(max(lengths, default=0))


def vitals_of(known: Current, visit: str) -> list[Measured]:
    """Recorded vital signs of a visit, in order of measurement.

    A value that was recorded without its time has the minute of the protocol, and for its
    age the time of its entry.
    """
    course, found = course_of(known, visit), []
    for (form, where, slot), fields in known.values.items():
        if form != VITALS or where != visit or slot is None:
            continue
        said = known.answers(form, where, slot)
        measured = time_of(said, MEASURED_AT)
        since = None if measured is None else course.minutes(measured)
        for name, value in fields.items():
            if name == MEASURED_AT or not value.value or is_code(value.value):
                continue
            minute = slot if since is None else since
            if measured is not None and since is None:
                minute = min(slot, -1)  # measured before there was a start
            at = measured or value.at
            found.append(Measured(name, minute, float(value.value), slot, at))
    return sorted(found, key=lambda one: (one.minute, one.at, one.name))


def syringe_weight(identifier: str, visit: str) -> float | None:
    """Weight for which the syringe of an infusion was prepared; None without a syringe.

    The weight recorded when the syringe was released, which the pharmacy uses in every
    arm: it reveals nothing about the content.
    """
    own = Entry.objects.filter(chain=identifier)
    released = own.filter(form="syringe", visit=visit, act="syringe").order_by("-seq")
    last = released.values_list("seq", flat=True).first()
    if last is None:
        return None
    said = own.filter(item__in=WEIGHTS, seq__lt=last, act__in=("answer", "correct"))
    for text in said.order_by("-seq").values_list("value", flat=True):
        if text and not is_code(text):
            return float(text)
    return None


def time_of(said: dict[str, str], name: str) -> datetime | None:
    """A time that was recorded on a form; None if it is missing."""
    return moment(said[name]) if said.get(name) else None
