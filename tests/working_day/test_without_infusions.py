"""The second trial, psychotherapy or waiting list: from screening to the arms in one walk.

No infusion, no pharmacy; whoever treats knows the arm, whoever rates does not. Coordinator,
rater, investigator, participant, monitor and statistician do what they do in the reference
trial, on its pages: one is included, one declines, and a serious event is reported.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from tests.conduct.conftest import NOW, PASSWORD
from tests.conduct.pages.conftest import Clock
from tests.conduct.pages.seats import PHONE
from tests.working_day.after import answers_of, by_item, exported
from tests.working_day.compared_forms import differences, typed_by
from tests.working_day.real_trial import begin_trial
from tests.working_day.recorded import Recorded

Come = Callable[[str], Recorded]
pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)
PROTOCOL = Path(__file__).parent / "waiting_list" / "protocol.toml"
MADRS, LATER = "3456343213", "1121112110"
PCL = "43210432104321043210"


@pytest.fixture
def people(db: None, key: Path, settings: Settings) -> dict[str, User]:
    """The same people in the second trial."""
    settings.DEMO, settings.ANCHORS = False, key.parent / "anchors"
    return begin_trial(PROTOCOL, key, settings.ANCHORS, at=NOW)


def test_from_screening_to_the_arms(
    come: Come, key: Path, clock: Clock, seat: Any, size: dict[str, int]
) -> None:
    nurse = come("coordinator")
    _screens(nurse)
    _declines(nurse)
    come("coordinator")
    _rates(come("rater"), MADRS)
    _types(nurse, "Baseline", "2027-01-04")
    _attests(come("investigator"))
    come("coordinator").link("Randomize P0001")
    nurse.button("Randomize P0001")
    nurse.sees("P0001")
    arm = _told(nurse)
    clock.forward(days=73)
    _rates(come("rater"), LATER)
    own = _is_invited(come("coordinator"), seat, size)
    own.rate(PCL)
    own.complete()
    _reports(come("coordinator"))
    _assesses(come("investigator"))
    _reads(come("monitor"))
    users = [come(role) for role in ("coordinator", "rater", "investigator", "monitor")]
    for user in (*users, own):
        assert not [page.address for page in user.seen if "nfusion" in page.text]
    _locks(come("statistician"), come)
    tables = exported(come("statistician"), "Export (CSV)", reason="final analysis")
    arms = tables["participants"].set_index("participant")["arm"]
    assert arms["P0001"] in arm.lower()
    assert arms["P0002"] == ""
    gone = tables["dispositions"].query("participant == 'P0002'").set_index("milestone")
    assert "excluded" in gone.index
    typed = {("madrs", "baseline"): MADRS, ("madrs", "week-10"): LATER,
             ("pcl5", "baseline"): PCL, ("pcl5", "week-10"): PCL}  # fmt: skip
    for (name, visit), digits in typed.items():
        assert answers_of(tables, name, visit) == by_item(digits)
    assert differences(typed_by([*users, own]), tables) == []


def _screens(nurse: Recorded) -> None:
    nurse.link("Participants", within="nav")
    assert not nurse.offers("Pharmacy")
    nurse.button("Screen a new participant")
    nurse.link("Informed consent")
    nurse.fill(version="1.0", signed_at="2027-01-04T08:30", copy="Yes")
    nurse.complete()
    nurse.link("Demographics")
    nurse.fill(age="41")
    nurse.complete()
    nurse.type("Day 0", "2027-01-07")
    nurse.button("Schedule")
    nurse.sees("The visit schedule is updated")


def _rates(rater: Recorded, digits: str) -> None:
    rater.link("P0001")
    rater.link(re.compile("MADRS"), within="main")
    rater.rate(digits)
    rater.complete()
    assert "xposure" not in rater.page.inner_text("main")


def _types(nurse: Recorded, visit: str, date: str) -> None:
    """A questionnaire that the participant filled in on paper."""
    nurse.link("Today", within="nav")
    nurse.link("P0001")
    nurse.unfold(visit)
    nurse.link(re.compile("PCL-5"), within="main")
    nurse.answer("paper_date", date)
    nurse.rate(PCL)
    nurse.complete()


def _declines(nurse: Recorded) -> None:
    """The second one declines, and is not asked for anything."""
    nurse.link("Participants", within="nav")
    nurse.button("Screen a new participant")
    nurse.link("Not included: reason")
    nurse.fill(reason="Declined to take part", date="2027-01-04")
    nurse.complete()
    nurse.sees("Not included: ")


def _is_invited(nurse: Recorded, seat: Any, size: dict[str, int]) -> Recorded:
    """The participant answers the last questionnaire on a telephone."""
    nurse.link("P0001")
    nurse.button("Invite P0001")
    nurse.sees("Scan this code")
    own = Recorded(seat(None, PHONE), "participant", keys=size == PHONE, finger=False)
    own.page.goto(nurse.page.locator(".address").inner_text())
    own.type("Password", PASSWORD)
    own.button("Set the password")
    own.type("User name", "p0001")
    own.type("Password", PASSWORD)
    own.button("Sign in")
    own.link(re.compile("PCL-5"))
    return own


def _reports(nurse: Recorded) -> None:
    nurse.link("Participants", within="nav")
    nurse.link("P0001")
    nurse.button("Report an adverse event")
    nurse.fill(
        term="Suicide attempt", started_on="2027-03-17", ongoing="No",
        stopped_on="2027-03-17", severity="Severe", serious="Yes",
    )  # fmt: skip


def _assesses(doctor: Recorded) -> None:
    """An urgent task with its clock; nothing asks for a drug or for an infusion."""
    doctor.sees("Alerts to acknowledge (1)", "Serious", "left")
    doctor.link("P0001", within="#urgent")
    doctor.link("Suicide attempt")
    for criterion in (
        "death", "life_threatening", "hospitalization", "disability",
        "congenital_anomaly",
    ):  # fmt: skip
        doctor.answer(criterion, "No")
    doctor.fill(
        medically_important="Yes", related="No", outcome="Recovered or resolved"
    )
    doctor.complete()
    doctor.link("Acknowledge P0001")
    doctor.type("Action taken", "seen, admitted to the ward")
    doctor.button("Acknowledge")
    doctor.sees("Acknowledged.")


def _reads(one: Recorded) -> None:
    """The monitor reads what the rater and the coordinator recorded, and no arm."""
    one.sees("No open tasks")
    one.link("Participants", within="nav")
    one.link("P0001")
    one.link("Suicide attempt")
    one.sees("Completed by", "2027-03-17")
    one.home()
    one.unfold("Week 10")
    one.go("details.visit a[href*='instrument:madrs'][href*='week-10']")
    one.sees("Completed by")


def _attests(doctor: Recorded) -> None:
    doctor.link("Participants", within="nav")
    doctor.link("P0001")
    doctor.link("Eligibility", within="main")
    doctor.fill(I2="Yes", E1="No")
    doctor.complete()
    doctor.sees("All eligibility criteria of the protocol are met")


def _told(nurse: Recorded) -> str:
    """Who treats reads what was drawn."""
    nurse.is_blinded = False
    if nurse.offers("Show the treatment"):
        nurse.go("main a:has-text('Show the treatment')")
    text = nurse.page.inner_text("main")
    (found,) = re.findall("Prolonged exposure|Waiting list", text)
    return found


def _locks(one: Recorded, come: Come) -> None:
    """Closes recruitment, locks, and unblinds with a second person."""
    one.link("Lock", within="nav")
    one.link("Recruitment is closed")
    one.unfold("Close recruitment")
    one.type("Reason", "the planned number is reached")
    one.button("Close recruitment")
    one.sees("No new participants can be screened")
    one.link("Lock", within="nav")
    one.link("Lock all 2 ready participants")
    one.button("Lock 2 participants")
    one.sees("2 of 2 locked")
    one.type("Reason for unblinding the trial", "final analysis of the trial")
    one.button("Request unblinding of the trial")
    one.sees("A second approver must confirm it")
    second = come("investigator")
    second.link(re.compile("nblind"))
    if second.offers("Your password"):
        second.type("Your password", PASSWORD)
    second.button("I have spoken with them: confirm")
    second.sees("Confirmed")
    one.is_blinded = False
