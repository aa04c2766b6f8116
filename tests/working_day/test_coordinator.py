"""The coordinator's day: three people come to be screened, and others are on their way.

One is included, with questionnaires on paper, a scan of the signed page and a moved visit;
one is not, and one declines. A form is marked as not done, another one is voided. A newer
version of the consent is signed by two, and the page says who still has to.
"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.models import Participant
from tests.conduct.conftest import NOW
from tests.conduct.pages.conftest import Clock
from tests.working_day.after import answers_of, by_item, exported
from tests.working_day.hands import Hands
from tests.working_day.real_trial import begin_trial, with_pcl5
from tests.working_day.scene import eligible, infused, randomized

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)
Come = Callable[[str], Hands]
SCAN = {"name": "page.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 page"}
TODAY = "2027-01-07"  # three days after ``NOW``
PAPER = {
    "PCL-5": ("pcl5", "01234012340123401234"),
    "Impact of Event": ("iesr", "0123401234012340123401"),
    "Quick Inventory": ("qids_sr16", "0123012301210123"),
}


@pytest.fixture
def people(db: None, key: Path, tmp_path: Path, settings: Settings) -> dict[str, User]:
    """The reference trial, with a PCL-5 at each rating."""
    settings.DEMO, settings.ANCHORS = False, key.parent / "anchors"
    return begin_trial(with_pcl5(tmp_path), key, settings.ANCHORS, at=NOW)


@pytest.fixture
def on_their_way(
    people: dict[str, User], secrets: dict[str, str], key: Path, clock: Clock
) -> None:
    """P0001 has had an infusion, P0002 waits for the treatment."""
    infused(randomized(people, key), people, "infusion-1")
    eligible(people)
    clock.forward(days=3, hours=1)


def test_the_coordinators_day(
    on_their_way: None, come: Come, clock: Clock, people: dict[str, User]
) -> None:
    nurse = come("coordinator")
    _day0_stands(nurse)
    _screens(nurse, "P0003")
    _scans(nurse, "P0003")
    _schedules(nurse)
    for title, (_, digits) in PAPER.items():
        _types(nurse, title, digits)
    _takes_the_history(nurse)
    _marks_as_not_done(nurse)
    _voids(nurse)
    _screens(nurse, "P0004")
    _is_not_included(nurse, "P0004", "E1: Psychotic or bipolar disorder")
    _opens_a_person(nurse)
    _is_not_included(nurse, "P0005", "Declined to take part")
    _renews(nurse, come)
    _is_on_record(exported(come("monitor")))


def _goes_to(nurse: Hands, participant: str) -> None:
    nurse.link("Participants", within="nav")
    nurse.link(participant)
    nurse.page.locator(f"h1:has-text('{participant}')").wait_for()


def _day0_stands(nurse: Hands) -> None:
    """Treatment has begun: the day is shown, and nothing changes it."""
    _goes_to(nurse, "P0001")
    nurse.sees("treatment has started, so only an investigator can change it")
    assert not nurse.offers("Day 0")


def _opens_a_person(nurse: Hands) -> None:
    nurse.link("Participants", within="nav")
    nurse.button("Screen a new participant")
    nurse.sees("In screening")


def _screens(nurse: Hands, participant: str) -> None:
    _opens_a_person(nurse)
    nurse.link("Informed consent")
    nurse.fill(version="1.0", signed_at=f"{TODAY}T08:30", copy="Yes")
    nurse.complete()
    nurse.page.locator(f"h1:has-text('{participant}')").wait_for()
    nurse.sees("Consented")


def _scans(nurse: Hands, participant: str) -> None:
    """The signed page comes into the record."""
    nurse.link("Informed consent")
    nurse.page.locator("input[name=scan]").set_input_files(SCAN)
    nurse.button("Add")
    nurse.page.get_by_role("link", name="page.pdf").wait_for()
    nurse.home(participant)


def _schedules(nurse: Hands) -> None:
    """Day 0 and with it all visits; the patient asks for another day for one of them."""
    nurse.type("Day 0", "2027-01-11")
    nurse.button("Schedule")
    nurse.sees("The visit schedule is updated", "Mon 25 Jan 2027")
    week2 = "details.visit:has-text('Week 2')"
    nurse.unfold("Week 2", within=week2)
    nurse.link("Visit status", within=week2)
    nurse.answer("agreed", "2027-01-26")
    nurse.home("P0003")
    nurse.sees("Tue 26 Jan 2027", "agreed, planned for Mon 25 Jan")


def _types(nurse: Hands, title: str, digits: str) -> None:
    """A questionnaire that the participant filled in on paper."""
    baseline = "details.visit:has-text('Baseline')"
    nurse.unfold("Baseline", within=baseline)
    nurse.link(title, within=baseline)
    nurse.answer("paper_date", TODAY)
    nurse.rate(digits)
    nurse.complete()
    nurse.home("P0003")


def _takes_the_history(nurse: Hands) -> None:
    nurse.button("Add Concomitant medication")
    nurse.fill(
        CMYN="Yes", CMTRT="Sertraline", CMINDC="PTSD", CMDOSE="100", CMDOSU="mg",
        CMDOSFRQ="Once daily", CMROUTE="Oral", CMSTDAT="2026-03-01", CMONGO="Yes",
    )  # fmt: skip
    nurse.complete()
    nurse.home("P0003")
    nurse.button("Add Medical history")
    nurse.fill(MHYN="Yes", MHTERM="Appendectomy", MHCAT="Surgical", MHONGO="No")
    nurse.complete()
    nurse.home("P0003")
    nurse.button("Add Pregnancy test")
    nurse.fill(LBPERF="Yes", LBDTC=f"{TODAY}T08:45", LBSPEC="Urine", LBORRES="Negative")
    nurse.complete()
    nurse.home("P0003")
    nurse.button("Add Urine toxicology")
    nurse.fill(LBPERF="Yes", LBDTC=f"{TODAY}T08:45")
    for substance in ("AMPHET", "BARB", "BNZDZPN", "CANNAB", "COCAINE", "OPIATE"):
        nurse.answer(f"{substance}_LBORRES", "Negative")
    nurse.complete()
    nurse.home("P0003")


def _marks_as_not_done(nurse: Hands) -> None:
    screening = "details.visit:has-text('Screening')"
    nurse.unfold("Screening", within=screening)
    nurse.link("Laboratory", within=screening)
    nurse.unfold("Not done")
    nurse.type("Reason", "no tube", within="details:has-text('Not done')")
    nurse.button("Mark as not done")
    nurse.sees("was not done: no tube")
    nurse.home("P0003")


def _voids(nurse: Hands) -> None:
    """An adverse event that was opened by mistake."""
    nurse.button("Report an adverse event")
    nurse.answer("term", "a slip")
    nurse.unfold("Void")
    nurse.type("Reason", "a mistake", within="details:has-text('Void')")
    nurse.button("Void this form")
    nurse.page.locator(".message.success").wait_for()
    _goes_to(nurse, "P0003")
    nurse.sees("No adverse events.")


def _is_not_included(nurse: Hands, participant: str, reason: str) -> None:
    _goes_to(nurse, participant)
    nurse.link("Not included: reason")
    nurse.answer("reason", reason)
    nurse.answer("date", TODAY)
    nurse.complete()
    nurse.sees("Not included: ")


def _renews(nurse: Hands, come: Come) -> None:
    """A newer version counts once an investigator approves it; two of three sign it."""
    nurse.link("Consent", within="nav")
    nurse.type("Version, as printed on the consent form", "1.1")
    nurse.type("In use from", TODAY)
    nurse.type("Changes in this version", "A burning sensation is a new risk.")
    nurse.button("Submit for approval")
    nurse.sees("requires approval by an investigator")
    nurse.sees("All participants in the trial have signed")
    doctor = come("investigator")
    doctor.link("Consent version 1.1")
    doctor.sees("A burning sensation")
    doctor.button("Approve")
    doctor.sees("approved")
    nurse.link("Consent", within="nav")
    for participant in ("P0001", "P0003"):
        nurse.sees("signed version 1.0")
        nurse.link(participant, within="main")
        nurse.sees("no other form can be entered")
        nurse.button("Record new consent")
        nurse.fill(version="1.1", signed_at=f"{TODAY}T08:50", copy="Yes")
        nurse.complete()
        nurse.link("Consent", within="nav")
    owing = nurse.page.locator("section:has-text('Consent outstanding') li")
    assert [text.split()[0] for text in owing.all_inner_texts()] == ["P0002"]


def _is_on_record(tables: dict[str, pd.DataFrame]) -> None:
    """The export is what was typed; what was voided stands in the audit alone."""
    known, person = current("P0003"), Participant.objects.get(identifier="P0003")
    assert f"{person.day0}" == "2027-01-11"
    assert known.not_done["laboratory", "screening", None].value == "no tube"
    assert known.status["event#1", "", None] == "void"
    assert Entry.objects.filter(chain="P0003", value="a slip").exists()
    assert tables["events"].empty
    assert tables["not_done"]["reason"].tolist() == ["no tube"]
    for name, digits in PAPER.values():
        assert answers_of(tables, name, "baseline") == by_item(digits)
    assert set(tables["answers"].query("rater == 'coordinator'")["paper_date"]) == {
        TODAY
    }
    (week2,) = _rows(tables["visits"].query("visit == 'week-2'"), "P0003")
    assert (week2["planned_day"], week2["agreed_day"]) == ("14", "15")
    (drug,) = _rows(tables["form_concomitant-medication"], "P0003")
    assert (drug["CMTRT"], float(drug["CMDOSE"])) == ("Sertraline", 100)
    assert drug["CMONGO"] == "True"


def _rows(table: pd.DataFrame, participant: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = table[table["participant"] == participant].to_dict(
        "records"
    )
    return rows
