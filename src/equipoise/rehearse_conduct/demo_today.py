"""What is done today in the trial of a demonstration, so that each role has an open task.

Actions are those of the rehearsal, at their pages: a syringe that waits for its check, a
form that the investigator signs off, an alert and a serious adverse event that nobody has
seen, a version of the consent form to approve, and what a second person confirms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from equipoise.rehearse_conduct import demo_participants as stages
from equipoise.rehearse_conduct.cast import Cast
from equipoise.rehearse_conduct.demo_participants import Shown
from equipoise.rehearse_conduct.dispensary import fill
from equipoise.rehearse_conduct.enrolling import enter
from equipoise.rehearse_conduct.paperwork import begin, fill_in
from equipoise.rehearse_conduct.script import EVENING, Deed, consent

Do = Callable[[], object]
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
    """Something that is done at a time.

    Attributes:
        at: with the clock of the site.
        do: does it.
        in_turn: it writes into what all participants share, such as the pharmacy, and
            waits for what was done before.
    """

    at: datetime
    do: Do
    in_turn: bool = False


def today_of(cast: Cast, one: Shown, now: datetime) -> Iterator[Action]:
    """What is done today for a participant at a stage.

    Args:
        cast: all users.
        one: the participant.
        now: with the clock of the site; everything is before it.
    """
    name = one.part.identifier

    def ago(minutes: int) -> datetime:
        return now - timedelta(minutes=minutes)

    def left(form: str, visit: str = "") -> Deed:
        return next(d for d in one.left if d.form == form and d.visit == visit)

    def filled(deed: Deed) -> Action:
        return Action(deed.at, partial(fill_in, cast, name, deed))

    if one.stage == stages.NEW:
        entered = replace(one.part, screened_at=ago(170))
        yield Action(ago(170), partial(enter, cast, entered), in_turn=True)
        yield filled(consent(ago(160)))
        yield filled(replace(left("characteristics"), at=ago(150)))
        yield filled(replace(left("medical-history", one.open_visit), at=ago(140)))
    elif one.stage == stages.TO_SIGN:
        yield filled(replace(left("eligibility"), at=ago(100), by="coordinator"))
    elif one.stage == stages.READY:
        yield filled(replace(left("eligibility"), at=ago(24 * 60)))
    elif one.stage == stages.FIRST:
        deed = replace(left("prepare", one.open_visit), at=ago(60))
        yield Action(deed.at, partial(fill, cast, name, deed), in_turn=True)
    elif one.stage == stages.BETWEEN:
        deed = left("instrument:madrs", one.open_visit)
        yield filled(replace(deed, at=ago(45), values=deed.values | SUICIDALITY))
    elif one.stage == stages.FOLLOW_UP:
        started = f"{now - timedelta(days=1):%Y-%m-%d}"
        said = {"term": ADMITTED, "started_on": started} | SERIOUS
        deed = Deed(ago(35), "coordinator", "event#1", values=said)
        yield Action(deed.at, partial(begin, cast, name, deed))
    elif one.stage == stages.DISCONTINUED:
        yield from _discontinued(cast, one)
    elif one.stage == stages.COMPLETED:
        yield Action(ago(3 * 24 * 60), partial(_lock, cast, name, ago(3 * 24 * 60)), True)
        yield Action(ago(20), partial(_unlock, cast, name, ago(20)), in_turn=True)


def today_of_trial(cast: Cast, now: datetime) -> list[Action]:
    """What is done today for the trial as a whole."""
    consents, role = now - timedelta(minutes=25), now - timedelta(minutes=15)
    return [
        Action(consents, partial(_propose_consent, cast, consents), in_turn=True),
        Action(role, partial(_propose_pharmacist, cast, role), in_turn=True),
    ]


def _discontinued(cast: Cast, one: Shown) -> Iterator[Action]:
    """A serious event after an infusion, its emergency unblinding, the end of treatment."""
    name, last = one.part.identifier, one.part.after
    day = [d.at for d in last if d.form == "stop"][-1].replace(hour=0, minute=0)
    date = f"{day:%Y-%m-%d}"
    event = {"term": CRISIS, "started_on": date, "stopped_on": date, "related": "yes",
             "action": "drug withdrawn", "outcome": "recovered"}  # fmt: skip
    event |= SERIOUS | dict.fromkeys(OTHER_CRITERIA, "no") | {"ongoing": "no"}
    ended = {"milestone": "treatment-discontinued", "date": date, "reason": CRISIS}
    opened = day + EVENING - timedelta(minutes=20)
    yield Action(opened, partial(_unblind, cast, name, opened), in_turn=True)
    for number, (form, values) in enumerate(
        (("event#1", event), ("milestone#1", ended)), start=1
    ):
        at = day + EVENING + timedelta(minutes=10 * number)
        deed = Deed(at, "investigator", form, values=values)
        yield Action(at, partial(fill_in, cast, name, deed))


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
