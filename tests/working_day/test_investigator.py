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

from equipoise.conduct.access.acting import actor_of
from equipoise.conduct.capture import consent as consent_versions
from equipoise.conduct.capture.current import current
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.study.models import ConsentVersion
from tests.conduct.conftest import NOW
from tests.conduct.screened import attested
from tests.working_day.after import exported
from tests.working_day.hands import Hands
from tests.working_day.scene import begun, randomized, rated

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)
Come = Callable[[str], Hands]


@pytest.fixture
def three(people: dict[str, User], secrets: dict[str, str], key: Path) -> None:
    """One who waits for the investigator, and two who are randomized."""
    rated(people)
    for _ in range(2):
        randomized(people, key)
    consent_versions.propose(
        "1.1", NOW.date(), everybody=True, changes="A burning sensation is a new risk.",
        actor=actor_of(people["coordinator"], at=NOW), at=NOW,
    )  # fmt: skip


def test_the_investigators_day(
    three: None, come: Come, people: dict[str, User]
) -> None:
    doctor = come("investigator")
    _attests(doctor, come, people["investigator"].get_full_name())
    _sees_a_serious_event(doctor, come)
    _sees_what_is_urgent(doctor, come, people)
    _plans_a_visit(doctor)
    _ends(doctor)
    _approves(doctor)
    tables = exported(doctor)
    event = tables["events"].iloc[0]
    assert (event["term"], event["serious"], event["related"]) == (
        "Chest pain", "True", "True",
    )  # fmt: skip
    planned = tables["visits"].query("visit == 'unscheduled-1'").iloc[0]
    assert (planned["planned_day"], planned["status"]) == ("-1", "planned")


def _attests(doctor: Hands, come: Come, name: str) -> None:
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
    doctor.link("Today", within="nav")
    doctor.sees("Eligibility: to be signed off")
    doctor.link("Open P0001")
    doctor.sees("Prepared for you")
    doctor.complete()
    doctor.sees("Every criterion of the protocol holds")
    doctor.link("Eligibility")
    doctor.sees(f"Completed by {name} (investigator)")


def _sees_a_serious_event(doctor: Hands, come: Come) -> None:
    """On a page that has stood open, within a minute, with its clock."""
    doctor.page.clock.install()
    doctor.link("Today", within="nav")
    nurse = come("coordinator")
    nurse.link("Participants", within="nav")
    nurse.link("P0002")
    nurse.button("Report an event")
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
    doctor.type("What was done", "seen at once, reported to the sponsor")
    doctor.button("Acknowledge")
    doctor.sees("Acknowledged.", "seen at once")


def _sees_what_is_urgent(doctor: Hands, come: Come, people: dict[str, User]) -> None:
    """Whatever form it stands on: a further form, a rating, a questionnaire on paper."""
    nurse = come("coordinator")
    nurse.link("Participants", within="nav")
    nurse.link("P0002")
    nurse.button("Add Pregnancy test")
    nurse.fill(
        LBPERF="Yes", LBDTC="2027-01-04T08:45", LBSPEC="Urine", LBORRES="Positive"
    )
    person = Participant.objects.get(identifier="P0003")
    begun(person, people["rater"], "instrument:madrs", "baseline", {"10": "6"})
    begun(
        person, people["coordinator"], "instrument:qids_sr16", "baseline", {"12": "3"}
    )
    doctor.link("Today", within="nav")
    doctor.sees("Alerts to acknowledge (3)", "pregnancy", "risk of suicide")
    for left in ("1 h 59 min left", "24 h 00 min left"):
        doctor.sees(left)
    for waiting in (3, 2, 1):
        doctor.sees(f"Alerts to acknowledge ({waiting})")
        doctor.link("Acknowledge", within="#urgent")
        doctor.type("What was done", "spoke with the participant, no intent")
        doctor.button("Acknowledge")
        doctor.sees("Acknowledged.")
        doctor.link("Today", within="nav")
    assert not doctor.page.locator("#urgent section").count()


def _plans_a_visit(doctor: Hands) -> None:
    doctor.link("Participants", within="nav")
    doctor.link("P0003")
    doctor.button("Add an unscheduled visit")
    doctor.fill(planned="2027-01-06", reason="relapse")
    doctor.home("P0003")
    doctor.unfold("Unscheduled visit 1, planned for 2027-01-06")
    doctor.sees("Unscheduled visit")


def _ends(doctor: Hands) -> None:
    """One discontinues the treatment, the other one leaves; what is still due is shown."""
    for name, what in (
        ("P0002", "Treatment discontinued"),
        ("P0003", "Withdrew, or was withdrawn, from the study"),
    ):
        doctor.link("Participants", within="nav")
        doctor.link(name)
        doctor.button("Discontinuation, new treatment, or withdrawal")
        doctor.fill(milestone=what, date="2027-01-04", reason="pregnant")
        doctor.complete()
    doctor.sees("Nothing more is due")
    doctor.link("Participants", within="nav")
    doctor.link("P0002")
    doctor.sees("No more infusions are due; ratings go on")
    calendar = doctor.page.locator("details.visit")
    assert "no longer due" in calendar.filter(has_text="Infusion 1").first.inner_text()
    assert "coming" in calendar.filter(has_text="Week 2").first.inner_text()


def _approves(doctor: Hands) -> None:
    doctor.link("Consent", within="nav")
    doctor.sees("A burning sensation")
    doctor.button("Approve")
    doctor.sees("P0001", "signed version 1.0")
    assert not ConsentVersion.objects.get(label="1.1").waits
