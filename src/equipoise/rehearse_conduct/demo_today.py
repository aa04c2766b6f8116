"""Actions of today in the trial of a demonstration, so that each role has an open task.

Actions are those of the rehearsal, on their pages: a syringe to be checked, a form for the
investigator to sign off, an alert and a serious adverse event that are not assessed, a
version of the consent form to approve, and proposals for a second approver.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from equipoise.rehearse_conduct import demo_participants as stages
from equipoise.rehearse_conduct.action_plan import EVENING, Deed, consent
from equipoise.rehearse_conduct.demo_participants import Shown
from equipoise.rehearse_conduct.enrolment import enter
from equipoise.rehearse_conduct.form_pages import begin, fill_in
from equipoise.rehearse_conduct.pharmacy import fill, prepare
from equipoise.rehearse_conduct.study_closure import acknowledge
from equipoise.rehearse_conduct.users import Cast

Do = Callable[[Cast, str, Deed], object]
Ago = Callable[[int], datetime]  # minutes -> a time before now
SUICIDALITY = {"10": "5"}  # item of the MADRS that alerts the investigator
SERIOUS = {
    "serious": "yes", "hospitalization": "yes", "severity": "severe", "ongoing": "yes",
}  # fmt: skip
OTHER_CRITERIA = (
    "death", "life_threatening", "disability", "congenital_anomaly",
    "medically_important",
)  # fmt: skip
ADMITTED = "Admitted to hospital with acute appendicitis"
CRISIS = "Hypertensive crisis after infusion 3"
COLLEAGUE, COLLEAGUE_NAME = "third-pharmacist", "Paul Pharmacist"


@dataclass(frozen=True, slots=True)
class Action:
    """An action at a time.

    Attributes:
        at: with the clock of the site.
        do: does it.
        in_turn: it changes something that participants share, such as the pharmacy, and
            waits for earlier actions.
    """

    at: datetime
    do: Callable[[], object]
    in_turn: bool = False


def today_of(cast: Cast, one: Shown, now: datetime) -> list[Action]:
    """Actions of today for a participant at a stage.

    Args:
        cast: all users.
        one: the participant.
        now: with the clock of the site; everything is before it.
    """

    def ago(minutes: int) -> datetime:
        return now - timedelta(minutes=minutes)

    several = {
        stages.NEW: _consented,
        stages.DISCONTINUED: _discontinued,
        stages.COMPLETED: _locked,
    }
    if one.stage in several:
        return several[one.stage](cast, one, ago)
    single = _single(one, ago)
    if single is None:
        return []
    do, deed = single
    shared = deed.form == "prepare"
    return [Action(deed.at, partial(do, cast, one.part.identifier, deed), shared)]


def _single(one: Shown, ago: Ago) -> tuple[Do, Deed] | None:
    """Action for a participant with a single form."""

    def left(form: str, minutes: int) -> Deed:
        visit = "" if form == "eligibility" else one.open_visit
        deed = next(d for d in one.remaining if d.form == form and d.visit == visit)
        return replace(deed, at=ago(minutes))

    if one.stage == stages.FIRST:  # a second pharmacist has to check it
        return fill, left("prepare", 60)
    if one.stage == stages.TODAY:
        return prepare, left("prepare", 80)
    if one.stage == stages.FOLLOW_UP:  # not assessed yet
        said = {"term": ADMITTED, "started_on": f"{ago(24 * 60):%Y-%m-%d}"} | SERIOUS
        return begin, Deed(ago(35), "coordinator", "event#1", values=said)
    if one.stage == stages.BETWEEN:
        deed = left("instrument:madrs", 45)
        return fill_in, replace(deed, values=deed.values | SUICIDALITY)
    if one.stage == stages.TO_SIGN:  # for the investigator
        return fill_in, replace(left("eligibility", 100), by="coordinator")
    if one.stage == stages.READY:
        return fill_in, left("eligibility", 24 * 60)
    return None


def _locked(cast: Cast, one: Shown, ago: Ago) -> list[Action]:
    """Locked some days ago; today the statistician proposes to unlock it."""
    name, locked, proposed = one.part.identifier, ago(3 * 24 * 60), ago(20)
    return [
        Action(locked, partial(_lock, cast, name, locked), in_turn=True),
        Action(proposed, partial(_unlock, cast, name, proposed), in_turn=True),
    ]


def _consented(cast: Cast, one: Shown, ago: Ago) -> list[Action]:
    """A participant of today: screened, consented, and day 0 is not planned."""
    name, entered = one.part.identifier, replace(one.part, screened_at=ago(170))
    completed = ("characteristics", "medical-history")
    forms = [consent(ago(160))]
    forms += [
        replace(deed, at=ago(150 - 10 * number))
        for number, deed in enumerate(d for d in one.remaining if d.form in completed)
    ]
    return [
        Action(ago(170), partial(enter, cast, entered), in_turn=True),
        *(Action(deed.at, partial(fill_in, cast, name, deed)) for deed in forms),
    ]


def today_of_trial(cast: Cast, now: datetime) -> list[Action]:
    """Actions of today for the trial."""
    consents, role = now - timedelta(minutes=25), now - timedelta(minutes=15)
    return [
        Action(consents, partial(_propose_consent, cast, consents), in_turn=True),
        Action(role, partial(_propose_pharmacist, cast, role), in_turn=True),
    ]


def _discontinued(cast: Cast, one: Shown, ago: Ago) -> list[Action]:
    """A serious event after an infusion, its emergency unblinding, the end of treatment.

    It is some days ago: the times follow from the last infusion, and not from now.
    """
    name, last = one.part.identifier, one.part.after
    day = [d.at for d in last if d.form == "stop"][-1].replace(hour=0, minute=0)
    date = f"{day:%Y-%m-%d}"
    event = {"term": CRISIS, "started_on": date, "stopped_on": date, "related": "yes",
             "action": "drug withdrawn", "outcome": "recovered"}  # fmt: skip
    event |= SERIOUS | dict.fromkeys(OTHER_CRITERIA, "no") | {"ongoing": "no"}
    ended = {"milestone": "treatment-discontinued", "date": date, "reason": CRISIS}
    opened = day + EVENING - timedelta(minutes=20)
    forms = [
        Deed(day + EVENING + timedelta(minutes=10), "investigator", "event#1",
             values=event),
        Deed(day + EVENING + timedelta(minutes=20), "investigator", "milestone#1",
             values=ended),
    ]  # fmt: skip
    assessed = day + EVENING + timedelta(minutes=30)
    return [
        Action(opened, partial(_unblind, cast, name, opened), in_turn=True),
        *(Action(deed.at, partial(fill_in, cast, name, deed)) for deed in forms),
        Action(assessed, partial(acknowledge, cast, name, assessed)),
    ]


def _unblind(cast: Cast, identifier: str, at: datetime) -> None:
    investigator = cast.browser("investigator")
    investigator.confirm()
    page = investigator.open(f"/participants/{identifier}/unblind/", at)
    why = f"{CRISIS}: the emergency physician must know the drug"
    investigator.press(page.sheet(), {"reason": why}, at)
    cast.note("emergency unblindings")


def _lock(cast: Cast, identifier: str, at: datetime) -> None:
    statistician = cast.browser("statistician")
    page = statistician.open(f"/participants/{identifier}/lock/", at)
    statistician.submit(page.sheet(), {}, at)
    cast.note("participants locked")


def _unlock(cast: Cast, identifier: str, at: datetime) -> None:
    statistician = cast.browser("statistician")
    page = statistician.open(f"/participants/{identifier}/unlock/", at)
    why = {"reason": "The weight at screening differs from the source document"}
    statistician.submit(page.sheet(), why, at)


def _propose_consent(cast: Cast, at: datetime) -> None:
    coordinator = cast.browser("coordinator")
    version = {
        "label": "1.1",
        "valid_from": f"{at + timedelta(days=7):%Y-%m-%d}",
        "changes": "Names a rise of blood pressure after the infusion as a risk",
        "everybody": "yes",
    }
    coordinator.submit(coordinator.open("/consent/", at).sheet(), version, at)


def _propose_pharmacist(cast: Cast, at: datetime) -> None:
    administrator = cast.browser("administrator")
    sheet = administrator.open("/people/", at).sheet("/people/invite/")
    person = {"username": COLLEAGUE, "full_name": COLLEAGUE_NAME}
    administrator.press(sheet, person, at)
    page = administrator.open(f"/people/{COLLEAGUE}/", at)
    sheet = page.sheet(f"/people/{COLLEAGUE}/grant/")
    site = next(code for code in sheet.offered["site"] if code not in ("", "*"))
    role = {"role": "pharmacist", "site": site, "reason": "Covers the holidays"}
    administrator.submit(sheet, role, at)
