"""The calendar of a participant: when each visit is planned, may be, and was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import Current
from equipoise.conduct.capture.due_visits import DueForm, DueVisit
from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.form_lookup import UNSCHEDULED, place_of
from equipoise.conduct.capture.form_plan import Plan
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.permission import may_read
from equipoise.conduct.capture.repeating_forms import opened
from equipoise.conduct.pages.form_view import address

SATURDAY = 5
BEDSIDE = ("infusion", "discharge")  # forms without a minute that are filled in there


@dataclass(frozen=True, slots=True)
class Link:
    """A form on the page of a participant."""

    title: str
    state: str
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    """A visit in the calendar."""

    due: DueVisit
    took_place: date | None  # the day that was written down; None if it is not known
    forms: tuple[tuple[DueForm, str], ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something is waiting, so that its forms are shown at once."""
        return self.due.state in ("due", "late") or bool(self.due.open_forms)

    @property
    def is_answered(self) -> bool:
        """Whether the forms that the person sees are done, and nothing is left of them."""
        states = {form.state for form in self.due.forms}
        return "complete" in states and not states & {"due", "late", "started"}

    @property
    def note(self) -> str:
        """Why it is on another day than planned, or on a weekend; else empty."""
        planned = self.due.planned
        first = f"{planned.planned:%a} {planned.planned.day} {planned.planned:%b}"
        if planned.note == "moved":
            return f"moved from {first}"
        if not planned.note and planned.date != planned.planned:
            return f"agreed, planned for {first}"
        if planned.note and planned.date.weekday() >= SATURDAY:
            return "on a weekend: its window has no working day"
        return planned.note

    @property
    def timing(self) -> str:
        """Where the day on which it took place lies, if that is outside its window."""
        if self.took_place is None:
            return ""
        planned = self.due.planned
        early = (planned.earliest - self.took_place).days
        late = (self.took_place - planned.latest).days
        if early > 0:
            return f"{_days(early)} before its window"
        return f"{_days(late)} after its window" if late > 0 else ""

    @property
    def has_window(self) -> bool:
        """Whether the visit may be on more than one day."""
        return self.due.planned.earliest != self.due.planned.latest


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that one person should fill in: a form, or a whole day at the bedside."""

    title: str
    where: str
    state: str
    address: str
    minute: int | None = None
    count: int = 1


def calendar(person: Participant, visits: list[DueVisit], known: Current) -> list[Line]:
    """The lines of the calendar, in the order of the protocol."""
    found = []
    for due in visits:
        said = known.answers("visit", due.planned.visit.id)
        took_place = said.get("date") if said.get("status") == "done" else None
        forms = tuple(
            (f, address(Place(person, f.form, f.visit, f.minute))) for f in due.forms
        )
        day = date.fromisoformat(took_place) if took_place else None
        found.append(Line(due, day, forms))
    return found


def waiting(
    person: Participant, visits: list[DueVisit], *, bedside: bool
) -> list[Waiting]:
    """What is due from one person; at the ``bedside`` an infusion day is one line."""
    found = []
    for due in visits:
        visit, forms = due.planned.visit, due.open_forms
        day = [f for f in forms if f.minute is not None or f.form.id in BEDSIDE]
        if bedside and visit.infusion is not None and day:
            states = {f.state for f in day}
            worst = next((s for s in ("late", "started") if s in states), "due")
            path, count = (
                reverse("infusion", args=[person.identifier, visit.id]),
                len(day),
            )
            found.append(Waiting("Infusion day", visit.label, worst, path, count=count))
            forms = tuple(f for f in forms if f not in day)
        found += [
            Waiting(
                f.title, visit.label, f.state,
                address(Place(person, f.form, f.visit, f.minute)), f.minute,
            )
            for f in forms
        ]  # fmt: skip
    return found


def unscheduled(
    person: Participant, plan: Plan, known: Current, actor: Actor
) -> list[tuple[str, list[Link]]]:
    """Unscheduled visits, with every form that can be filled in at them."""
    found = []
    rated = [name for name in plan.unscheduled if name != "visit"]
    for number in opened(known, "unscheduled"):
        visit = f"{UNSCHEDULED}{number}"
        if not any(known.begun(*where) for where in known.status if where[1] == visit):
            continue  # opened and left empty, or voided
        places = [place_of(person, form_id, visit) for form_id in ("visit", *rated)]
        links = [
            Link(one.form.title, known.begun(*one.where), address(one))
            for one in places
            if may_read(actor, person, one.form, plan.protocol)
        ]
        said = known.answers("visit", visit)
        planned = said.get("planned", "")
        day = said.get("date") or (planned and f"planned for {planned}")
        if links:
            title = f"Unscheduled visit {number}{f', {day}' if day else ''}"
            found.append((title, links))
    return found


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
