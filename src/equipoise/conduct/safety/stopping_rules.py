"""Hold and stopping rules of an infusion: which of them are met, and what the team does.

Pure: values in, alerts out. The limits are those of the protocol.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from equipoise.conduct.forms.short_labels import sign
from equipoise.protocol.governance import SafetyRule

Phase = Literal["before infusion", "during infusion", "after infusion"]
# The strongest first: of several that are met by one value only that one is shown.
STRENGTH = ("stop", "pause", "hold", "watch")


@dataclass(frozen=True, slots=True)
class Measured:
    """A vital sign."""

    name: str  # CDISC test code
    minute: float  # from the start: measured, else of the protocol
    value: float
    slot: int | None = None  # minute of its form; ``minute``, if None
    at: datetime | None = None  # measured, else recorded; None if neither is known


@dataclass(frozen=True, slots=True)
class Course:
    """Start and end of an infusion; None where it has not happened yet."""

    started: datetime | None = None
    stopped: datetime | None = None

    def minutes(self, at: datetime) -> float | None:
        """Minutes from the start; None before it."""
        start = self.started
        return None if start is None else (at - start).total_seconds() / 60


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule that is met by a value."""

    rule: SafetyRule
    measured: Measured
    when: Phase = "during infusion"

    @property
    def sign(self) -> str:
        """The label of the vital sign."""
        return sign(self.measured.name)


def phase(minute: float, course: Course, planned: float) -> Phase:
    """Phase of a minute.

    While an infusion is running, everything from minute 0 on is during it, however long it
    takes; after it was stopped, its actual length counts. The planned length in minutes is
    for an infusion without recorded start.
    """
    if minute < 0 or (minute == 0 and course.started is None):
        return "before infusion"
    if course.started is not None and course.stopped is None:
        return "during infusion"
    length = course.minutes(course.stopped) if course.stopped is not None else None
    is_over = minute > (planned if length is None else length)
    return "after infusion" if is_over else "during infusion"


def alerts(
    rules: Sequence[SafetyRule],
    measured: Iterable[Measured],
    course: Course,
    planned: float,
) -> list[Alert]:
    """The strongest rule that is met by each value, the latest value first."""
    found = []
    for one in measured:
        when = phase(one.minute, course, planned)
        firing = [
            rule
            for rule in rules
            if rule.measurement == one.name
            and rule.when in (when, "any")
            and rule.is_met_by(str(one.value))
        ]
        if firing:
            strongest = min(firing, key=lambda rule: STRENGTH.index(rule.action))
            found.append(Alert(strongest, one, when))
    order = STRENGTH.index
    return sorted(found, key=lambda a: (-a.measured.minute, order(a.rule.action)))


def standing(
    rules: Sequence[SafetyRule],
    measured: Sequence[Measured],
    course: Course,
    planned: float,
) -> list[Alert]:
    """Current alerts: of the last value of each vital sign, the strongest first.

    A hold ends when the infusion has started, and a rule for the infusion when the value
    was repeated and is within its limits again.
    """
    last = {one.name: one for one in sorted(measured, key=lambda m: m.minute)}
    now = alerts(rules, last.values(), course, planned)
    if course.started is not None:
        now = [alert for alert in now if alert.rule.action != "hold"]
    return sorted(now, key=lambda alert: STRENGTH.index(alert.rule.action))


def missing_before(
    required: Sequence[str], measured: Iterable[Measured], start: datetime, minutes: int
) -> list[str]:
    """Vital signs that are missing for the start, in the order of the protocol.

    ``minutes`` are those before the start within which each must be measured; a value
    without a time does not count.
    """
    earliest = start - timedelta(minutes=minutes)
    fresh = {m.name for m in measured if m.at is not None and earliest <= m.at <= start}
    return [name for name in required if name not in fresh]


def weight_differs(today: float, prepared: float, percent: float) -> bool:
    """Whether a weight is further from that of the syringe than a tolerance allows.

    Both in kg; a difference of exactly ``percent`` of ``prepared`` is allowed.

    Example:
        >>> weight_differs(96.0, 82.5, 10), weight_differs(88.0, 80.0, 10)
        (True, False)
    """
    return abs(today - prepared) * 100 > percent * prepared
