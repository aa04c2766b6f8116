"""The visit schedule of a participant: planned date, window and date of each visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
    """A visit in the schedule."""

    due: DueVisit
    took_place: date | None  # the recorded date; None if there is none
    forms: tuple[tuple[DueForm, str], ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether forms are due, so that the visit is shown unfolded."""
        return self.due.state in ("due", "late") or bool(self.due.open_forms)

    @property
    def is_answered(self) -> bool:
        """Whether all forms that the user can view are done."""
        states = {form.state for form in self.due.forms}
        return "complete" in states and not states & {"due", "late", "started"}

    @property
    def note(self) -> str:
        """Reason for a date other than planned, or on a weekend; else empty."""
        planned = self.due.planned
        first = f"{planned.planned:%a} {planned.planned.day} {planned.planned:%b}"
        if planned.note == "moved":
            return _("moved from {day}").format(day=first)
        if not planned.note and planned.date != planned.planned:
            return _("agreed, planned for {day}").format(day=first)
        if planned.note and planned.date.weekday() >= SATURDAY:
            return _("on a weekend: the window has no working day")
        return planned.note

    @property
    def timing(self) -> str:
        """How many days it took place before or after its window; else empty."""
        if self.took_place is None:
            return ""
        planned = self.due.planned
        early = (planned.earliest - self.took_place).days
        late = (self.took_place - planned.latest).days
        if early > 0:
            text = ngettext("{n} day before window", "{n} days before window", early)
            return text.format(n=early)
        text = ngettext("{n} day after window", "{n} days after window", late)
        return text.format(n=late) if late > 0 else ""

    @property
    def has_window(self) -> bool:
        """Whether the visit may be on more than one day."""
        return self.due.planned.earliest != self.due.planned.latest


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task of one user: a form, or an infusion day at the bedside."""

    title: str
    where: str
    state: str
    address: str
    minute: int | None = None
    count: int = 1


def calendar(person: Participant, visits: list[DueVisit], known: Current) -> list[Line]:
    """The lines of the schedule, in the order of the protocol."""
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
    """Forms due from one user; at the ``bedside`` an infusion day is one line."""
    found = []
    for due in visits:
        visit, forms = due.planned.visit, due.open_forms
        day = [f for f in forms if f.minute is not None or f.form.id in BEDSIDE]
        if bedside and visit.infusion is not None and day:
            states = {f.state for f in day}
            worst = next((s for s in ("late", "started") if s in states), "due")
            path = reverse("infusion", args=[person.identifier, visit.id])
            title = _("Infusion day")
            found.append(Waiting(title, visit.label, worst, path, count=len(day)))
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
        day = said.get("date") or (
            planned and _("planned for {day}").format(day=planned)
        )
        if links:
            title = _("Unscheduled visit {n}").format(n=number)
            found.append((f"{title}, {day}" if day else title, links))
    return found
