"""The first page: what waits for whom."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_status import note_status
from equipoise.conduct.capture.repeating_forms import begin
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.treated import randomized
from tests.conduct.screened import caps5, eligible
from tests.conduct.walking import browser, fill, included
from tests.working_day.scene import begun


def test_each_role_finds_its_own_work(people: dict[str, User]) -> None:
    included(people, day0=NOW.date())
    included(people, day0=NOW.date() - timedelta(days=40))
    for role, word, other in (
        ("rater", "Baseline", "Infusion 1"),
        ("infusion team", "Infusion 1", "Baseline"),
        ("coordinator", "Infusion 1", "nothing at all"),
    ):
        text = browser(people[role]).get("/").content.decode()
        assert word in text, role
        assert other not in text, role
        assert "Late (" in text, role
    for role, elsewhere in (
        ("pharmacist", "/pharmacy/"),
        ("administrator", "/people/"),
    ):
        text = browser(people[role]).get("/").content.decode()
        assert "No open tasks" in text
        assert f'class="button second" href="{elsewhere}"' in text


def test_a_pharmacist_is_told_of_syringes(
    people: dict[str, User], actor: Callable[[str], Actor], key: Path
) -> None:
    person = randomized(key, actor("coordinator"))
    text = browser(people["pharmacist"]).get("/").content.decode()
    assert f"/pharmacy/{person}/infusion-1/" in text
    assert "prepare a syringe" in text
    moved = Participant.objects.get(identifier=person)
    begun(moved, people["coordinator"], "visit", "infusion-1", {"agreed": "2027-01-05"})
    assert (
        "Infusion 1, Tue 5 Jan"
        in browser(people["pharmacist"]).get("/").content.decode()
    )
    assert "syringe" not in browser(people["coordinator"]).get("/").content.decode()


def test_who_can_be_randomized_is_a_task(people: dict[str, User]) -> None:
    person = eligible()
    note_status(person)
    client = browser(people["coordinator"])
    assert "Schedule day 0" in client.get("/").content.decode()
    client.post(f"/participants/{person}/day0/", {"day0": "2027-01-18"})
    assert f"/participants/{person}/randomize/" in client.get("/").content.decode()
    assert "can be randomized" not in browser(people["rater"]).get("/").content.decode()


def test_a_lost_response_is_a_task_of_who_documents_it(
    people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    person = included(people, day0=NOW.date() - timedelta(days=40))
    for visit, value in (("baseline", 3), ("week-2", 1), ("week-3", 1), ("week-4", 3)):
        fill(person, "instrument:caps5", visit, actor("rater"), caps5(value))
    for role, asked in (("investigator", True), ("coordinator", True),
                        ("monitor", False), ("rater", False)):  # fmt: skip
        text = browser(people[role]).get("/").content.decode()
        assert ("follow and document the relapse plan" in text) is asked, role


def test_an_unscheduled_visit_is_a_task_from_its_planned_day_on(
    people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    person, nurse = included(people, day0=NOW.date()), actor("coordinator")
    place = begin(person, "unscheduled", actor=nurse, at=NOW)

    def told(role: str = "coordinator") -> bool:
        text = browser(people[role]).get("/").content.decode()
        return "Unscheduled visit, planned for" in text

    for after, seen in ((1, False), (0, True), (-1, True)):
        day = NOW.date() + timedelta(days=after)
        begun(
            person, people["coordinator"], "visit", place.visit, {"planned": f"{day}"}
        )
        assert told() is seen, after
    assert not told("monitor")
    done = {"date": f"{NOW.date()}", "reason": "worse"}
    fill(person, "visit", place.visit, nurse, done)
    assert not told()
