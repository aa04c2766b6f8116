"""The lists and the page of a participant, through HTTP."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.access.models import ParticipantAccount
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_status import note_status
from equipoise.conduct.capture.repeating_forms import begin
from tests.conduct.conftest import NOW, ROLES
from tests.conduct.screened import caps5, eligible, form, screened
from tests.conduct.walking import browser, fill, form_url, included, send


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people)


def test_a_person_is_screened_and_planned(people: dict[str, User]) -> None:
    client = browser(people["coordinator"])
    said = client.post("/participants/", {"site": "north"})
    assert said["Location"] == "/participants/P0001/"
    assert client.post("/participants/", {"site": "south"}).status_code == 403
    assert (
        client.post("/participants/P0001/day0/", {"day0": "2027-01-18"}).status_code
        == 302
    )
    assert client.post("/participants/P0001/day0/", {"day0": "soon"}).status_code == 409
    text = client.get("/participants/P0001/").content.decode()
    assert "Mon 18 Jan 2027" in text
    assert "has not consented yet" in text
    assert "P0001" in client.get("/participants/?q=p0001").content.decode()
    assert "No participant" in client.get("/participants/?q=P7").content.decode()
    for role in ("rater", "infusion team", "administrator", "statistician"):
        assert (
            browser(people[role]).post("/participants/", {"site": "north"}).status_code
            == 403
        )


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_first_page(
    person: Participant, people: dict[str, User], role: str
) -> None:
    client = browser(people[role])
    assert client.get("/").status_code == 200
    assert client.get("/participants/").status_code == 200
    assert client.get(f"/participants/{person}/").status_code == 200


def test_a_participant_sees_the_own_forms_and_nothing_else(
    person: Participant, people: dict[str, User]
) -> None:
    other = included(people)
    user = User.objects.create_user("own", password="x")
    ParticipantAccount.objects.create(user=user, identifier=person.identifier)
    client = browser(user)
    assert client.get("/")["Location"] == f"/participants/{person}/"
    text = client.get(f"/participants/{person}/").content.decode()
    assert "Impact of Event" in text
    assert "CAPS" not in text
    assert "Adverse" not in text
    refused = [
        f"/participants/{other}/",
        "/recruitment/",
        f"/participants/{person}/events/",
    ]
    refused += [
        form_url(person, "consent"),
        form_url(other, "instrument:iesr", "baseline"),
    ]
    for path in refused:
        assert client.get(path).status_code == 403, path
    for name, count in (("iesr", 22), ("qids_sr16", 16)):
        url = form_url(person, f"instrument:{name}", "baseline")
        items = {f"{n}": "1" for n in range(1, count + 1)}
        assert send(client, url, items).status_code == 302
    text = client.get(f"/participants/{person}/").content.decode()
    assert "No questionnaires are due" in text
    assert "Timeline" not in text  # the scores are not for the participant


def test_an_unscheduled_visit_can_be_rated(
    person: Participant, people: dict[str, User]
) -> None:
    doctor, rater = browser(people["coordinator"]), browser(people["rater"])
    url = doctor.post(f"/participants/{person}/unscheduled/")["Location"]
    assert (
        send(doctor, url, {"date": "2027-01-04", "reason": "felt worse"}).status_code
        == 302
    )
    page = rater.get(f"/participants/{person}/").content.decode()
    assert "Unscheduled visit 1" in page
    rated = form_url(person, "instrument:madrs", "unscheduled-1")
    values = {str(n): "2" for n in range(1, 11)}
    assert send(rater, rated, values).status_code == 302
    assert (
        rater.get(form_url(person, "instrument:madrs", "unscheduled-2")).status_code
        == 409
    )


def test_nobody_is_let_in_without_a_session(
    person: Participant, client: object
) -> None:
    for path in ("/", "/participants/", f"/participants/{person}/", "/recruitment/"):
        assert Client().get(path)["Location"].startswith("/accounts/login/")


def test_the_log_and_the_page_say_why_somebody_is_not_eligible(
    people: dict[str, User],
) -> None:
    person = eligible()
    form(str(person), "instrument:caps5", caps5(1), "screening")
    note_status(person)
    out = screened(2)
    form(str(out), "exclusion", {"reason": "declined", "date": "2027-01-05"})
    note_status(out)
    client = browser(people["coordinator"])
    why = "CAPS-5 total severity 20, but I3 asks for"
    log = client.get("/participants/").content.decode()
    assert why in log
    assert "Declined to take part" in log
    assert why in client.get(f"/participants/{person}/").content.decode()
    assert (
        "Not included: Declined" in client.get(f"/participants/{out}/").content.decode()
    )
    for role in ("rater", "infusion team", "administrator"):
        other = browser(people[role])
        for path in ("/participants/", f"/participants/{person}/"):
            text = other.get(path).content.decode()
            assert "eligible" not in text, role
            assert "Declined" not in text, role


def test_what_is_missing_leads_to_its_form(people: dict[str, User]) -> None:
    person = included(people)
    text = browser(people["coordinator"]).get(f"/participants/{person}/").content
    assert b"Not known yet" in text
    assert form_url(person, "characteristics").encode() in text
    assert b"CAPS-5 at Screening" in text


def test_who_withdrew_after_the_treatment_was_discontinued_owes_nothing(
    person: Participant, people: dict[str, User]
) -> None:
    doctor = actor_of(people["investigator"], at=NOW)
    told = {}
    for number, what in enumerate(
        ("treatment-discontinued", "study-withdrawn"), start=1
    ):
        begin(person, "milestone", actor=doctor, at=NOW)
        said = {"milestone": what, "date": "2027-01-04", "reason": "moved away"}
        fill(person, f"milestone#{number}", "", doctor, said)
        page = browser(people["coordinator"]).get(f"/participants/{person}/")
        told[what] = page.content.decode()
    text = told["treatment-discontinued"]
    assert "No further infusions are due; assessments continue." in text
    assert "No further infusions are due." in told["study-withdrawn"]
    assert "No further visits are due" in told["study-withdrawn"]
    assert "infusions are due; assessments continue" not in told["study-withdrawn"]
