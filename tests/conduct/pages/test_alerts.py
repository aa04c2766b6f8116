"""Alerts on the pages: a task of the investigator within the refresh of Today."""

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.safety.alerts import acknowledge, alarms
from tests.conduct.conftest import NOW
from tests.conduct.walking import browser, form_url, included, measure, send


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people, day0=NOW.date())


def serious(person: Participant, people: dict[str, User]) -> None:
    """Entered by the coordinator, as anybody who reports events could."""
    client = browser(people["coordinator"])
    event = client.post(f"/participants/{person}/events/")["Location"]
    field = event.replace("/?", "/field/?") if "?" in event else event + "field/"
    said = client.post(field, {"field": "serious", "serious": "yes", "seen": "1000"})
    assert said.status_code == 200


def test_a_serious_event_is_a_task_with_its_clock_until_it_is_acknowledged(
    person: Participant, people: dict[str, User]
) -> None:
    doctor = browser(people["investigator"])
    assert "Adverse event" not in doctor.get("/urgent/").content.decode()
    serious(person, people)
    text = doctor.get("/urgent/").content.decode()  # what Today asks every 30 s for
    assert "WATCH: Adverse event, Serious: Yes" in text
    assert "23 h 59 min left" in text or "24 h 00 min left" in text
    assert "<html" not in text
    assert "every 30s" in doctor.get("/").content.decode()
    page = f"/participants/{person}/alerts/"
    assert page in text
    (alarm,) = alarms([person.identifier])[person.identifier]
    empty = doctor.post(page, {"alert": alarm.seq, "done": ""}, follow=True)
    assert "nter what was done" in empty.content.decode()
    said = {"alert": alarm.seq, "done": "assessed, reported"}
    assert doctor.post(page, said)["Location"] == page
    assert "Adverse event" not in doctor.get("/urgent/").content.decode()
    told = doctor.get(page).content.decode()
    assert "assessed, reported" in told
    assert "by investigator" in told


@pytest.mark.parametrize("role", ["rater", "pharmacist"])
def test_who_must_not_know_reads_nothing(
    person: Participant, people: dict[str, User], role: str
) -> None:
    measure(
        person, actor_of(people["infusion team"], at=NOW), "infusion-1", SYSBP="155"
    )
    serious(person, people)
    client = browser(people[role])
    for path in ("/", "/urgent/", f"/participants/{person}/alerts/"):
        text = client.get(path).content.decode()
        assert "155" not in text
        assert "Serious" not in text
    page = f"/participants/{person}/alerts/"
    assert client.post(page, {"alert": "1", "done": "x"}).status_code == 403
    assert not Entry.objects.filter(act__in=("shown", "acknowledge")).exists()


def test_the_participants_page_tells_of_it(
    person: Participant, people: dict[str, User]
) -> None:
    serious(person, people)
    client = browser(people["investigator"])
    text = client.get(f"/participants/{person}/").content.decode()
    assert "Alerts to acknowledge (1)" in text
    assert "1 alert with the action taken" in text


def test_the_page_that_is_asked_for_by_itself_keeps_no_session_alive(
    person: Participant, people: dict[str, User]
) -> None:
    for role, path in (
        ("investigator", "/"),
        ("infusion team", f"/participants/{person}/infusion/infusion-1/"),
    ):
        text = browser(people[role]).get(path).content.decode()
        _, _, polled = text.partition('hx-trigger="')
        assert "X-Background" in polled.partition(">")[0]


def test_after_the_discharge_nothing_more_is_due(
    person: Participant, people: dict[str, User]
) -> None:
    nurse = browser(people["infusion team"])
    page = f"/participants/{person}/infusion/infusion-1/"
    assert ">late<" not in nurse.get(page).content.decode().partition("Discharge")[0]
    url = form_url(person, "discharge", "infusion-1")
    assert url.replace("&", "&amp;") in nurse.get(page).content.decode()
    said = {"criteria": "yes", "physician": "Dr. Grey", "escort": "adult",
            "left_at": "2027-01-04T08:59"}  # fmt: skip
    assert send(nurse, url, said).status_code == 302
    text = nurse.get(page).content.decode()
    assert text.count(">not due</span>") == 8
    assert "Discharged <b" in text
    other = browser(people["coordinator"]).get(url).content.decode()
    assert "Dr. Grey" in other


def test_why_an_infusion_was_allowed_despite_an_alert_is_on_its_page(
    person: Participant, people: dict[str, User]
) -> None:
    nurse, doctor = (
        actor_of(people[role], at=NOW) for role in ("infusion team", "investigator")
    )
    measure(person, nurse, "infusion-1", SYSBP="165")
    (alarm,) = alarms([person.identifier])[person.identifier]
    acknowledge(person, alarm.seq, actor=nurse, at=NOW, done="waited ten minutes")
    why = "spoke with the cardiologist"
    acknowledge(person, alarm.seq, actor=doctor, at=NOW, done=why, release=True)
    page = browser(people["monitor"]).get(f"/participants/{person}/alerts/")
    text = " ".join(page.content.decode().split())
    assert "waited ten minutes" in text
    assert f"by investigator: {why}" in text
