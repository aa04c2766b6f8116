"""The course of a participant: visits, milestones, and who is due for what."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from equipoise.conduct.export.history import History, plain
from equipoise.conduct.forms.local_time import moment
from equipoise.instruments.model import Instrument
from equipoise.instruments.scoring import score_forms
from equipoise.protocol.calendar import Visit
from equipoise.protocol.estimand import Definition
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import Requirement
from equipoise.protocol.schedule import decided_at

GONE = ("study-withdrawn", "lost-to-follow-up", "death")


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a visit.

    Attributes:
        status: ``done``, ``missed``, ``planned`` or ``not applicable``.
        day: of the schedule, of a visit that was done.
    """

    visit: Visit
    status: str
    day: int | None = None
    reason: str | None = None

    @property
    def in_window(self) -> bool | None:
        """Whether a visit that was done was in its window."""
        if self.day is None:
            return None
        early, late = (self.visit.day + part for part in self.visit.window)
        return early <= self.day <= late


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone, with its day and reason."""

    milestone: str
    day: int | None
    reason: str | None = None


def visits(protocol: Protocol, person: History) -> list[Became]:
    """Every visit that was due, and what became of it, in the order of the protocol.

    A visit for some only (``only_if``) is not applicable to whom its definition is known
    not to hold for, at the last visit before it that everybody has and that rates the
    score. Who was excluded has only visits that were written down.
    """
    out = why_excluded(protocol, person) is not None
    found: list[Became] = []
    for place, visit in enumerate(protocol.schedule.visits):
        form = person.answers("visit", visit.id)
        status = form.get("status")
        if status == "done":
            on = form.get("date")
            day = person.day(date.fromisoformat(on)) if on else None
            found.append(Became(visit, "done", day))
        elif status:
            found.append(Became(visit, status, reason=form.get("reason")))
        elif not out:
            due = _due(protocol, person, place, found)
            found.append(Became(visit, "planned" if due else "not applicable"))
    return found


def milestones(
    protocol: Protocol, person: History, became: list[Became]
) -> Iterator[Reached]:
    """Milestones that were written down, and those that follow from the visits."""
    yield Reached("screened", person.day(person.screened_at))
    consented = consented_at(person)
    if consented is not None:
        yield Reached("consented", person.day(consented))
    stated = _stated(person)
    excluded = why_excluded(protocol, person)
    if excluded is not None:
        day = max((b.day for b in became if b.day is not None), default=None)
        yield Reached("excluded", day, excluded)
        return
    if person.randomized_at is None:
        return
    randomized = person.day(person.randomized_at)
    yield Reached("randomized", randomized)
    yield from stated.values()
    stopped = stated.get("treatment-discontinued")
    given = _treated(became, randomized)
    if given:
        yield Reached("treatment-started", min(given))
        if stopped is None and _over(became, treatment=True, left=_left(stated)):
            yield Reached("treatment-completed", max(given))
    if not any(name in stated for name in GONE) and _over(became, treatment=False):
        done = [b.day for b in became if b.day is not None]
        yield Reached("study-completed", max(done, default=None))


def consented_at(person: History) -> datetime | None:
    """When the participant consented first; None before the form is complete."""
    signed = person.answers("consent").get("signed_at")
    if not signed or not _signed(person, "consent"):
        return None
    return plain(moment(signed))


def why_excluded(protocol: Protocol, person: History) -> str | None:
    """The main reason why somebody was not randomized; None for who was not excluded.

    What the form ``exclusion`` says; without it, attested criteria come first, in the
    order of the protocol, then the rules that are worked out, then why the person left:
    everybody has one main reason (CONSORT).
    """
    if person.randomized_at is not None:
        return None
    stated = _not_included(protocol, person)
    if stated is not None:
        return stated
    if _signed(person, "eligibility"):
        attested = person.answers("eligibility")
        for c in protocol.eligibility:
            if c.require is None and attested.get(c.id) == _against(c.kind):
                return c.text
        for c in protocol.eligibility:
            if c.require is None:
                continue
            met = _meets(protocol, person, c.require)
            if met is not None and met == (c.kind == "exclusion"):
                return c.text
    left = [made for name, made in _stated(person).items() if name in GONE]
    return (left[0].reason or "withdrew before randomization") if left else None


def _not_included(protocol: Protocol, person: History) -> str | None:
    """The reason on the form ``exclusion``."""
    said = person.answers("exclusion")
    if not _signed(person, "exclusion"):
        return None
    texts = {c.id: c.text for c in protocol.eligibility}
    texts |= {"declined": "declined to take part", "other": said.get("words", "other")}
    return texts.get(said.get("reason", ""), "not stated")


def _signed(person: History, form: str) -> bool:
    """Whether a form that belongs to no visit is complete."""
    return person.status.get((form, "", None)) in ("complete", "frozen", "locked")


def _against(kind: str) -> str:
    return "no" if kind == "inclusion" else "yes"


def _stated(person: History) -> dict[str, Reached]:
    """Milestones of the milestone forms; the first of a kind counts."""
    found: dict[str, Reached] = {}
    for _, form in person.numbered("milestone"):
        name, on = form.get("milestone"), form.get("date")
        if name and on:
            day = person.day(date.fromisoformat(on))
            found.setdefault(name, Reached(name, day, form.get("reason")))
    return found


def _left(stated: dict[str, Reached]) -> bool:
    return any(name in stated for name in GONE)


def _treated(became: list[Became], randomized: int | None) -> list[int]:
    """Days on which treatment was given; without infusions, from the first day on."""
    infusions = [b for b in became if b.visit.infusion is not None]
    if infusions:
        return [b.day for b in infusions if b.day is not None]
    if randomized is None:
        return []
    days = [
        b.visit.day if b.day is None else b.day
        for b in became
        if b.visit.phase == "treatment" and b.status in ("done", "missed")
    ]
    return [max(randomized, 0), *days]


def _over(became: list[Became], *, treatment: bool, left: bool = False) -> bool:
    """Whether nothing is planned any more: of the treatment, or at all."""
    has = any(b.visit.infusion is not None for b in became)
    for b in became:
        concerns = not treatment or (
            b.visit.infusion is not None if has else b.visit.phase == "treatment"
        )
        if concerns and b.status == "planned" and not left:
            return False
    return True


def _due(protocol: Protocol, person: History, place: int, before: list[Became]) -> bool:
    """Whether a visit is due, as far as that is known."""
    visit = protocol.schedule.visits[place]
    if visit.only_if is None:
        return True
    rule = protocol.definition(visit.only_if)
    at = decided_at(protocol, visit.only_if, visit.id)
    if at is None:
        return True
    became = {b.visit.id: b.status for b in before}.get(at, "planned")
    if became == "planned":
        return True  # it will be judged
    return became == "done" and bool(holds(protocol, person, rule, at))


def holds(
    protocol: Protocol, person: History, rule: Definition, visit: str
) -> bool | None:
    """Whether a definition holds at a visit; None while that is not known."""
    if rule.score is None or rule.threshold is None:
        return None
    value = score_at(protocol, person, rule.score, visit)
    if value is None:
        return None
    if rule.rule == "at-most":
        return value <= rule.threshold
    if rule.rule == "at-least":
        return value >= rule.threshold
    start = score_at(protocol, person, rule.score, protocol.schedule.baseline)
    if start is None:
        return None
    improved = (start - value) * (1 if protocol.better(rule.score) == "lower" else -1)
    if rule.rule == "percent-reduction":
        return improved * 100 >= rule.threshold * start if start > 0 else None
    return improved >= rule.threshold


def score_at(
    protocol: Protocol, person: History, score: str, visit: str
) -> float | None:
    """A score at a visit, worked out from what was answered; None if not rated."""
    name, _, part = score.partition(".")
    scale = protocol.scales[name]
    answers = person.answers(f"instrument:{name}", visit)
    if not answers:
        return None
    if not scale.items:
        return float(answers[part]) if part in answers else None
    value = _scored(scale, part, tuple(sorted(answers.items())))
    return None if math.isnan(value) else value


def _scored(
    scale: Instrument, part: str, answers: tuple[tuple[str, str], ...]
) -> float:
    own = {item: float(v) for item, v in answers if item in scale.items}
    forms = pd.DataFrame([own])
    return float(score_forms(scale, forms)[part].iloc[0])


def _meets(protocol: Protocol, person: History, rule: Requirement) -> bool | None:
    """Whether a person fulfils a rule; None while that is not known."""
    if rule.characteristic is not None:
        text = person.answers("characteristics").get(rule.characteristic)
        if text is None:
            return None
        if rule.one_of:
            return text in rule.one_of
        value = float(text)
    else:
        found = score_at(protocol, person, rule.score or "", rule.visit or "")
        if found is None:
            return None
        value = found
    return (rule.min is None or value >= rule.min) and (
        rule.max is None or value <= rule.max
    )
