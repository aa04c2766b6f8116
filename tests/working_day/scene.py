"""What was before a walk begins: participants who have come as far as it needs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.contrib.auth.models import User

from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.allocation.services import syringes
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.locking import set_aside
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.repeating_forms import begin
from equipoise.conduct.enrolment.randomization import randomize
from equipoise.conduct.pharmacy import accountability as checking
from equipoise.conduct.pharmacy import preparation
from equipoise.conduct.safety import infusion
from equipoise.conduct.study.protocols import in_force
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.treated import STRENGTH, stocked
from tests.conduct.screened import CHARACTERISTICS, attested, caps5
from tests.conduct.walking import fill, included, measure, release

DAY0 = NOW.date() + timedelta(days=3)  # the visit of the baseline is today
LATER = NOW + timedelta(days=3, minutes=30)  # on the day of the first infusion
EVENT = {
    "term": "Fainted", "started_on": "2027-01-07", "ongoing": "no",
    "stopped_on": "2027-01-07", "severity": "severe", "serious": "yes", "death": "no",
    "life_threatening": "no", "hospitalization": "yes", "disability": "no",
    "congenital_anomaly": "no", "medically_important": "missing:unknown",
    "related": "yes", "related_infusion": "infusion-1",
}  # fmt: skip
END = {
    "milestone": "treatment-discontinued", "date": "2027-01-07", "reason": "fainted",
}  # fmt: skip


def rated(people: dict[str, User], ago: int = -3) -> Participant:
    """Consented, rated at screening and baseline; day 0 was so many days ago."""
    person = included(people, day0=NOW.date() - timedelta(days=ago))
    coordinator, rater = (
        actor_of(people[role], at=NOW) for role in ("coordinator", "rater")
    )
    fill(person, "characteristics", "", coordinator, CHARACTERISTICS)
    for visit in ("screening", "baseline"):
        fill(person, "instrument:caps5", visit, rater, caps5(2))
    return person


def eligible(people: dict[str, User], ago: int = -3) -> Participant:
    """The same, attested by the investigator."""
    person = rated(people, ago)
    doctor = actor_of(people["investigator"], at=NOW)
    fill(person, "eligibility", "", doctor, attested())
    return person


def randomized(people: dict[str, User], key: Path, ago: int = -3) -> Participant:
    """The same, with a kit."""
    person = eligible(people, ago)
    randomize(
        person, key=key, anchors=key.parent / "anchors",
        actor=actor_of(people["coordinator"], at=NOW), at=NOW,
    )  # fmt: skip
    person.refresh_from_db()
    return person


def begun(
    person: Participant, actor: User, form: str, visit: str, values: dict[str, str]
) -> None:
    """A form that somebody has left half filled."""
    place = place_of(person, form, visit)
    made = save(place, values, actor=actor_of(actor, at=NOW), at=NOW, seen=10**6)
    assert not made.errors


def infused(person: Participant, people: dict[str, User], visit: str) -> None:
    """Measured, started, interrupted, continued and stopped early, with all reasons."""
    nurse, at = actor_of(people["infusion team"], at=LATER), LATER
    number = release(person, visit)
    measure(person, nurse, visit, at=at)
    made = infusion.start(
        person, visit, in_force(), actor=nurse, at=at, syringe=number, weight="82"
    )
    assert not made.errors
    for minute, step in enumerate(("interrupt", "resume", "stop"), start=5):
        more = {"interrupt": {"reason": "line came loose"}, "resume": {}}.get(
            step, {"early": "wished to stop"}
        )
        then = at + timedelta(minutes=minute)
        getattr(infusion, step)(person, visit, actor=nurse, at=then, **more)
    then = at + timedelta(minutes=10)
    measure(person, nurse, visit, 10, at=then, SYSBP="141")
    cadss = place_of(person, "instrument:cadss", visit, -30)
    assert not save(cadss, {"1": "1"}, actor=nurse, at=then, seen=10**6).errors


def recorded(people: dict[str, User], key: Path) -> Participant:
    """A participant on whom a form of every kind was filled in; the last one in part."""
    person = randomized(people, key)
    nurse, doctor, rater = (
        actor_of(people[role], at=LATER)
        for role in ("coordinator", "investigator", "rater")
    )
    infused(person, people, "infusion-1")
    fill(person, "visit", "screening", nurse, {"status": "done", "date": "2027-01-04"})
    fill(person, "visit", "baseline", nurse, {"status": "missed", "reason": "was ill"})
    said = {f"{n}": "1" for n in range(1, 10)} | {"10": "missing:refused"}
    fill(person, "instrument:madrs", "baseline", rater, said)
    sheet = {f"{n}": "2" for n in range(1, 23)} | {"paper_date": "2027-01-04"}
    fill(person, "instrument:iesr", "baseline", nurse, sheet)
    for kind in ("event", "milestone", "unscheduled", "concomitant-medication"):
        begin(person, kind, actor=doctor, at=LATER)
    fill(person, "event#1", "", doctor, EVENT, LATER)
    gone = begin(person, "event", actor=doctor, at=LATER)
    save(gone, {"term": "a slip"}, actor=doctor, at=LATER, seen=10**6)
    set_aside(gone, "void", actor=doctor, at=LATER, reason="opened in error")
    fill(person, "milestone#1", "", doctor, END, LATER)
    fill(
        person,
        "visit",
        "unscheduled-1",
        nurse,
        {"planned": "2027-01-06", "date": "2027-01-07", "reason": "worse"},
        LATER,
    )
    fill(person, "instrument:cgi_s", "unscheduled-1", rater, {"1": "5"}, LATER)
    plan = {"plan": "call", "contact": "ward", "agreed_on": "2027-01-04"}
    fill(person, "relapse-plan", "", doctor, plan)
    set_aside(
        place_of(person, "laboratory", "screening"),
        "not done",
        actor=nurse,
        at=LATER,
        reason="no tube",
    )
    begun(
        person,
        people["coordinator"],
        "concomitant-medication#1",
        "",
        {"CMYN": "yes", "CMTRT": "Sertraline"},
    )
    return person


def released(
    people: dict[str, User], key: Path, person: Participant, visit: str
) -> str:
    """A syringe that one pharmacist prepared and another one checked; its number."""
    first, second = (
        actor_of(people[role], at=NOW) for role in ("pharmacist", "second pharmacist")
    )
    lots = stocked(key)
    drug = preparation.order(person, visit, key=key, actor=first, at=NOW).dose.drug
    made = preparation.fill(
        person, visit, stock=str(lots[drug]), concentration=f"{STRENGTH[drug]:g}",
        total_ml="50", hours="8", confirmed=False, key=key, actor=first, at=NOW,
    )  # fmt: skip
    held = syringes.content_of(key, made.number)
    checking.check(
        made.number, strength=f"{held.concentration:g}", lot=held.lot,
        volume_ml=held.volume_ml, key=key, actor=second, at=NOW,
    )  # fmt: skip
    return made.number


def included_today(people: dict[str, User]) -> Participant:
    """Consented, with the visit of the baseline today."""
    return included(people, day0=DAY0)
