"""What checks are compared with; soft ones are confirmed with a reason, and once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import Current, current
from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import (
    Saved,
    compared,
    needed,
    save,
    unconfirmed,
)
from equipoise.conduct.capture.models import Participant
from equipoise.protocol.forms import FormCheck
from tests.conduct.conftest import NOW
from tests.conduct.walking import included, measured_by, release

By = Callable[[str], Actor]
SOFT = FormCheck(
    id="s", field="date", order="not before", other="day0", text="x", hard=False
)
HARD = FormCheck(id="h", field="date", order="not after", other="today", text="x")
WHERE = "visit", "week-1", None


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    """Consented on 4 January; day 0 was ten days before."""
    return included(people, day0=NOW.date() - timedelta(days=10))


def visit(person: Participant, actor: By, day: int, **more: object) -> Saved:
    place = place_of(person, "visit", "week-1")
    values = {"status": "done", "date": f"2027-01-{day:02}"}
    return save(place, values, actor=actor("coordinator"), at=NOW + timedelta(days=20),
                seen=10**6, **more)  # type: ignore[arg-type]  # fmt: skip


def test_only_forms_that_are_looked_at_are_read(person: Participant) -> None:
    assert needed(place_of(person, "event#1").form) == ["consent"]
    assert needed(place_of(person, "relapse-plan").form) == []
    assert needed(place_of(person, "visit", "week-1").form) == ["consent"]


def test_what_is_known_of_the_participant(person: Participant, actor: By) -> None:
    place = place_of(person, "visit", "week-1")
    known = compared(place, current(str(person)), NOW)
    assert known.day0 == NOW.date() - timedelta(days=10)
    assert known.answer("consent", "signed_at").startswith("2026-12-25T03:00")
    assert known.answer("consent", "nothing") == ""
    assert known.infusion_start is None
    planned = next(v for v in person_calendar(place) if v.visit.id == "week-1")
    assert known.window == (planned.earliest, planned.latest)
    unplanned = place_of(person, "visit", "unscheduled-1")
    assert compared(unplanned, current(str(person)), NOW).window is None


def person_calendar(place: Place):  # type: ignore[no-untyped-def]
    from equipoise.conduct.capture.form_plan import plan_in_force

    return plan_in_force().calendar(place.participant.day0)  # type: ignore[arg-type]


def test_the_start_of_the_infusion_of_the_visit(person: Participant, actor: By) -> None:
    number = release(person, "infusion-1")
    place = place_of(person, "infusion", "infusion-1")
    measured_by(person, "infusion-1", "2027-01-04T08:00")
    save(place, {"syringe": number, "started_at": "2027-01-04T08:30"},
         actor=actor("infusion team"), at=NOW, seen=10**6)  # fmt: skip
    known = current(str(person))
    assert compared(place, known, NOW).infusion_start == NOW - timedelta(minutes=30)
    other = place_of(person, "infusion", "infusion-2")
    assert compared(other, known, NOW).infusion_start is None


def test_a_hard_check_is_never_saved_against(person: Participant, actor: By) -> None:
    count = Entry.objects.count()
    made = visit(person, actor, 25)  # tomorrow
    assert made.errors == {"date": "the visit would take place in the future"}
    assert visit(person, actor, 25, confirmed={"in-the-future": "sure"}).errors
    assert Entry.objects.count() == count


def test_a_soft_check_is_confirmed_with_a_reason(
    person: Participant, actor: By
) -> None:
    made = visit(person, actor, 20)  # week 1 is planned for the first days of January
    assert [check.id for check in made.doubts] == ["after-the-window"]
    assert made.changed  # a draft is kept
    asked = visit(person, actor, 20, complete=True)
    assert asked.doubts
    assert not current(str(person)).is_complete("visit", "week-1")
    empty = {"after-the-window": "  "}
    assert visit(person, actor, 20, complete=True, confirmed=empty).doubts
    said = {"after-the-window": "the participant was ill"}
    assert not visit(person, actor, 20, complete=True, confirmed=said).doubts
    known = current(str(person))
    assert known.is_complete("visit", "week-1")
    assert (
        known.answers("visit", "week-1")["date"] == "2027-01-20"
    )  # it changes nothing
    (fact,) = Entry.objects.filter(act="confirm value")
    assert (fact.item, fact.value, fact.reason) == (
        "date", "after-the-window", "the participant was ill",
    )  # fmt: skip


def test_what_was_confirmed_is_asked_again_of_another_value(
    person: Participant, actor: By
) -> None:
    said = {"after-the-window": "ill"}
    visit(person, actor, 20, complete=True, confirmed=said)
    assert not visit(person, actor, 20, reason="again").doubts  # the same value
    assert visit(person, actor, 21, reason="wrong day").doubts
    assert current(str(person)).answers("visit", "week-1")["date"] == "2027-01-20"


def test_only_soft_checks_wait_for_a_confirmation() -> None:
    known = Current()
    assert unconfirmed([SOFT, HARD], known, WHERE, (), {}) == (SOFT,)
    assert unconfirmed([SOFT, HARD], known, WHERE, (), {"s": "ill"}) == ()
    known.confirmed[WHERE] = {"s": "date"}
    assert unconfirmed([SOFT], known, WHERE, (), {}) == ()
    assert unconfirmed([SOFT], known, WHERE, ("date",), {}) == (SOFT,)
    assert unconfirmed([SOFT], known, ("visit", "week-2", None), (), {}) == (SOFT,)


def test_a_consent_needs_a_copy_and_a_day_that_has_come(
    people: dict[str, User], actor: By
) -> None:
    person = included(people)
    place = place_of(person, "consent")

    def put(**values: str) -> dict[str, str]:
        return save(place, values, actor=actor("investigator"), at=NOW, seen=10**6,
                    complete=True, reason="corrected").errors  # fmt: skip

    assert "copy of the signed consent" in put(copy="no")["copy"]
    assert put(signed_at="2027-01-04T09:05")  # in five minutes
    assert put(signed_at="2027-01-04T08:00") == {}


def test_an_answer_of_an_earlier_version_stays_when_another_is_corrected(
    person: Participant, actor: By
) -> None:
    """Free texts of the time before outcomes had codes."""
    from tests.conduct.screened import form

    form(str(person), "event#1", {"term": "cold", "outcome": "went away", "related": "no",
         "severity": "mild", "serious": "no", "started_on": "2027-01-04"})  # fmt: skip
    place = place_of(person, "event#1")
    made = save(place, {"term": "common cold", "ongoing": "yes"}, reason="spelling",
                actor=actor("investigator"), at=NOW, seen=10**6)  # fmt: skip
    assert not made.errors
    known = current(str(person)).answers("event#1")
    assert (known["term"], known["outcome"]) == ("common cold", "went away")
    wrong = save(place, {"outcome": "gone"}, reason="x", actor=actor("investigator"),
                 at=NOW, seen=10**6)  # fmt: skip
    assert set(wrong.errors) == {"outcome"}
