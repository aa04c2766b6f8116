"""The second trial, psychotherapy or waiting list: from screening to the arms in one walk.

No infusion, no pharmacy; whoever treats knows the arm, whoever rates does not. Coordinator,
rater, investigator and statistician do what they do in the reference trial, on its pages.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from tests.conduct.conftest import NOW, PASSWORD
from tests.conduct.pages.conftest import Clock
from tests.working_day.after import answers_of, by_item, exported
from tests.working_day.hands import Hands
from tests.working_day.real_trial import begin_trial

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
    come: Callable[[str], Hands], key: Path, clock: Clock
) -> None:
    nurse = come("coordinator")
    _screens(nurse)
    _rates(come("rater"), MADRS)
    _types(nurse, "Baseline", "2027-01-04")
    _attests(come("investigator"))
    come("coordinator").link("Randomize P0001")
    nurse.button("Randomize P0001")
    nurse.sees("P0001")
    arm = _told(nurse)
    clock.forward(days=73)
    _rates(come("rater"), LATER)
    _types(come("coordinator"), "Week 10", "2027-03-18")
    _locks(come("statistician"), come)
    tables = exported(come("statistician"), "Export (CSV)", reason="final analysis")
    assert tables["participants"]["arm"].item() in arm.lower()
    typed = {("madrs", "baseline"): MADRS, ("madrs", "week-10"): LATER,
             ("pcl5", "baseline"): PCL, ("pcl5", "week-10"): PCL}  # fmt: skip
    for (name, visit), digits in typed.items():
        assert answers_of(tables, name, visit) == by_item(digits)


def _screens(nurse: Hands) -> None:
    nurse.link("Participants", within="nav")
    assert not nurse.offers("Pharmacy")
    nurse.button("Screen a new person")
    nurse.link("Informed consent")
    nurse.fill(version="1.0", signed_at="2027-01-04T08:30", copy="Yes")
    nurse.complete()
    nurse.link("Demographics")
    nurse.fill(age="41")
    nurse.complete()
    nurse.type("Day 0", "2027-01-07")
    nurse.button("Schedule")
    nurse.sees("visits follow from it")


def _rates(rater: Hands, digits: str) -> None:
    rater.link("P0001")
    rater.link(re.compile("MADRS"), within="main")
    rater.rate(digits)
    rater.complete()
    assert "xposure" not in rater.page.inner_text("main")


def _types(nurse: Hands, visit: str, date: str) -> None:
    """A questionnaire on paper."""
    nurse.link("Today", within="nav")
    nurse.link("P0001")
    nurse.unfold(visit)
    nurse.link(re.compile("PCL-5"), within="main")
    nurse.answer("paper_date", date)
    nurse.rate(PCL)
    nurse.complete()


def _attests(doctor: Hands) -> None:
    doctor.link("Participants", within="nav")
    doctor.link("P0001")
    doctor.link("Eligibility", within="main")
    doctor.fill(I2="Yes", E1="No")
    doctor.complete()
    doctor.sees("Every criterion of the protocol holds")


def _told(nurse: Hands) -> str:
    """Who treats reads what was drawn."""
    nurse.is_blinded = False
    if nurse.offers("Show the treatment"):
        nurse.go("main a:has-text('Show the treatment')")
    text = nurse.page.inner_text("main")
    (found,) = re.findall("Prolonged exposure|Waiting list", text)
    return found


def _locks(one: Hands, come: Callable[[str], Hands]) -> None:
    """Closes recruitment, locks, and unblinds with a second person."""
    one.link("Lock", within="nav")
    one.link("Recruitment is closed")
    one.unfold("Close recruitment")
    one.type("Reason", "the planned number is reached")
    one.button("Close recruitment")
    one.sees("Nobody can be screened")
    one.link("Lock", within="nav")
    one.link("Lock all 1 that are ready")
    one.button("Lock 1 participants")
    one.sees("1 of 1 locked")
    one.type("Reason for unblinding the trial", "final analysis of the trial")
    one.button("Ask a second person to unblind the trial")
    one.sees("A second person must confirm it")
    second = come("investigator")
    second.link(re.compile("nblind"))
    if second.offers("Your own password"):
        second.type("Your own password", PASSWORD)
    second.button("I have spoken with them: confirm")
    second.sees("Confirmed and done")
    one.is_blinded = False
