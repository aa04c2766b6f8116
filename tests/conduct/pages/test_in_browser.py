"""Forms in a real browser: keyboard, autosave, idle timeout, connection, back button."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from psycopg.errors import DiskFull

from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.models import Participant
from tests.conduct.conftest import NOW
from tests.conduct.pages.conftest import Clock
from tests.conduct.pages.seats import PHONE, saved
from tests.conduct.walking import form_url, included, release

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people, day0=NOW.date() + timedelta(days=3))


def test_a_rater_fills_the_form_in_with_digits_alone(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    page = seat(people["rater"]).open(form_url(person, "instrument:caps5", "baseline"))
    page.keyboard.type("43210123401234012340")
    saved(page, 20)
    held = current(person.identifier).answers("instrument:caps5", "baseline")
    assert "".join(held[str(n)] for n in range(1, 21)) == "43210123401234012340"
    page.keyboard.type("1122222")
    page.keyboard.press(
        "Delete"
    )  # takes nothing away: the focus is on the next question
    page.keyboard.type("5")
    page.keyboard.type("22")
    page.keyboard.press("Enter")
    page.wait_for_url("**/forms/instrument:madrs/**")
    assert current(person.identifier).is_complete("instrument:caps5", "baseline")


def test_ranges_and_skips_in_the_browser(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    page = seat(people["coordinator"], PHONE).open(form_url(person, "characteristics"))
    page.fill("[name=age]", "700")
    page.keyboard.press("Enter")
    page.wait_for_selector(".said.problem:has-text('at most 120 years')")
    assert current(person.identifier).answers("characteristics") == {}
    page.fill("[name=age]", "70")
    page.keyboard.press("Enter")
    saved(page, 1)
    page = seat(people["coordinator"]).open(form_url(person, "visit", "baseline"))
    assert not page.locator("[data-name=reason]").is_visible()
    page.check("[name=status][value=missed]", force=True)
    assert page.locator("[data-name=reason]").is_visible()
    page.fill("[name=reason]", "was ill")
    saved(page, 2)
    page.check("[name=status][value=done]", force=True)
    page.wait_for_function("document.querySelector('[name=reason]').value === ''")
    page.fill("[name=date]", "2027-01-04")
    page.keyboard.press("Tab")
    page.wait_for_timeout(300)
    page.click("text=Complete")
    page.wait_for_selector(".message.success")
    assert current(person.identifier).answers("visit", "baseline") == {
        "status": "done", "date": "2027-01-04",
    }  # fmt: skip


def test_the_draft_is_kept_when_the_session_ends(
    person: Participant, people: dict[str, User], seat: Any, clock: Clock
) -> None:
    doctor = seat(people["investigator"])
    page = doctor.open(form_url(person, "relapse-plan"))
    page.locator("[name=plan]").press_sequentially("Call the ward")
    saved(page, 1)
    clock.forward(minutes=21)
    page.locator("[name=contact]").press_sequentially("sister")
    page.wait_for_selector("[data-name=contact] .said:has-text('session has ended')")
    assert current(person.identifier).answers("relapse-plan") == {
        "plan": "Call the ward"
    }
    doctor.log_in(people["investigator"])
    assert page.input_value("[name=contact]") == "sister"  # still on the screen
    page.locator("[name=contact]").press_sequentially(" too")
    saved(page, 2)
    page = doctor.open(form_url(person, "relapse-plan"))
    assert page.input_value("[name=plan]") == "Call the ward"
    assert page.input_value("[name=contact]") == "sister too"


def test_an_answer_that_could_not_be_saved_says_so_and_is_tried_again(
    person: Participant,
    people: dict[str, User],
    seat: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*args: object, **named: object) -> None:
        raise OperationalError from DiskFull("could not extend file")

    doctor = seat(people["investigator"], PHONE)
    page = doctor.open(form_url(person, "relapse-plan"))
    with monkeypatch.context() as patch:
        patch.setattr("equipoise.conduct.capture.form_saving.record", full)
        page.fill("[name=contact]", "sister")
        page.wait_for_selector(
            "[data-name=contact] .said:has-text('Not saved: the disk')"
        )
        assert "sent again automatically" in page.inner_text(
            "[data-name=contact] .said"
        )
        assert current(person.identifier).answers("relapse-plan") == {}
        assert page.input_value("[name=contact]") == "sister"  # kept on the page
        page.click("text=Complete")
        page.wait_for_selector("h1:has-text('This was not saved')")
        assert "sister" in page.inner_text("dl")
        page.go_back()
    page.fill("[name=contact]", "sister and brother")
    saved(page, 1)
    assert current(person.identifier).answers("relapse-plan") == {
        "contact": "sister and brother"
    }
    doctor.noise[:] = [line for line in doctor.noise if "503" not in line]


def test_a_total_that_comes_late_takes_the_place_of_no_later_one(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    page = seat(people["rater"]).open(form_url(person, "instrument:caps5", "baseline"))
    late: list[tuple[Any, Any]] = []

    def held(route: Any) -> None:
        if late:
            route.continue_()
        else:  # saved, and the answer is on its way
            late.append((route, route.fetch()))

    page.route("**/field/**", held)
    page.keyboard.press("1")
    while not late:
        page.wait_for_timeout(20)
    page.keyboard.press("2")
    page.wait_for_selector(".total:has-text('3 of 80; 18 not answered')")
    route, answer = late[0]
    route.fulfill(response=answer)
    saved(page, 2)
    assert "3 of 80; 18 not answered" in page.inner_text(".total")


def test_two_people_at_one_field(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    url = form_url(person, "characteristics")
    one, other = (
        seat(people["coordinator"]).open(url),
        seat(people["investigator"]).open(url),
    )
    one.fill("[name=age]", "40")
    one.keyboard.press("Enter")
    saved(one, 1)
    other.fill("[name=age]", "44")
    other.keyboard.press("Enter")
    other.wait_for_selector(".conflict:has-text('coordinator changed this')")
    text = other.inner_text(".conflict")
    assert "40 years" in text
    assert "44 years" in text
    assert current(person.identifier).answers("characteristics") == {"age": "40"}
    other.click("text=Save mine")
    saved(other, 1)
    assert current(person.identifier).answers("characteristics") == {"age": "44"}


def test_the_bedside_tells_what_to_do_as_soon_as_a_value_is_typed(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    release(person, "infusion-1", "12345678")
    page = seat(people["infusion team"], PHONE).open(
        f"/participants/{person}/infusion/infusion-1/"
    )
    page.fill("[name=SYSBP]", "155")
    page.keyboard.press("Enter")
    page.wait_for_selector(".alert.hold:has-text('Do not start')")
    page.fill("[name=SYSBP]", "128")
    page.keyboard.press("Enter")
    page.wait_for_selector(".alert.hold", state="detached")
    assert "no longer meets the rule" in page.inner_text(".alert.past")  # it stays
    assert page.locator("button[form=start]").is_disabled()
    for name, value in (("DIABP", "80"), ("PULSE", "70"), ("OXYSAT", "98")):
        page.fill(f"[name={name}]", value)
        page.keyboard.press("Enter")
    page.wait_for_selector("button[form=start]:not([disabled])")
    page.fill("[name=syringe]", "12345678")
    page.fill("[name=weight_kg]", "72,5")
    page.click("button:has-text('Start')")
    page.wait_for_selector("[data-since]:has-text('0:0')")
    assert (
        current(person.identifier).answers("infusion", "infusion-1")["weight_kg"]
        == "72.5"
    )


def test_a_lost_connection_says_so_and_keeps_what_was_typed(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    coordinator = seat(people["coordinator"])
    page = coordinator.open(form_url(person, "characteristics"))
    coordinator.context.set_offline(True)
    coordinator.type("41", "Enter", "1")
    for name in ("age", "sex"):
        page.wait_for_selector(f"[data-name={name}] .said:has-text('Not saved yet')")
    assert page.input_value("[name=age]") == "41"
    page.click("text=Complete")  # would lead to the error page of the browser
    page.wait_for_selector(".submit .offline:has-text('Not sent: no connection')")
    assert page.input_value("[name=age]") == "41"
    assert current(person.identifier).answers("characteristics") == {}
    coordinator.context.set_offline(False)
    saved(page, 2)
    held = current(person.identifier).answers("characteristics")
    assert held == {"age": "41", "sex": "F"}


def test_the_back_button_shows_what_holds_and_sends_nothing_twice(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    doctor = seat(people["investigator"])
    page = doctor.open(f"/participants/{person}/")
    page.click("a[href$='/forms/eligibility/']")
    page.wait_for_url("**/eligibility/")
    page.wait_for_function("document.activeElement.matches('.question')")
    doctor.type("yyynnnnnnnn")
    saved(page, 11)
    doctor.type("Enter")
    page.wait_for_selector(".message.success:has-text('Eligibility is complete')")
    length = Entry.objects.count()
    page.go_back()
    page.wait_for_selector(".state:has-text('complete')")
    assert page.locator("form.entry input[type=radio]").count() == 0
    page.go_forward()
    page.wait_for_selector("h1:has-text('P0001')")
    assert Entry.objects.count() == length


def test_a_long_name_leaves_room_for_the_way_out(
    people: dict[str, User], seat: Any
) -> None:
    people["administrator"].first_name = "Wilhelmina Administrator-Featherstonehaugh"
    people["administrator"].save()
    page = seat(people["administrator"], PHONE).open("/")
    own = page.locator(".own b").bounding_box()
    out = page.get_by_role("button", name="Sign out").bounding_box()
    assert own["x"] + own["width"] + 4 <= out["x"]
    assert out["x"] + out["width"] <= PHONE["width"]
