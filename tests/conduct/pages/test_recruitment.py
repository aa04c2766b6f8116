"""Recruitment: totals that agree with who was screened; never by arm."""

from django.contrib.auth.models import User

from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.access.models import Proposal
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.record import append
from equipoise.conduct.capture.participants import screen
from equipoise.conduct.capture.recruitment import flow, randomized_on
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW, PASSWORD
from tests.conduct.walking import browser, fill, included

WHY = {"reason": "the planned number is reached"}


def test_two_people_reopen_recruitment(people: dict[str, User]) -> None:
    one, second = browser(people["administrator"]), browser(people["statistician"])
    for client in (browser(people["coordinator"]), browser(people["monitor"])):
        assert "/recruitment/close/" not in client.get("/recruitment/").content.decode()
        assert client.post("/recruitment/close/", WHY).status_code == 403
    assert one.post("/recruitment/close/", {"reason": "x"}).status_code == 409
    nurse = browser(people["coordinator"])
    assert "Screen a new participant" in nurse.get("/participants/").content.decode()
    one.post("/recruitment/close/", WHY)
    log = nurse.get("/participants/").content.decode()
    assert "Screen a new participant" not in log
    assert "Recruitment is closed" in log
    page = one.get("/recruitment/").content.decode()
    assert "Closed by administrator on 4 Jan 2027" in " ".join(page.split())
    assert 'action="/recruitment/reopen/"' in page
    one.post("/recruitment/reopen/", WHY)
    page = one.get("/recruitment/").content.decode()
    assert "<b>investigator</b> or <b>statistician</b>" in " ".join(page.split())
    assert "reopen recruitment" in second.get("/").content.decode()
    key = Proposal.objects.get().pk
    second.post(f"/proposals/{key}/confirm/", {"password": PASSWORD})
    assert 'action="/recruitment/close/"' in one.get("/recruitment/").content.decode()


def test_the_flow_counts_everybody_once(
    people: dict[str, User], feder: Protocol
) -> None:
    doctor = actor_of(people["investigator"], at=NOW)
    persons = [included(people) for _ in range(2)] + [
        screen("north", actor=doctor, at=NOW)
    ]
    fact = Fact("randomize", value="K1")
    append(persons[0].identifier, [fact], actor="c", protocol="p" * 64, at=NOW)
    fill(
        persons[2],
        "exclusion",
        "",
        doctor,
        {"reason": "declined", "date": "2027-01-04"},
    )
    for one in persons:
        one.refresh_from_db()
    found = flow(persons, feder, randomized_on(persons))
    assert (found.screened, found.waiting, found.randomized, found.staying) == (
        3,
        1,
        1,
        1,
    )
    assert [(c.label, c.count) for c in found.excluded] == [
        ("Declined to take part", 1)
    ]
    assert randomized_on(persons) == {persons[0].identifier: NOW.date()}
    text = browser(people["monitor"]).get("/recruitment/").content.decode()
    assert "1 of 30 randomized" in text
    assert "etamine" not in text.replace("Ketamine for chronic PTSD", "")
    for role in ("rater", "infusion team", "pharmacist"):
        assert browser(people[role]).get("/recruitment/").status_code == 403
