"""The calendar: weekends, windows, what took place, and what waits."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.due_visits import DueVisit, visits_of
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_facts import facts_of_many
from equipoise.conduct.pages.calendar import (
    Line,
    Waiting,
    calendar,
    unscheduled,
    waiting,
)
from tests.conduct.conftest import NOW
from tests.conduct.walking import browser, fill, included

By = Callable[[str], Actor]
MONDAY = date(2027, 1, 4)


def seen_by(actor: Actor, person: Participant, today: date = MONDAY) -> list[DueVisit]:
    plan = plan_in_force()
    facts = facts_of_many([person], plan)[person.identifier]
    return visits_of(person, plan, facts, actor=actor, today=today)


def lines(person: Participant, actor: Actor, today: date) -> dict[str, Line]:
    known, seen = current(person.identifier), seen_by(actor, person, today)
    return {line.due.planned.visit.id: line for line in calendar(person, seen, known)}


def waits(person: Participant, actor: Actor, *, bedside: bool) -> list[Waiting]:
    return waiting(person, seen_by(actor, person), bedside=bedside)


@pytest.mark.parametrize(
    ("day0", "visit", "note"),
    [
        (MONDAY, "post-24h", ""),
        (date(2027, 1, 9), "week-2", "moved from Sat 23 Jan"),
        (date(2027, 1, 9), "infusion-1", "on a weekend: the window has no working day"),
    ],
)
def test_weekends_are_visible(
    people: dict[str, User], actor: By, day0: date, visit: str, note: str
) -> None:
    found = lines(included(people, day0=day0), actor("coordinator"), MONDAY)
    assert found[visit].note == note


def test_windows_are_visible(people: dict[str, User], actor: By) -> None:
    found = lines(included(people, day0=MONDAY), actor("coordinator"), MONDAY)
    assert not found["post-24h"].has_window
    assert found["week-2"].has_window
    assert found["infusion-1"].is_open
    assert not found["week-2"].is_open


@pytest.mark.parametrize(
    ("day", "timing"),
    [("2026-12-30", ""), ("2026-12-27", "1 day before window"),
     ("2027-01-05", "2 days after window")],
)  # fmt: skip
def test_where_the_day_lies_on_which_it_took_place(
    people: dict[str, User], actor: By, day: str, timing: str
) -> None:
    person = included(people, day0=MONDAY)  # baseline: 28 December to 3 January
    values = {"status": "done", "date": day}
    later = NOW + timedelta(days=2)
    fill(person, "visit", "baseline", actor("coordinator"), values, later)
    found = lines(person, actor("coordinator"), MONDAY)["baseline"]
    assert (found.took_place, found.timing) == (date.fromisoformat(day), timing)
    assert lines(person, actor("coordinator"), MONDAY)["week-2"].timing == ""


def test_an_infusion_day_waits_as_one_line(people: dict[str, User], actor: By) -> None:
    person = included(people, day0=MONDAY)
    (day,) = waits(person, actor("infusion team"), bedside=True)
    assert (day.title, day.where, day.state) == ("Infusion day", "Infusion 1", "due")
    assert day.count == 26  # itself, discharge, 8 times vital signs, 4 times 4 scales
    assert len(waits(person, actor("infusion team"), bedside=False)) == 26
    found = waits(person, actor("coordinator"), bedside=True)
    assert "Visit status" in {one.title for one in found}
    assert all(one.address.startswith(f"/participants/{person}/") for one in found)


def test_an_unscheduled_visit_is_added_and_can_be_rated(
    people: dict[str, User], actor: By
) -> None:
    person = included(people, day0=NOW.date() + timedelta(days=7))
    plan, who = plan_in_force(), actor("rater")
    assert unscheduled(person, plan, current(str(person)), who) == []
    browser(people["coordinator"]).post(f"/participants/{person}/unscheduled/")
    place, nurse = place_of(person, "visit", "unscheduled-1"), actor("coordinator")
    save(place, {"planned": "2027-01-08"}, actor=nurse, at=NOW, seen=99)
    ((title, _),) = unscheduled(person, plan, current(str(person)), who)
    assert title == "Unscheduled visit 1, planned for 2027-01-08"
    fill(person, "visit", "unscheduled-1", actor("coordinator"),
         {"date": "2027-01-04", "reason": "felt worse"})  # fmt: skip
    ((title, links),) = unscheduled(person, plan, current(str(person)), who)
    assert title == "Unscheduled visit 1, 2027-01-04"
    names = {link.title for link in links}
    assert any("MADRS" in name for name in names)
    assert not any("Dissociative" in name for name in names)
