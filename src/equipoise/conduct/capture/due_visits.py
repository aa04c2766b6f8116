"""Due visits with their windows, and the due forms of each.

``to_sign`` are forms that other users have prepared and that only one role signs off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count, takewhile
from typing import Literal

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import Where
from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import Plan
from equipoise.conduct.capture.form_status import FINISHED, SIGNED, WITH_ENTRIES
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_status import Visits
from equipoise.conduct.capture.permission import Rights, may_attest
from equipoise.conduct.capture.scores import Loss
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.from_protocol import Due
from equipoise.protocol.schedule import PlannedVisit

State = Literal[
    "coming", "due", "late", "started", "complete", "not done", "frozen", "locked",
    "not due",
]  # fmt: skip
WAITING = ("due", "late", "started")


@dataclass(frozen=True, slots=True)
class Facts:
    """Data of a participant for lists, without the values of forms."""

    states: Mapping[Where, str] = field(default_factory=dict)  # status of each form
    visits: Visits = field(default_factory=Visits)
    verdicts: Mapping[str, bool | None] = field(default_factory=dict)  # None: unknown
    gone: bool = False  # the participant has ended participation
    stopped: bool = False  # treatment was discontinued
    losses: tuple[Loss, ...] = ()  # responses that were lost
    # Visits of which some planned form is not complete -> whether one is started; for
    # lists.
    unclosed: Mapping[str, bool] = field(default_factory=dict)
    locked: bool = False  # nothing is due any more


@dataclass(frozen=True, slots=True)
class DueForm:
    """A form at a time of a visit, as one user can view it."""

    form: Form
    visit: str
    minute: int | None
    state: State
    mine: bool

    @property
    def title(self) -> str:
        """Its title in a list."""
        asks_visit = self.form.id == "visit"
        return "Visit status" if asks_visit else self.form.title

    @property
    def begun(self) -> bool:
        """Whether the form has any data."""
        return self.state in WITH_ENTRIES


@dataclass(frozen=True, slots=True)
class DueVisit:
    """A visit of a participant, with the forms that one user may view."""

    planned: PlannedVisit
    # ``missed`` and ``done`` as recorded, ``forms missing`` where it took place and a form
    # of it is neither complete nor marked as not done; else from the window.
    state: str
    forms: tuple[DueForm, ...]

    @property
    def open_forms(self) -> tuple[DueForm, ...]:
        """Forms that this user should have filled in by now."""
        return tuple(f for f in self.forms if f.mine and f.state in WAITING)


def visits_of(
    person: Participant,
    plan: Plan,
    facts: Facts,
    *,
    actor: Actor,
    today: date,
    rights: Rights | None = None,
) -> list[DueVisit]:
    """The visits that one user may view, with the due forms of each.

    Infusions are omitted for users from whom they are concealed, and visits without any
    form that the user may view. Visits for some participants only appear when they are
    due.
    """
    rights = rights or Rights(actor, plan.protocol)
    visits = (
        _due_visit(person, plan, facts, planned, rights, today)
        for planned in _calendar(person, plan, facts, actor, today)
    )
    return [visit for visit in visits if visit.forms]


def waiting_visits_of(
    person: Participant,
    plan: Plan,
    facts: Facts,
    *,
    actor: Actor,
    today: date,
    rights: Rights,
) -> list[DueVisit]:
    """Those of ``visits_of`` at which a form is due, late or started, with these forms.

    For lists: visits at which no form can be open are skipped without reading their forms.
    """
    if not facts.unclosed or facts.locked:
        return []
    found = []
    for planned in _calendar(person, plan, facts, actor, today):
        begun = facts.unclosed.get(planned.visit.id)
        if begun is None:
            continue
        if not begun and _by_date(facts, planned, today) not in WAITING:
            continue
        visit = _due_visit(person, plan, facts, planned, rights, today)
        forms = tuple(form for form in visit.forms if form.state in WAITING)
        if forms:
            found.append(replace(visit, forms=forms))
    return found


def day0_of(person: Participant, plan: Plan, today: date) -> date | None:
    """Day 0; before it is planned the day 0 that follows if screening is today.

    Participants who have consented are screened before the day of treatment is known. None
    without consent, or where the protocol has no screening visit.
    """
    if person.day0 is not None or person.status != "consented":
        return person.day0
    days = [v.day for v in plan.protocol.schedule.visits if v.phase == "screening"]
    return today - timedelta(days=min(days)) if days else None


def _calendar(
    person: Participant, plan: Plan, facts: Facts, actor: Actor, today: date
) -> Iterator[PlannedVisit]:
    """The visits that concern a participant, as far as a user may view them."""
    day0 = day0_of(person, plan, today)
    sees = actor.sees(plan.protocol, "infusions", person.site.code)
    for planned in plan.calendar(day0) if day0 is not None else ():
        visit = planned.visit
        known = person.day0 is not None or visit.phase == "screening"
        if known and (sees or visit.infusion is None):
            day = facts.visits.agreed.get(visit.id)
            moved = planned if day is None else replace(planned, date=day, note="")
            if applies(plan, facts, moved):
                yield moved


def applies(plan: Plan, facts: Facts, planned: PlannedVisit) -> bool:
    """Whether a participant meets the condition of a visit, and is within its limits."""
    visit = planned.visit
    if visit.only_if is None:
        return True
    if plan.protocol.loss_before(visit) is None:
        return bool(facts.verdicts.get(visit.only_if))
    schedule = plan.protocol.schedule
    limit = schedule.retreatment(visit.only_if)
    same = schedule.triggered([visit.only_if])
    earlier = [
        float(facts.visits.held[one.id].toordinal())
        for one in same[: same.index(visit)]
        if one.id in facts.visits.held
    ]
    within = limit is None or limit.allows(earlier, planned.date.toordinal())
    return bool(facts.verdicts.get(visit.id)) and within


def _due_visit(
    person: Participant,
    plan: Plan,
    facts: Facts,
    planned: PlannedVisit,
    rights: Rights,
    today: date,
) -> DueVisit:
    visit, by_date = planned.visit.id, _by_date(facts, planned, today)
    forms = []
    for due in plan.dues[visit]:
        reads, fills = rights.of(person, due.form)
        if reads:
            state = _form_state(facts, visit, due, by_date)
            forms.append(DueForm(due.form, visit, due.minute, state, fills))
    whole = _visit_state(facts, visit, plan.dues[visit], by_date)
    return DueVisit(planned, whole, tuple(forms))


def _form_state(facts: Facts, visit: str, due: Due, by_date: State) -> State:
    held = facts.states.get((due.form.id, visit, due.minute))
    if due.form.id == "visit" and held == "started" and visit in facts.visits.agreed:
        return by_date  # only the day was recorded
    if held in WITH_ENTRIES:
        return held  # type: ignore[return-value]
    return "not due" if is_over(facts.states, due, visit) else by_date


def is_over(states: Mapping[Where, str], due: Due, visit: str) -> bool:
    """Whether a form is no longer due: no infusion was given, or the participant left."""
    if states.get(("infusion", visit, None)) == "not done":
        return due.minute is not None or due.form.id == "discharge"
    has_left = states.get(("discharge", visit, None)) in SIGNED
    return due.minute is not None and has_left


def _visit_state(
    facts: Facts, visit: str, dues: tuple[Due, ...], by_date: State
) -> str:
    if visit in facts.visits.missed:
        return "missed"
    if facts.states.get(("visit", visit, None)) in FINISHED:
        not_given = facts.states.get(("infusion", visit, None)) == "not done"
        incomplete = any(
            facts.states.get((due.form.id, visit, due.minute)) not in FINISHED
            and not (not_given and is_over(facts.states, due, visit))
            for due in dues
        )
        return "forms missing" if incomplete and by_date != "not due" else "done"
    return by_date


def _by_date(facts: Facts, planned: PlannedVisit, today: date) -> State:
    """Due from its window or agreed day on; not due when no visit is expected.

    A visit for which a day was agreed is due on that day.
    """
    visit = planned.visit
    ended = facts.gone or facts.locked or (facts.stopped and visit.infusion is not None)
    if ended or visit.id in facts.visits.missed:
        return "not due"
    days = {planned.date}
    if visit.id not in facts.visits.agreed:
        days |= {planned.earliest, planned.latest}
    if today > max(days):
        return "late"
    return "due" if today >= min(days) else "coming"


def to_sign(
    people: Iterable[Participant], plan: Plan, facts: Mapping[str, Facts], actor: Actor
) -> Iterator[Place]:
    """Forms that are started, and that only this user's role may sign off."""
    wheres = _attested(plan)
    for person in people:
        states = facts[person.identifier].states
        for where in (one for first in wheres for one in _numbers(first, states)):
            if states.get(where) == "started":
                place = place_of(person, *where)
                if may_attest(actor, place):
                    yield place


def _numbers(first: Where, states: Mapping[Where, str]) -> Iterator[Where]:
    """The form; or every instance that was opened, of a repeating form."""
    kind, many, _ = first[0].partition("#")
    yield first
    more = ((f"{kind}#{number}", *first[1:]) for number in count(2))
    yield from takewhile(states.__contains__, more if many else ())


def _attested(plan: Plan) -> list[Where]:
    """The attested forms of a trial; the first instance of repeating forms."""
    planned: list[tuple[Form, Where]] = [
        (due.form, (due.form.id, visit, due.minute))
        for visit, dues in plan.dues.items()
        for due in dues
    ]
    free: list[tuple[Form, Where]] = [
        (form, (f"{name}#1" if form.repeats else name, "", None))
        for name, form in (plan.standing | plan.any_time).items()
    ]
    return [where for form, where in (*planned, *free) if form.attested]
