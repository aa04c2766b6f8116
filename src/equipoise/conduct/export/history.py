"""History of one participant for exports, derived from the audit trail up to a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture import scores
from equipoise.conduct.capture.current_values import COLUMNS, Current, Value, Where
from equipoise.conduct.capture.eligibility import judge
from equipoise.conduct.capture.scores import named_score
from equipoise.conduct.export.snapshot import Snapshot
from equipoise.conduct.export.writers import Cell
from equipoise.conduct.forms.from_library import ENDS
from equipoise.conduct.forms.local_time import moment
from equipoise.protocol.calendar import Visit
from equipoise.protocol.model import Protocol
from equipoise.protocol.schedule import decided_at

BATCH = 5000  # entries that are read at once, unless a chain alone is longer
UTC_ZONE = ZoneInfo("UTC")


@dataclass
class History(Current):
    """Current data of a participant at the time of a snapshot."""

    identifier: str
    zone: ZoneInfo = UTC_ZONE  # of the clock at the site
    screened_at: datetime | None = None  # UTC without a zone; None if it never was
    randomized_at: datetime | None = None
    signed: dict[Where, Value] = field(default_factory=dict)  # form -> first completion

    def add(
        self, seq: int, at: datetime, actor: str, act: str, form: str, visit: str,
        minute: int | None, item: str, value: str | None,
    ) -> None:  # fmt: skip
        """Adds one more entry."""
        super().add(seq, at, actor, act, form, visit, minute, item, value)
        if act == "screen":
            self.screened_at = plain(at)
        elif act == "randomize":
            self.randomized_at = self.randomized_at or plain(at)
        elif act == "complete":
            where = form, visit, minute
            self.signed.setdefault(where, Value(None, actor, at, seq, 1))

    def day(self, on: date | datetime | None) -> int | None:
        """The day of the schedule of a date; None if date or day 0 is unknown.

        Dates are of the calendar of the site, times in UTC without a time zone.
        """
        if on is None or self.day0 is None:
            return None
        if isinstance(on, datetime):
            on = on.replace(tzinfo=UTC).astimezone(self.zone).date()
        return (on - self.day0).days

    def numbered(self, kind: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Repeating forms, such as ``event#1``, in order."""
        known = [w[0] for w in self.values if w[0].startswith(f"{kind}#")]
        for form in sorted(set(known), key=lambda f: int(f.partition("#")[2])):
            values = self.answers(form)
            if values:
                yield form, values


def histories(snapshot: Snapshot) -> Iterator[History]:
    """Each participant of a snapshot, one at a time, in the order of identifiers.

    In bounded memory, here and in the database: some chains are queried at a time, so that
    no cursor stays open and no complete result is stored.
    """
    for some in _parts(snapshot.heads):
        entries = Entry.objects.filter(chain__in=some).order_by("chain", "seq")
        rows = entries.values_list("chain", *COLUMNS)
        found = {
            chain: _history(chain, own, snapshot)
            for chain, own in groupby(rows, key=itemgetter(0))
        }
        yield from (found[chain] for chain in some if chain in found)


def _parts(heads: Mapping[str, int]) -> Iterator[list[str]]:
    """Identifiers in order, in batches with few entries."""
    part: list[str] = []
    entries = 0
    for chain in sorted(heads):
        if part and entries + heads[chain] > BATCH:
            yield part
            part, entries = [], 0
        part.append(chain)
        entries += heads[chain]
    if part:
        yield part


def _history(chain: str, entries: Iterable[Any], snapshot: Snapshot) -> History:
    found = History(chain, zone=ZoneInfo(snapshot.zones[chain]))
    for _, seq, *entry in entries:
        if seq > snapshot.heads[chain]:
            break
        found.add(seq, *entry)
    return found


def plain(at: datetime) -> datetime:
    """A time for the tables: UTC without a time zone."""
    return at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None)


def cell(kind: str, text: str | None) -> Cell:
    """A value in a column of some type, such as ``flag``; None for no value."""
    if not text:
        return None
    if kind == "datetime":
        return plain(moment(text))
    if kind == "number":
        return float(text)
    return text == "yes" if kind == "flag" else text


@dataclass(frozen=True, slots=True)
class Became:
    """Visit status."""

    visit: Visit
    status: str  # ``done``, ``missed``, ``planned`` or ``not applicable``
    day: int | None = None  # of the schedule, of a visit that was done
    reason: str | None = None
    agreed: int | None = None  # day of the schedule that was agreed, if it was moved

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
    """Every visit that was due, with its status, in the order of the protocol.

    A conditional visit (``only_if``) is not applicable to participants who are known not
    to meet its definition, at the last visit before it that is for all participants and
    rates the score. Participants who were excluded have only recorded visits.
    """
    out = why_excluded(protocol, person) is not None
    found: list[Became] = []
    for place, visit in enumerate(protocol.schedule.visits):
        form = person.answers("visit", visit.id)
        status, agreed = form.get("status"), scheduled_day(person, form.get("agreed"))
        if status == "done":
            day = scheduled_day(person, form.get("date"))
            found.append(Became(visit, "done", day, agreed=agreed))
        elif status:
            found.append(Became(visit, status, None, form.get("reason"), agreed))
        elif not out:
            due = _due(protocol, person, place, found)
            status = "planned" if due else "not applicable"
            found.append(Became(visit, status, agreed=agreed))
    return found


