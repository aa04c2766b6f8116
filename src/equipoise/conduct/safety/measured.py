"""What was measured at an infusion and when; what weight its syringe was prepared for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current import Current
from equipoise.conduct.forms.from_protocol import MEASURED_AT
from equipoise.conduct.forms.local_time import moment
from equipoise.conduct.forms.missing import is_code
from equipoise.conduct.safety.rules import Course, Measured
from equipoise.protocol.model import Protocol

FORM, VITALS = "infusion", "vitals"
WEIGHTS = ("weight_kg", "WEIGHT")


@dataclass(frozen=True, slots=True)
class Times:
    """Start and end of an infusion; None where it has not come to it."""

    started: datetime | None
    stopped: datetime | None

    def minutes(self, at: datetime) -> float | None:
        """Minutes from the start; None before it."""
        return (
            None if self.started is None else (at - self.started).total_seconds() / 60
        )

    @property
    def course(self) -> Course:
        """As the rules look at it."""
        length = self.minutes(self.stopped) if self.stopped is not None else None
        return Course(self.started is not None, length)


def times_of(known: Current, visit: str) -> Times:
    """When an infusion was started and stopped, as far as it is recorded."""
    said = known.answers(FORM, visit)
    return Times(_time(said, "started_at"), _time(said, "stopped_at"))


def planned_minutes(protocol: Protocol) -> float:
    """Planned length of an infusion: the longest of all arms, so that it tells nothing."""
    lengths = [
        i.infusion.value for i in protocol.interventions if i.infusion is not None
    ]
    return float(max(lengths, default=0))


def vitals_of(known: Current, visit: str) -> list[Measured]:
    """Vital signs of a visit that are recorded, in the order in which they were measured.

    A value that was recorded without its time has the minute of the protocol, and for its
    age the time at which it was recorded.
    """
    times, found = times_of(known, visit), []
    for (form, where, slot), fields in known.values.items():
        if form != VITALS or where != visit or slot is None:
            continue
        said = known.answers(form, where, slot)
        measured = _time(said, MEASURED_AT)
        since = None if measured is None else times.minutes(measured)
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
    """Weight for which the syringe of an infusion was prepared; None if there is none.

    The weight that was on record when the syringe was released, which the pharmacy uses
    in every arm: it tells nothing of what is in it.
    """
    own = Entry.objects.filter(chain=identifier)
    released = own.filter(form="syringe", visit=visit, act="syringe").order_by("-seq")
    last = released.values_list("seq", flat=True).first()
    if last is None:
        return None
    weights = own.filter(
        item__in=WEIGHTS, seq__lt=last, act__in=("answer", "correct")
    ).order_by("-seq")
    for text in weights.values_list("value", flat=True):
        if text and not is_code(text):
            return float(text)
    return None


def _time(said: dict[str, str], name: str) -> datetime | None:
    return moment(said[name]) if said.get(name) else None
