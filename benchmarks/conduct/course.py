"""What is written down of one made-up participant of a large trial, in its order.

The forms are those of the protocol; the answers are possible ones and mean nothing, but
that a responder's ratings improve, because it follows from them who is followed up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from random import Random

from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.forms import from_definition, from_protocol
from equipoise.conduct.forms.definition import Field, Form
from equipoise.protocol.model import Protocol
from equipoise.protocol.schedule import PlannedVisit, calendar

Step = tuple[datetime, str, Fact]  # when, by whom, what
EXCLUDED, RESPONSE, LOSS, LEFT, STOPPED = 0.2, 0.55, 0.2, 0.06, 0.04
MISSED, LATE, CORRECTED, UNFINISHED = 0.02, 0.01, 0.01, 0.01
ITEMS_OF_MANY = {"8", "9"}  # of the QIDS: one of two is answered; see "alternatives"


@dataclass(frozen=True, slots=True)
class Who:
    """A participant before anything was written down.

    Attributes:
        number: order of arrival, from 1.
        screened: UTC.
    """

    number: int
    site: str
    screened: datetime

    @property
    def identifier(self) -> str:
        """As the application gives them."""
        return f"P{self.number:04d}"

    def staff(self, role: str, second: int = 1) -> str:
        """The user name of somebody at the site."""
        if role == "participant":
            return self.identifier.lower()
        return f"{role.replace(' ', '-')}-{self.site}-{second}"


@dataclass(frozen=True, slots=True)
class Book:
    """The forms of a protocol by visit, worked out once.

    Attributes:
        forms: id of a visit -> form and minute; without the infusion itself.
    """

    protocol: Protocol
    forms: dict[str, tuple[tuple[Form, int | None], ...]]
    days: dict[date, tuple[PlannedVisit, ...]] = field(default_factory=dict)

    def calendar(self, day0: date) -> tuple[PlannedVisit, ...]:
        """The visits of who begins on a day."""
        if day0 not in self.days:
            self.days[day0] = calendar(self.protocol, day0, responder=None)
        return self.days[day0]


def book_of(protocol: Protocol) -> Book:
    """The book of a protocol."""
    forms = {
        visit.id: (
            *(
                (due.form, due.minute)
                for due in from_protocol.visit_forms(protocol, visit)
                if due.form.id != "infusion"
            ),
            *from_definition.planned(protocol, visit),
        )
        for visit in protocol.schedule.visits
    }
    return Book(protocol, forms)


@dataclass(slots=True)
class Course:
    """What became of a participant, filled while the steps are made.

    Attributes:
        status: as the column of the participant says.
        day0: of the schedule.
    """

    who: Who
    now: datetime
    status: str = "screening"
    day0: date | None = None
    responds: bool = False
    loses_at: int = 10**6
    rng: Random = field(default_factory=Random)


def steps(book: Book, course: Course) -> list[Step]:
    """Everything up to now, in the order in which it was written down."""
    made = (step for step in _steps(book, course) if step[0] <= course.now)
    return sorted(made, key=itemgetter(0))


def _steps(book: Book, course: Course) -> Iterator[Step]:
    who, rng = course.who, course.rng
    at = who.screened
    by = who.staff("coordinator")
    yield at, by, Fact("screen", value=who.site)
    signed = at + timedelta(hours=1)
    values = {"version": "1.0", "signed_at": _kept(signed), "copy": "yes"}
    yield from _form(course, signed, "investigator", "consent", values)
    course.status = "consented"
    values = {
        "age": str(rng.randint(18, 70)), "sex": rng.choice("FM"),
        "weight_kg": str(rng.randint(50, 110)), "ptsd_years": str(rng.randint(1, 40)),
        "psychotropics": rng.choice(("yes", "no")),
    }  # fmt: skip
    yield from _form(course, signed, "coordinator", "characteristics", values)
    day0 = (at + timedelta(days=14)).date()
    yield at, by, Fact("plan", form="schedule", item="day0", value=day0.isoformat())
    course.day0 = day0
    out = rng.random() < EXCLUDED
    course.responds = rng.random() < RESPONSE
    if rng.random() < LOSS:
        course.loses_at = rng.randint(21, 182)
    attested = {
        c.id: "yes" if (c.kind == "inclusion") != (out and c.id == "E3") else "no"
        for c in book.protocol.eligibility
        if c.require is None
    }
    yield from _visits(book, course, day0, attested, out)


def _visits(
    book: Book, course: Course, day0: date, attested: dict[str, str], out: bool
) -> Iterator[Step]:
    rng, stopped, number = course.rng, False, 0
    leaves = rng.randint(1, 180) if rng.random() < LEFT else 10**6
    stops = rng.randint(1, 10) if rng.random() < STOPPED else 10**6
    for planned in book.calendar(day0):
        at = _morning(planned.date) + timedelta(minutes=rng.randint(0, 240))
        if at > course.now:
            return
        visit = planned.visit
        if visit.day > leaves:
            yield from _milestone(course, at, number + 1, "study-withdrawn")
            course.status = "study-withdrawn"
            return
        if visit.day > stops and not stopped:
            stopped, number = True, number + 1
            yield from _milestone(course, at, number, "treatment-discontinued")
        if visit.only_if is not None and not course.responds:
            continue
        if visit.infusion is not None and stopped:
            continue
        yield from _visit(book, course, planned, at)
        if visit.id == "screening":
            yield from _form(course, at, "investigator", "eligibility", attested)
            if out:
                why = {"reason": "E3", "date": f"{at:%Y-%m-%d}"}
                yield from _form(course, at, "investigator", "exclusion", why)
                course.status = "excluded"
                return
        if visit.id == book.protocol.schedule.baseline:
            yield from _randomization(course, at + timedelta(hours=2))


def _randomization(course: Course, at: datetime) -> Iterator[Step]:
    kit, by = f"K{course.who.number:05d}", course.who.staff("coordinator")
    yield at, by, Fact("randomize", "randomization", item="kit", value=kit)
    yield at, by, Fact("stratum", "randomization", item="stratum", value="{}")
    course.status = "randomized"
    plan = {
        "plan": "Call the investigator; an appointment within three days.",
        "contact": "the investigator, by telephone",
        "agreed_on": f"{at:%Y-%m-%d}",
    }
    yield from _form(course, at, "investigator", "relapse-plan", plan)


def _milestone(course: Course, at: datetime, number: int, what: str) -> Iterator[Step]:
    values = {"milestone": what, "date": f"{at:%Y-%m-%d}", "reason": "own wish"}
    form = f"milestone#{number}"
    yield at, course.who.staff("investigator"), Fact("open", form)
    yield from _form(course, at, "investigator", form, values)


def _visit(
    book: Book, course: Course, planned: PlannedVisit, at: datetime
) -> Iterator[Step]:
    visit, rng = planned.visit, course.rng
    if rng.random() < LATE:
        return  # nobody has written anything down
    if visit.only_if is not None and rng.random() < MISSED:
        values = {"status": "missed", "reason": "away"}
        yield from _form(course, at, "coordinator", "visit", values, visit.id)
        return
    values = {"status": "done", "date": f"{at:%Y-%m-%d}"}
    yield from _form(course, at, "coordinator", "visit", values, visit.id)
    if visit.infusion is not None:
        ended = at + timedelta(minutes=40)
        values = {
            "weight_kg": str(rng.randint(50, 110)),
            "started_at": _kept(at), "stopped_at": _kept(ended),
            "interrupted": "no",
        }  # fmt: skip
        yield from _form(course, at, "infusion team", "infusion", values, visit.id)
        if rng.random() < 0.5:
            yield from _event(course, at, visit.infusion)
    for form, minute in book.forms[visit.id]:
        when = at + timedelta(minutes=minute or rng.randint(5, 60))
        if rng.random() < LATE:
            continue
        answers = _answers(course, form, visit.day, when)
        done = rng.random() >= UNFINISHED
        yield from _form(
            course, when, form.by, form.id, answers, visit.id, minute, done
        )
    if visit.id == "week-2":
        for by in ("participant", "rater"):
            guess = {"guess": rng.choice(("ketamine", "midazolam", "don't know"))}
            yield from _form(course, at, by, f"guess:{by}", guess, visit.id)


def _event(course: Course, at: datetime, number: int) -> Iterator[Step]:
    values = {
        "term": "headache", "started_on": f"{at:%Y-%m-%d}", "stopped_on": f"{at:%Y-%m-%d}",
        "severity": "mild", "serious": "no", "related": "yes", "action": "none",
        "outcome": "recovered",
    }  # fmt: skip
    form = f"event#{number}"
    yield at, course.who.staff("investigator"), Fact("open", form)
    yield from _form(course, at, "investigator", form, values)


def _form(
    course: Course,
    at: datetime,
    role: str,
    form: str,
    values: dict[str, str],
    visit: str = "",
    minute: int | None = None,
    done: bool = True,
) -> Iterator[Step]:
    """Each answer as it is given, a few seconds apart, then the form as a whole."""
    by = course.who.staff(role, 1 + course.rng.randrange(2))
    where = form, visit, minute
    for name, value in values.items():
        at += timedelta(seconds=2)
        yield at, by, Fact("answer", *where, item=name, value=value)
    if done:
        yield at, by, Fact("complete", *where)
        if course.rng.random() < CORRECTED * len(values):
            name, value = next(iter(values.items()))
            why = "as in the source"
            fact = Fact("correct", *where, item=name, value=value, reason=why)
            yield at + timedelta(minutes=9), by, fact


def _answers(course: Course, form: Form, day: int, at: datetime) -> dict[str, str]:
    """Possible answers; low ones from who responds, high ones from who does not."""
    low = course.responds and 7 <= day < course.loses_at
    return {
        f.name: _answer(course.rng, f, low, at)
        for f in form.fields
        if f.required or f.name in ITEMS_OF_MANY
    }


def _answer(rng: Random, field: Field, low: bool, at: datetime) -> str:
    if field.kind == "choice":
        level = int(rng.random() * 2) if low else 2 + int(rng.random() * 2)
        return field.choices[min(level, len(field.choices) - 1)].value
    if field.kind != "number":
        return {
            "datetime": _kept(at), "date": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}",
            "flag": "no", "text": "as in the source",
        }[field.kind]  # fmt: skip
    least, most = (field.min or 0.0), (field.max or 100.0)
    return str(int(least + (0.3 + 0.4 * rng.random()) * (most - least)))


def _kept(at: datetime) -> str:
    """A time as the application keeps it (``forms.local_time``)."""
    return at.isoformat(timespec="minutes")


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
