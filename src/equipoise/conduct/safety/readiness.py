"""What keeps an infusion from being started, in words for who stands at the bedside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current import Current
from equipoise.conduct.capture.finding import place_of
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.forms.wording import sign
from equipoise.conduct.safety.alerts import ALWAYS, WEIGHT, Alarm, alarms
from equipoise.conduct.safety.measured import syringe_weight, vitals_of
from equipoise.conduct.safety.rules import missing_before, weight_differs
from equipoise.conduct.study.protocols import in_force
from equipoise.protocol.governance import InfusionDay, SafetyRule
from equipoise.protocol.model import Protocol

DAY = InfusionDay(assumed=True)  # of a protocol that states nothing
HELD = "treatment is on hold: call the investigator before anything is started"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an infusion does not start.

    Attributes:
        text: in words; the same for everybody.
        names: vital signs that are to be measured first.
        alarm: the alert behind it, which not everybody may know.
        weighs: another weight, which is entered with the start, takes it away.
    """

    text: str
    names: tuple[str, ...] = ()
    alarm: Alarm | None = None
    weighs: bool = False


def required_age(protocol: Protocol) -> int:
    """Minutes before the start within which vital signs are measured."""
    return (protocol.infusion_day or DAY).max_age_min


def missing(
    protocol: Protocol, visit: str, known: Current, start: datetime
) -> list[str]:
    """Vital signs that the protocol requires before an infusion and that are not there."""
    required = protocol.required_before(protocol.schedule.visit(visit))
    age = required_age(protocol)
    return missing_before(required, vitals_of(known, visit), start, age)


def unready(
    person: Participant, visit: str, known: Current, *, start: datetime, weight: str
) -> list[Obstacle]:
    """What keeps an infusion from being started, whoever decides at the bedside.

    Args:
        person: who receives it.
        visit: id of a visit with an infusion.
        known: vital signs and infusion of the visit.
        start: of the infusion.
        weight: of the day, in kg, as text; empty for none.
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
    if said and not _is_released(own, visit, weight):
        of = [a for a in own if a.rule == WEIGHT and a.where[1] == visit]
        text = said.partition(": ")[2].rstrip(".")
        found.append(Obstacle(text, alarm=of[-1] if of else None, weighs=True))
    found += [Obstacle(HELD, alarm=alarm) for alarm in holds(own, protocol)]
    return found


def weight_text(protocol: Protocol, today: str, prepared: float | None) -> str:
    """What is said of a weight that is too far from that of the syringe; else nothing."""
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
    """Alerts on items and answers that hold treatment now.

    Until an investigator lets the infusion start, or a newer answer to the same question
    is inside the limits.
    """
    rules = {rule.id: rule for rule in (*protocol.safety_rules, *ALWAYS)}
    last = {a.rule: a for a in own if a.rule in rules and not rules[a.rule].measurement}
    return [
        alarm
        for alarm in last.values()
        if rules[alarm.rule].action in ("hold", "stop")
        and not alarm.released_by
        and not _is_lifted(alarm, rules[alarm.rule])
    ]


def hold_notes(people: Iterable[Participant], actor: Actor) -> dict[str, list[str]]:
    """Participant -> why treatment is on hold, for who prepares or gives it.

    Who must not know of the answer behind it reads that it is so, and whom to ask.
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


def _is_released(own: list[Alarm], visit: str, weight: str) -> bool:
    return any(
        a.rule == WEIGHT and a.where[1] == visit and a.released_by and a.value == weight
        for a in own
    )


def _is_lifted(alarm: Alarm, rule: SafetyRule) -> bool:
    kind = alarm.where[0].partition("#")[0]
    newer = Entry.objects.filter(
        chain=alarm.chain, form__startswith=kind, item=alarm.item, seq__gt=alarm.seq,
        act__in=("answer", "correct"),
    ).order_by("-seq")  # fmt: skip
    value = newer.values_list("value", flat=True).first()
    return bool(value) and not rule.is_met_by(str(value))
