"""Wrong turns of honest people: nothing is lost, no sentence is wrong, no way ends.

A session that ends in the middle of a form or at the bedside, an infusion that is not given
at all, the number of another syringe, and a delivery that was mistyped.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import User

from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import current
from tests.conduct.conftest import PASSWORD
from tests.conduct.pages.conftest import Clock, Running
from tests.working_day import scene
from tests.working_day.compared import no_arm_was_shown
from tests.working_day.hands import Hands
from tests.working_day.recorded import Recorded
from tests.working_day.test_nurse import (
    CALM,
    VISIT,
    VITALS,
    completes,
    is_told,
    measures,
)
from tests.working_day.test_pharmacist import STRENGTH, deliver
from tests.working_day.test_rater import CAPS, opens

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Running:
    made = Running()
    monkeypatch.setattr("django.utils.timezone.now", made)
    return made


def logs_in_again(user: Recorded, person: User) -> None:
    """In a new tab, as the page says; the page with the answers stays open."""
    code = RecoveryCodes.activate(person).get_unused_codes()[0]
    old, tab = user.page, user.seat.context.new_page()
    tab.goto(user.seat.address)
    user.page = tab
    user.type("User name", person.username)
    user.type("Password", PASSWORD)
    user.button("Sign in")
    user.type("Code", code)
    user.button("Sign In")
    user.page.wait_for_url(lambda url: "/accounts/" not in url)
    tab.close()
    user.page = old
    old.bring_to_front()


def test_a_session_ends_in_the_middle_of_a_rating(
    people: dict[str, User], recorded: Callable[..., Recorded], clock: Clock, key: Path
) -> None:
    """Who logs in in another tab goes on where the session ended, answer by answer."""
    scene.included_today(people)
    rater = recorded("rater")
    opens(rater, CAPS, "Baseline")
    asked = rater.page.locator("form.entry .question:has(input[type=radio])")
    for number in range(3):
        rater.answers(asked.nth(number), "2")
    clock.forward(minutes=21)
    rater.choose(asked.nth(3), "3")
    asked.nth(3).locator(".said:has-text('your session has ended')").wait_for()
    logs_in_again(rater, people["rater"])
    rater.answers(asked.nth(3), "4")
    rater.answers(asked.nth(4), "1")
    held = current("P0001").answers("instrument:caps5", "baseline")
    assert held == {"1": "2", "2": "2", "3": "2", "4": "4", "5": "1"}


def test_a_session_ends_while_values_wait_for_the_connection(
    people: dict[str, User], recorded: Callable[..., Recorded], clock: Running,
    key: Path,
) -> None:  # fmt: skip
    """What was typed without a connection is sent after the next log-in, and not lost."""
    scene.randomized(people, key, ago=0)
    clock.run()
    nurse = recorded("infusion team", finger=True)
    nurse.link("P0001")
    nurse.seat.context.set_offline(True)
    for name, value in (CALM | {"SYSBP": "155"}).items():
        question = nurse.page.locator(VITALS).locator(f"[data-name='{name}']").first
        nurse.give(question, value)
    nurse.sees("5 entries are waiting for the connection")
    nurse.sees("HOLD: Systolic blood pressure 155")
    clock.forward(minutes=25)
    nurse.seat.context.set_offline(False)
    nurse.sees("Sign in again in a new tab to send them.")
    logs_in_again(nurse, people["infusion team"])
    is_told(nurse, "HOLD: Systolic blood pressure 155 mmHg")
    said = current("P0001").answers("vitals", VISIT, -30)
    assert {name: said[name] for name in CALM} == CALM | {"SYSBP": "155"}


def test_an_infusion_that_is_not_given(
    people: dict[str, User],
    recorded: Callable[..., Recorded],
    come: Callable[[str], Hands],
    key: Path,
    clock: Running,
) -> None:
    """The participant came, was held and goes home; the syringe goes back."""
    person = scene.randomized(people, key, ago=0)
    number = scene.released(people, key, person, VISIT)
    clock.run()
    nurse = recorded("infusion team", finger=True)
    nurse.link("P0001")
    measures(nurse, VITALS, **CALM)
    completes(nurse, VITALS)
    _reads_another_number(nurse)
    nurse.link("Infusion not given")
    within = "details:has-text('Not done')"
    if not nurse.page.locator(within).get_by_label("Reason").is_visible():
        nurse.unfold("Not done", within=within)
    nurse.type("Reason", "no vein was found", within=within)
    nurse.button("Mark as not done")
    nurse.sees("was not done: no vein was found")
    nurse.link("Infusion 1")
    nurse.sees("not given", "marked as not done: no vein was found")
    assert not nurse.offers("Start")
    assert not nurse.offers("Infusion not given")
    states = nurse.page.locator("#times .state").all_inner_texts()
    assert set(states) == {"not due"}
    nurse.link("Today", within="nav")
    nurse.sees("No open tasks")
    assert not Entry.objects.filter(item="started_at").exists()
    no_arm_was_shown([nurse], key)
    pharmacist = come("pharmacist")
    pharmacist.is_blinded = False
    pharmacist.link("Pharmacy", within="nav")
    pharmacist.sees(
        "an infusion was not given", "quarantine or return it", "Infusion 2"
    )
    pharmacist.link(number)
    pharmacist.type("Reason", "no vein was found")
    pharmacist.button("Record the return of")
    pharmacist.sees("Returned")
    pharmacist.link("Pharmacy", within="nav")
    assert "not given" not in pharmacist.page.inner_text("main")


def _reads_another_number(nurse: Recorded) -> None:
    """A syringe of somebody else: it is not started, and what to do is said."""
    nurse.type("Syringe number", "11111111")
    nurse.type("Weight today", "82")
    nurse.button("Start")
    nurse.sees("this is not the syringe that was released for this infusion")
    nurse.sees("Check participant and number on the label")
    nurse.button("Mark as read")
    assert not Entry.objects.filter(item="started_at").exists()


def test_a_delivery_that_was_mistyped(
    people: dict[str, User], recorded: Callable[..., Recorded], key: Path
) -> None:
    """Its vials are voided by two, and recorded again as they are."""
    first, second = recorded("pharmacist"), recorded("second pharmacist")
    first.link("Pharmacy", within="nav")
    first.link("Stock and accountability")
    deliver(first, "ketamine", "KX-1207", "2026-06-30", STRENGTH["ketamine"])
    first.sees("expired")
    first.link("Stock and accountability")
    deliver(first, "ketamine", "KX-1207", "2028-06-30", STRENGTH["ketamine"])
    first.sees(
        "registered with another strength or expiry date",
        "record the error on the page of the lot",
    )
    first.link("KX-1207")
    first.pick("Action", "Vials entered in error (a second pharmacist confirms it)")
    first.type("Number of vials, if", "10")
    first.type("Reason", "the last day of use was mistyped")
    first.button("Record")
    first.sees("entered in error, to be confirmed by a second pharmacist")
    second.link("Pharmacy", within="nav")
    second.sees("Entered in error: 10 vials of", "the last day of use was mistyped")
    second.button("I have checked it")
    second.sees("Confirmed")
    first.link("Stock and accountability")
    deliver(first, "ketamine", "KX-1207", "2028-06-30", STRENGTH["ketamine"])
    first.sees("The delivery is recorded", "30 Jun 2028")
    first.link("Stock and accountability")
    rows = first.page.locator("tr", has_text="KX-1207")
    received = rows.locator("td[data-label='Received']").all_inner_texts()
    assert sorted(received) == ["0", "10"]
    assert rows.filter(has_text="entered in error").count() == 1
