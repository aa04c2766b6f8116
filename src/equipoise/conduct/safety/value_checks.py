"""Safety checks of each saved value: alerts, and rejected starts of infusions.

Receivers of ``capture.form_saving``: pages, API and corrections all use it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from equipoise.conduct import mail
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.record import entries
from equipoise.conduct.capture.current_values import Current, current
from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.forms.calculations import calculated
from equipoise.conduct.forms.local_time import moment
from equipoise.conduct.forms.missing_codes import is_code
from equipoise.conduct.forms.short_labels import sign
from equipoise.conduct.safety import alerts
from equipoise.conduct.safety.readiness import (
    FORM,
    VITALS,
    course_of,
    missing,
    planned_minutes,
    required_age,
    syringe_weight,
    unready,
    vitals_of,
    weight_text,
)
from equipoise.conduct.safety.stopping_rules import alerts as firing
from equipoise.conduct.safety.stopping_rules import phase
from equipoise.conduct.study.protocols import in_force
from equipoise.protocol.governance import SafetyRule
from equipoise.protocol.labels import rule_subject
from equipoise.protocol.model import Protocol

STARTED = "started_at"
INSTRUMENT = "instrument:"


def check_start(
    *, place: Place, known: Current, new: Mapping[str, str], at: datetime, **_: Any
) -> dict[str, str]:
    """Field -> why an infusion cannot start; this cannot be overruled at the bedside.

    A start in the past, beyond the permitted age of a measurement, has happened: it is
    recorded, and alerts the investigator.
    """
    start = new.get(STARTED)
    if place.form.id != FORM or not start or known.said(*place.where).get(STARTED):
        return {}
    if _is_past(start, at):
        return {}
    person, visit = place.participant, place.visit
    here = current(person.identifier, (FORM, VITALS, "syringe"), visit)
    weight = new.get("weight_kg") or here.answers(FORM, visit).get("weight_kg", "")
    found = unready(person, visit, here, start=moment(start), weight=weight)
    return {STARTED: "; ".join(one.text for one in found)} if found else {}


def alert(
    *,
    place: Place,
    known: Current,
    before: Mapping[str, str],
    changed: Mapping[str, str],
    at: datetime,
    **_: Any,
) -> list[Fact]:
    """The alerts that follow from saved values, with an e-mail to the investigator."""
    protocol = in_force()
    if place.form.id in (VITALS, FORM):
        found = [*_at_infusion(protocol, place, changed, at)]
    else:
        was = calculated(place.form, before)
        now = calculated(place.form, known.answers(*place.where))
        new = {name: value for name, value in now.items() if was.get(name) != value}
        found = [*_of_answers(protocol, place, {**changed, **new})]
    if any(fact.form != VITALS for fact in found):
        what, site = "There is an urgent task", place.participant.site
        text = f"{what} in trial {protocol.trial.id}. Log in to see it."
        tell = partial(mail.tell, alerts.INVESTIGATOR, site, what, text)
        transaction.on_commit(tell, robust=True)
    return found


def _is_past(start: str, at: datetime) -> bool:
    return at - moment(start) > timedelta(minutes=required_age(in_force()))


def _at_infusion(
    protocol: Protocol, place: Place, changed: Mapping[str, str], at: datetime
) -> Iterator[Fact]:
    """Alerts of an infusion day: any measurement may now be of another phase."""
    identifier, visit = place.participant.identifier, place.visit
    here = current(identifier, (FORM, VITALS, "syringe"), visit)
    own = alerts.alarms([identifier]).get(identifier, [])
    before = {(a.where, a.item, a.rule, a.value) for a in own}
    course, planned = course_of(here, visit), planned_minutes(protocol)
    found = firing(protocol.vital_rules(), vitals_of(here, visit), course, planned)
    for one in sorted(found, key=lambda a: (a.measured.minute, a.measured.name)):
        where = VITALS, visit, one.measured.slot
        name, value = one.measured.name, f"{one.measured.value:g}"
        again = where == place.where and name in changed
        if again or (where, name, one.rule.id, value) not in before:
            text = _text(one.rule, sign(name), f"{value} {one.rule.unit}", one.when)
            yield alerts.fact_of(one.rule.id, text, where, name, value)
    if place.form.id != FORM:
        return
    weight = changed.get("weight_kg", "")
    text = weight_text(protocol, weight, syringe_weight(identifier, visit))
    if text:
        yield alerts.fact_of(alerts.WEIGHT, text, place.where, "weight_kg", weight)
    start = changed.get(STARTED, "")
    if start and _is_past(start, at):
        absent = missing(protocol, visit, here, moment(start))
        if absent:
            names = ", ".join(sign(name) for name in absent)
            text = f"WATCH: started without {names}. Record why, and what was done."
            yield alerts.fact_of(alerts.UNMEASURED, text, place.where, STARTED, start)


def _of_answers(
    protocol: Protocol, place: Place, changed: Mapping[str, str]
) -> Iterator[Fact]:
    fields = {field.name: field for field in place.form.fields}
    for rule in (*protocol.safety_rules, *alerts.ALWAYS):
        of = INSTRUMENT + rule.item if rule.item else rule.answer or ""
        form, _, item = of.rpartition(".")
        value = changed.get(item, "")
        if form != place.form.id.partition("#")[0] or is_code(value):
            continue
        if rule.is_met_by(value) and _applies(rule, protocol, place):
            labels = {c.value: c.label for c in fields[item].choices}
            subject = f"{place.form.title}, {fields[item].label}"
            if rule.item:
                subject = rule_subject(protocol, rule)
            text = _text(rule, subject, labels.get(value, value), "")
            yield alerts.fact_of(rule.id, text, place.where, item, value)


def _applies(rule: SafetyRule, protocol: Protocol, place: Place) -> bool:
    """Whether a rule on an item or field applies at this time.

    A value that holds the next infusion may be recorded at any time before it.
    """
    identifier = place.participant.identifier
    if rule.when == "after randomization":
        said = entries(identifier).filter(act="randomize", form="randomization")
        return said.exists()
    if rule.when == "any" or (rule.item is None and rule.when == "before infusion"):
        return True
    if place.minute is None:
        return False
    course = course_of(current(identifier, (FORM,), place.visit), place.visit)
    return phase(place.minute, course, planned_minutes(protocol)) == rule.when


def _text(rule: SafetyRule, subject: str, value: str, when: str) -> str:
    """Text of an alert: ``STOP: Pulse 130 beats/min (limit ≥ 120), during …``."""
    limit = "" if rule.one_of else f" (limit {rule.limit})"
    time = f", {when}" if when else ""
    named = f"{subject}{':' if rule.answer else ''} {value.strip()}"
    return f"{rule.action.upper()}: {named}{limit}{time}. {rule.do}"
