"""The investigator's day: what only a physician judges, and what cannot wait.

Attests eligibility; sees a serious event, a positive pregnancy test and suicidality as
urgent tasks with their clock, whatever form they were entered on; assesses causality; plans
a relapse visit; ends the treatment of one and the participation of another; approves an
amended consent.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.capture.current_values import current
from equipoise.conduct.study.models import ConsentVersion
from tests.conduct.screened import attested
from tests.working_day.after import exported
from tests.working_day.compared_forms import differences, typed_by
from tests.working_day.recorded import Recorded
from tests.working_day.scene import randomized, rated

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)
Come = Callable[[str], Recorded]
TODAY = "2027-01-04"
MADRS, QIDS = (
    "3333333336",
    "0123012301230123",
)  # suicidality: item 10 is 6, item 12 is 3


@pytest.fixture
def three(people: dict[str, User], secrets: dict[str, str], key: Path) -> None:
    """One who waits for the investigator, and two who are randomized."""
    rated(people)
    for _ in range(2):
        randomized(people, key)


def test_the_investigators_day(
    three: None, come: Come, people: dict[str, User]
) -> None:
    doctor = come("investigator")
    _attests(doctor, come, people["investigator"].get_full_name())
    _sees_a_serious_event(doctor, come)
    _sees_what_is_urgent(doctor, come)
    _plans_a_visit(doctor)
    _ends(doctor)
    _ends_by_mistake(doctor)
    _approves(doctor, come)
    tables = exported(doctor)
    users = [come(role) for role in ("coordinator", "rater", "investigator")]
    assert differences(typed_by(users), tables) == []
    event = tables["events"].iloc[0]
    assert (event["term"], event["serious"], event["related"]) == (
        "Chest pain", "True", "True",
    )  # fmt: skip
    planned = tables["visits"].query("visit == 'unscheduled-1'").iloc[0]
    assert (planned["planned_day"], planned["status"]) == ("-1", "planned")


def _attests(doctor: Recorded, come: Come, name: str) -> None:
    """The coordinator prepares the form and cannot complete it."""
    nurse = come("coordinator")
    nurse.link("Participants", within="nav")
    nurse.link("P0001")
    nurse.link("Eligibility")
    for criterion, answer in attested().items():
        nurse.answer(criterion, answer.capitalize())
    assert not nurse.offers("Complete")
    nurse.button("Save for the investigator")
    nurse.sees("saved for the investigator")
    assert not current("P0001").is_complete("eligibility", "")
    monitor = come("monitor")
    monitor.link("Participants", within="nav")
    monitor.link("P0001")
    monitor.link("Eligibility")
    assert not monitor.offers("Complete")
    doctor.link("Today", within="nav")
    doctor.sees("Eligibility: to be signed")
    doctor.link("Open P0001")
    doctor.sees("Prepared for you")
    doctor.complete()
    doctor.sees("All eligibility criteria of the protocol are met")
    doctor.link("Eligibility")
    doctor.sees(f"Completed by {name} (investigator)")


def _sees_a_serious_event(doctor: Recorded, come: Come) -> None:
    """On a page that has stood open, within a minute, with its clock."""
    doctor.page.clock.install()
    doctor.link("Today", within="nav")
    nurse = come("coordinator")
    nurse.link("Participants", within="nav")
    nurse.link("P0002")
    nurse.button("Report an adverse event")
    nurse.fill(
        term="Chest pain", started_on="2027-01-04", ongoing="Yes", severity="Severe",
        serious="Yes", hospitalization="Yes",
    )  # fmt: skip
    doctor.page.clock.fast_forward(31_000)
    doctor.sees("Alerts to acknowledge (1)", "Serious", "24 h 00 min left")
    doctor.link("P0002", within="#urgent")
    doctor.link("Chest pain")
    for criterion in (
        "death", "life_threatening", "disability", "congenital_anomaly",
        "medically_important",
    ):  # fmt: skip
        doctor.answer(criterion, "No")
    doctor.fill(related="Yes", action="Drug interrupted")
    doctor.complete()
    doctor.link("Acknowledge P0002")
    doctor.type("Action taken", "seen at once, reported to the sponsor")
    doctor.button("Acknowledge")
    doctor.sees("Acknowledged.", "seen at once")


def _sees_what_is_urgent(doctor: Recorded, come: Come) -> None:
    """Whatever form it stands on: a further form, a rating, a questionnaire on paper."""
    nurse = come("coordinator")
    nurse.link("Participants", within="nav")
    nurse.link("P0002")
    nurse.button("Add Pregnancy test")
    nurse.fill(
        LBPERF="Yes", LBDTC="2027-01-04T08:45", LBSPEC="Urine", LBORRES="Positive"
    )
    rater = come("rater")
    rater.link("P0003")
    rater.link("Montgomery", within="details.visit:has-text('Baseline')")
    rater.rate(MADRS)
    rater.complete()
    nurse = come("coordinator")
    nurse.link("P0003")
    nurse.link("Quick Inventory", within="main")
    nurse.answer("paper_date", TODAY)
    nurse.rate(QIDS)
    nurse.complete()
    doctor.link("Today", within="nav")
    doctor.sees("Alerts to acknowledge (3)", "pregnancy", "risk of suicide")
    for left in ("2 h 00 min left", "24 h 00 min left"):
        doctor.sees(left)
    for waiting in (3, 2, 1):
        doctor.sees(f"Alerts to acknowledge ({waiting})")
        doctor.link("Acknowledge", within="#urgent")
        doctor.type("Action taken", "spoke with the participant, no intent")
        doctor.button("Acknowledge")
        doctor.sees("Acknowledged.")
        doctor.link("Today", within="nav")
    assert not doctor.page.locator("#urgent section").count()


def _plans_a_visit(doctor: Recorded) -> None:
    doctor.link("Participants", within="nav")
    doctor.link("P0003")
    doctor.button("Add an unscheduled visit")
    doctor.fill(planned="2027-01-06", reason="relapse")
    doctor.home("P0003")
    doctor.unfold("Unscheduled visit 1, planned for 2027-01-06")
    doctor.sees("Unscheduled visit")


def _ends(doctor: Recorded) -> None:
    """One discontinues the treatment, the other one leaves; what is still due is shown."""
    for name, what in (
        ("P0002", "Treatment discontinued"),
        ("P0003", "Withdrew, or was withdrawn, from the study"),
    ):
        doctor.link("Participants", within="nav")
        doctor.link(name)
        doctor.button("Record discontinuation, new treatment or withdrawal")
        doctor.fill(milestone=what, date=TODAY, reason="pregnant")
        doctor.complete()
    doctor.sees("No further visits are due")
    doctor.link("Participants", within="nav")
    doctor.link("P0002")
    doctor.sees("No further infusions are due; assessments continue")
    calendar = doctor.page.locator("details.visit")
    assert "no longer due" in calendar.filter(has_text="Infusion 1").first.inner_text()
    assert "coming" in calendar.filter(has_text="Week 2").first.inner_text()


def _ends_by_mistake(doctor: Recorded) -> None:
    """The form of the wrong participant is voided, and everything is due as before."""
    doctor.link("Participants", within="nav")
    doctor.link("P0001")
    doctor.button("Record discontinuation, new treatment or withdrawal")
    gone = "Withdrew, or was withdrawn, from the study"
    doctor.fill(milestone=gone, date=TODAY, reason="moved away")
    doctor.complete()
    doctor.sees("No further visits are due")
    doctor.link(gone, within="main")
    doctor.unfold("Void")
    doctor.type("Reason", "meant for P0003", within="details:has-text('Void')")
    doctor.button("Void this form")
    doctor.page.locator(".message.success").first.wait_for()
    doctor.home("P0001")
    assert not doctor.page.get_by_text("No further visits are due").count()
    doctor.sees("No entries.", "All eligibility criteria of the protocol are met")
    del doctor.typed["P0001", "milestone#1", "", None]  # voided: in no export


def _approves(doctor: Recorded, come: Come) -> None:
    """What the coordinator has added counts from the approval on."""
    nurse = come("coordinator")
    nurse.link("Consent", within="nav")
    nurse.type("Version, as printed on the consent form", "1.1")
    nurse.type("In use from", TODAY)
    nurse.type("Changes in this version", "A burning sensation is a new risk.")
    nurse.button("Submit for approval")
    nurse.sees("requires approval by an investigator")
    assert not nurse.offers("Approve")
    doctor.link("Today", within="nav")
    doctor.link("Consent version 1.1")
    doctor.sees("A burning sensation")
    doctor.button("Approve")
    doctor.sees("P0001", "signed version 1.0")
    assert not ConsentVersion.objects.get(label="1.1").waits
