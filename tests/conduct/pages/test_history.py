"""What a reader is told of a form: who signed it, what was changed, what was set aside."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.access.models import Membership
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_instance import SECOND
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.pages.form_context import desk_at
from equipoise.conduct.pages.form_view import history, names_of
from equipoise.conduct.study.models import Site
from tests.conduct.conftest import NOW
from tests.conduct.walking import browser, fill, form_url, included, send

PLAN = {"plan": "call", "contact": "the ward", "agreed_on": "2027-01-04"}


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people)


def text_of(said: HttpResponse) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", said.content.decode())))


def test_a_form_names_the_person_and_the_roles_held_then(
    person: Participant, people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    doctor = people["investigator"]
    doctor.first_name, doctor.last_name = "Ines", "Cruz"
    doctor.save()
    fill(person, "relapse-plan", "", actor("investigator"), PLAN)
    Membership.objects.filter(user=doctor).update(until=NOW + timedelta(seconds=1))
    page = browser(people["monitor"]).get(form_url(person, "relapse-plan"))
    assert "Completed by Ines Cruz (investigator) on 2027-01-04 09:00 UTC." in text_of(
        page
    )
    assert names_of(["investigator", "nobody"]) == {
        "investigator": "Ines Cruz",
        "nobody": "nobody",
    }


def test_changes_are_told_and_end_with_the_form(
    person: Participant, actor: Callable[[str], Actor], people: dict[str, User]
) -> None:
    doctor, place = actor("investigator"), place_of(person, "relapse-plan")
    fill(person, "relapse-plan", "", doctor, PLAN)
    changed = {"contact": "the sister"}
    save(place, changed, actor=doctor, at=NOW, seen=99, reason="misread")

    def told() -> list[tuple[str, str, str, str]]:
        desk = desk_at(place, current(person.identifier), actor("monitor"), NOW)
        rows = history(desk).rows
        return [(r.label, r.before, r.after, r.reason) for r in rows]

    ((label, *change),) = told()
    assert label == place.form.field("contact").label
    assert change == ["the ward", "the sister", "misread"]
    client, url = browser(people["investigator"]), form_url(person, "relapse-plan")
    client.post(f"{url}close/", {"deed": "void", "reason": "another participant"})
    assert told() == [("Form", "–", "voided", "another participant")]
    desk = desk_at(place, current(person.identifier), doctor, NOW)
    assert history(desk).signed is None
    page = text_of(client.get(url))
    assert "another participant" in page
    assert "the sister" not in page


def test_a_form_is_set_aside_and_taken_up_again_by_buttons(
    person: Participant, people: dict[str, User]
) -> None:
    rater, url = (
        browser(people["rater"]),
        form_url(person, "instrument:madrs", "baseline"),
    )
    close = url.replace("?", "close/?")
    page = text_of(rater.get(url))
    assert "Not done…" in page
    assert "Void…" not in page  # nothing is there to be voided
    assert "Not done…" not in text_of(browser(people["monitor"]).get(url))
    said = rater.post(close, {"deed": "not done", "reason": "the rater was ill"})
    assert said.status_code == 302
    page = text_of(rater.get(url))
    assert "This form was not done: the rater was ill" in page
    assert "Complete" not in page
    assert "Apparent sadness" not in page
    assert rater.post(close, {"deed": "reopen", "reason": " "}).status_code == 409
    back = {"deed": "reopen", "reason": "it took place"}
    assert rater.post(close, back).status_code == 302
    assert "Complete" in text_of(rater.get(url))
    refused = browser(people["coordinator"]).post(close, back)
    assert refused.status_code == 403


def test_what_was_opened_in_error_is_on_no_list(
    person: Participant, people: dict[str, User]
) -> None:
    doctor = browser(people["investigator"])
    lists = (f"/participants/{person}/events/", f"/participants/{person}/")
    url = doctor.post(lists[0])["Location"]
    for page in lists:
        assert "no term yet" not in text_of(doctor.get(page)), page  # opened, empty
    send(doctor, f"{url}field/", {"field": "term", "term": "Fell asleep"})
    for page in lists:
        assert "Fell asleep" in text_of(doctor.get(page))
    doctor.post(f"{url}close/", {"deed": "void", "reason": "another participant"})
    for page in lists:
        assert "Fell asleep" not in text_of(doctor.get(page))
    voided = text_of(doctor.get(url))
    assert "voided" in voided
    assert "Fell asleep" not in voided
    ends = doctor.post(f"/participants/{person}/milestones/")["Location"]
    assert "no entry yet" not in text_of(doctor.get(lists[1]))
    left = {"field": "milestone", "milestone": "missing:unknown"}
    send(doctor, f"{ends}field/", left)
    send(doctor, f"{ends}field/", {"field": "milestone", "milestone": ""})
    assert "Begun, nothing" not in text_of(doctor.get(lists[1]))  # emptied
    doctor.post(f"/participants/{person}/unscheduled/")
    assert "Unscheduled visit 1" not in text_of(doctor.get(lists[1]))


def test_another_rater_is_offered_a_second_rating_and_sees_nothing_of_the_first(
    person: Participant, people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    url = form_url(person, "instrument:madrs", "baseline")
    values = {str(n): "6" for n in range(1, 11)}
    fill(person, "instrument:madrs", "baseline", actor("rater"), values)
    user, north = User.objects.create_user("rater-two"), Site.objects.get(code="north")
    Membership.objects.create(user=user, role="rater", site=north, since=NOW)
    other = browser(user)
    assert "Second rating" not in text_of(browser(people["rater"]).get(url))
    assert "Second rating" not in text_of(browser(people["monitor"]).get(url))
    assert "Second rating by another rater" in text_of(other.get(url))
    second = form_url(person, f"instrument:madrs{SECOND}", "baseline")
    page = other.get(second)
    assert "second rating" in text_of(page)
    assert " checked" not in page.content.decode()
    assert send(other, second, values | {"1": "2"}).status_code == 302
    assert "Second rating" in text_of(browser(people["monitor"]).get(url))
    mine = text_of(browser(people["rater"]).get(second))
    assert "You completed the other rating" in mine