def scheduled_day(person: History, on: str | None) -> int | None:
    """The day of the schedule of a recorded date, if there is one."""
    return person.day(date.fromisoformat(on)) if on else None


def milestones(
    protocol: Protocol, person: History, became: list[Became]
) -> Iterator[Reached]:
    """Recorded milestones, and those that follow from the visits."""
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
    left = any(name in stated for name in ENDS)
    given = _treated(became, randomized)
    if given:
        yield Reached("treatment-started", min(given))
        over = left or not _planned(_of_treatment(became))
        if over and "treatment-discontinued" not in stated:
            yield Reached("treatment-completed", max(given))
    if not left and not _planned(became):
        done = [b.day for b in became if b.day is not None]
        yield Reached("study-completed", max(done, default=None))


def consented_at(person: History) -> datetime | None:
    """When the participant consented first; None before the form is complete."""
    signed = person.answers("consent").get("signed_at")
    if not signed or not person.is_complete("consent"):
        return None
    return plain(moment(signed))


def why_excluded(protocol: Protocol, person: History) -> str | None:
    """Main reason why a participant was not randomized; None if not excluded.

    From the form ``exclusion``; without it, attested criteria come first, in the order of
    the protocol, then calculated rules, then the reason for leaving: each participant has
    one main reason (CONSORT).
    """
    if person.randomized_at is not None:
        return None
    stated = _not_included(protocol, person)
    if stated is not None:
        return stated
    if person.is_complete("eligibility"):
        judged = judge(protocol, person)
        for one in sorted(judged, key=lambda one: one.criterion.require is not None):
            if one.met is not None and not one.allows:
                return one.criterion.text
    left = [made for name, made in _stated(person).items() if name in ENDS]
    return (left[0].reason or "withdrew before randomization") if left else None


def _not_included(protocol: Protocol, person: History) -> str | None:
    """The reason on the form ``exclusion``."""
    said = person.answers("exclusion")
    if not person.is_complete("exclusion"):
        return None
    texts = {c.id: c.text for c in protocol.eligibility}
    texts |= {"declined": "declined to take part", "other": said.get("words", "other")}
    return texts.get(said.get("reason", ""), "not stated")


def _stated(person: History) -> dict[str, Reached]:
    """Milestones of the milestone forms; the first of a kind counts."""
    found: dict[str, Reached] = {}
    for _, form in person.numbered("milestone"):
        name, on = form.get("milestone"), form.get("date")
        if name:
            day = scheduled_day(person, on)
            found.setdefault(name, Reached(name, day, form.get("reason")))
    return found


def _treated(became: list[Became], randomized: int | None) -> list[int]:
    """Days on which treatment was given; without infusions, from the first day on."""
    visits = _of_treatment(became)
    if any(b.visit.infusion is not None for b in visits):
        return [b.day for b in visits if b.day is not None]
    if randomized is None:
        return []
    held = [b for b in visits if b.status in ("done", "missed")]
    days = [b.visit.day if b.day is None else b.day for b in held]
    return [max(randomized, 0), *days]


def _of_treatment(became: list[Became]) -> list[Became]:
    """The visits with infusions; without any, those of the treatment phase."""
    infusions = [b for b in became if b.visit.infusion is not None]
    return infusions or [b for b in became if b.visit.phase == "treatment"]


def _planned(became: list[Became]) -> bool:
    return any(b.status == "planned" for b in became)


def _due(protocol: Protocol, person: History, place: int, before: list[Became]) -> bool:
    """Whether a visit is due, as far as known."""
    visit = protocol.schedule.visits[place]
    if visit.only_if is None:
        return True
    if protocol.loss_before(visit) is not None:
        return _triggered(protocol, person, visit, before)
    rule = protocol.definition(visit.only_if)
    at = decided_at(protocol, visit.only_if, visit.id)
    if at is None:
        return True
    became = {b.visit.id: b.status for b in before}.get(at, "planned")
    if became != "done" or rule.score is None or rule.threshold is None:
        return became == "planned"  # then it will be assessed
    value = score_at(protocol, person, rule.score, at)
    start = score_at(protocol, person, rule.score, protocol.schedule.baseline)
    if value is None or (start is None and rule.rule not in ("at-most", "at-least")):
        return False
    return scores.holds(protocol, rule, start or 0.0, value)


def _triggered(
    protocol: Protocol, person: History, visit: Visit, before: list[Became]
) -> bool:
    """Whether a visit that a loss of response triggers is due, as far as known."""
    at = decided_at(protocol, str(visit.only_if), visit.id)
    known = scores.lost_at(protocol, scores.scores_of(protocol, person), visit, at)
    if known is None:  # then it will be assessed, if the rating is still to come
        return {b.visit.id: b.status for b in before}.get(
            str(at), "planned"
        ) == "planned"
    limit = protocol.schedule.retreatment(visit.only_if)
    same = [b for b in before if b.visit.only_if == visit.only_if]
    earlier = [float(b.day) for b in same if b.status == "done" and b.day is not None]
    return known and (limit is None or limit.allows(earlier, visit.day))


def score_at(
    protocol: Protocol, person: History, score: str, visit: str
) -> float | None:
    """A score at a visit, calculated from the responses; None if not rated."""
    answers = person.answers(f"instrument:{score.partition('.')[0]}", visit)
    return named_score(protocol, score, answers) if answers else None
