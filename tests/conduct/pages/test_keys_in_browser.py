"""Forms in a real browser: what scrolls never answers, missing codes, sessions that end."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.models import Participant
from tests.conduct.conftest import NOW
from tests.conduct.pages.conftest import Clock
from tests.conduct.pages.seats import DESK, PHONE, saved
from tests.conduct.screened import form, write
from tests.conduct.walking import form_url, included

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)
SCROLLING = ("ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "PageDown", "PageUp",
             "End", "Home")  # fmt: skip
CAPS = "instrument:caps5"
CHECKED = "document.querySelectorAll('.question input:checked').length"
VALUES = "[...document.querySelectorAll('.question [name]')].map(c => c.value).join()"


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people, day0=NOW.date() + timedelta(days=3))


@pytest.mark.parametrize(
    ("role", "name", "visit", "selector"),
    [
        ("rater", CAPS, "baseline", "[data-name='1'] input"),
        ("rater", CAPS, "baseline", "[data-name='1']"),
        ("rater", CAPS, "baseline", "[name='no-answer:1']"),
        ("rater", "guess:rater", "week-1", "[data-name='guess'] input"),
        ("coordinator", "characteristics", "", "[name=age]"),
        ("coordinator", "visit", "baseline", "[name=date]"),
        ("coordinator", "consent", "", "[name=signed_at]"),
    ],
)
def test_keys_and_the_wheel_scroll_and_answer_nothing(
    person: Participant, people: dict[str, User], seat: Any,
    role: str, name: str, visit: str, selector: str,
) -> None:  # fmt: skip
    if name == "consent":
        return_to_draft(person)
    page = seat(people[role], {"width": 900, "height": 260}).open(
        form_url(person, name, visit)
    )
    if name == "visit":
        page.check("[name=status][value=done]", force=True)
        saved(page, 1)
    before, length = page.evaluate(VALUES), Entry.objects.count()
    checked = page.evaluate(CHECKED)
    for key in SCROLLING:
        page.locator(selector).first.focus()
        page.keyboard.press(key)
        page.keyboard.press("Escape")  # closes a list that has opened
    page.locator(selector).first.focus()
    box = page.locator(selector).first.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.wheel(0, 120)
    page.wait_for_timeout(300)
    assert page.evaluate(VALUES) == before
    assert page.evaluate(CHECKED) == checked
    assert Entry.objects.count() == length


def return_to_draft(person: Participant) -> None:
    write(person.identifier, [Fact("void", "consent", value="x", reason="x")])


def test_arrows_scroll_and_a_form_opens_with_no_answer_emphasized(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    page = seat(people["rater"], {"width": 900, "height": 400}).open(
        form_url(person, CAPS, "baseline")
    )
    assert page.evaluate("document.activeElement.className").startswith("question")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("scrollY") > 40
    guess = seat(people["rater"]).open(form_url(person, "guess:rater", "week-1"))
    assert guess.evaluate("document.activeElement.dataset.name") == "guess"
    rings = [
        guess.evaluate("s => getComputedStyle(s).outlineStyle", span)
        for span in guess.query_selector_all(".choice span")
    ]
    assert set(rings) == {"none"}
    guess.keyboard.press("2")  # keys that are meant to answer do
    saved(guess, 1)


def test_every_answer_is_reached_without_a_mouse(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    rater = seat(people["rater"])
    page = rater.open(form_url(person, CAPS, "baseline"))
    page.keyboard.press("Tab")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    saved(page, 1)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    page.wait_for_function('document.querySelector(\'[name="1"][value="2"]\').checked')
    rater.reach("[name='no-answer:1']")
    page.wait_for_timeout(200)
    held = current(person.identifier).answers(CAPS, "baseline")
    assert held == {"1": "2"}


def test_a_missing_code_takes_the_place_of_an_answer_and_gives_it_back(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    page = seat(people["rater"], PHONE).open(form_url(person, CAPS, "baseline"))
    page.keyboard.press("3")
    page.wait_for_selector(".total:has-text('3 of 80; 19 not answered')")
    page.select_option("[name='no-answer:1']", "missing:not assessed")
    page.wait_for_selector(".total:has-text('not known yet; 20 not answered')")
    assert page.evaluate(CHECKED) == 0
    said = current(person.identifier).said(CAPS, "baseline")
    assert said == {"1": "missing:not assessed"}
    page.focus("[data-name='1']")
    page.keyboard.press("-")
    assert page.evaluate("document.activeElement.name") == "no-answer:1"
    page.keyboard.press("Escape")
    page.focus("[data-name='1']")
    page.keyboard.press("1")
    page.wait_for_selector(".total:has-text('1 of 80; 19 not answered')")
    assert page.input_value("[name='no-answer:1']") == ""
    page.focus("[data-name='1']")
    page.keyboard.press("Delete")
    page.wait_for_selector("[data-name='1'] .said:has-text('Cleared')")
    assert current(person.identifier).said(CAPS, "baseline") == {}


def test_recorded_conditional_answers_are_on_the_page_and_on_paper(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    form(
        person.identifier, "visit", {"status": "done", "date": "2027-01-05"}, "baseline"
    )
    page = seat(people["monitor"]).open(form_url(person, "visit", "baseline"))
    for medium in ("screen", "print"):
        page.emulate_media(media=medium)
        assert page.locator("text=2027-01-05").first.is_visible()


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_a_rater_breaks_off_is_logged_out_and_finds_everything(
    person: Participant, people: dict[str, User], seat: Any, clock: Clock,
    size: dict[str, int],
) -> None:  # fmt: skip
    rater = seat(people["rater"], size)
    page = rater.open(form_url(person, CAPS, "baseline"))
    page.focus("[data-name='1']")
    page.keyboard.type("123412341234")
    saved(page, 12)
    clock.forward(minutes=21)
    page.goto(rater.address + form_url(person, CAPS, "baseline"))
    page.wait_for_selector("h1:has-text('Sign in')")
    assert "Your session ended" in page.inner_text("main")
    rater.log_in(people["rater"])
    page = rater.open(form_url(person, CAPS, "baseline"))
    assert page.evaluate(CHECKED) == 12
    assert "30 of 80; 8 not answered" in page.inner_text(".total")
    if size == DESK:
        assert page.evaluate("document.activeElement.dataset.name") == "13"


def test_complete_after_the_end_of_the_session_loses_nothing(
    person: Participant, people: dict[str, User], seat: Any, clock: Clock
) -> None:
    doctor = seat(people["investigator"])
    page = doctor.open(form_url(person, "relapse-plan"))
    page.fill("[name=plan]", "Call the ward")
    saved(page, 1)
    clock.forward(minutes=21)
    page.evaluate("document.querySelector('[name=contact]').value = 'sister'")
    page.evaluate("document.querySelector('[name=agreed_on]').value = '2027-01-04'")
    page.click("text=Complete")
    page.wait_for_selector(".submit .offline:has-text('your session has ended')")
    assert page.locator("#session a:has-text('Sign in in a new tab')").is_visible()
    assert page.input_value("[name=contact]") == "sister"
    doctor.log_in(people["investigator"])
    page.click("text=Complete")
    page.wait_for_selector(".message.success:has-text('Relapse plan is complete')")
    held = current(person.identifier).answers("relapse-plan")
    assert held["contact"] == "sister"


def test_the_end_of_the_session_is_told_before_it_comes(
    person: Participant, people: dict[str, User], seat: Any, settings: Settings
) -> None:
    settings.IDLE_MINUTES = 1  # below the two minutes before which it is told
    page = seat(people["rater"]).open(form_url(person, CAPS, "baseline"))
    page.wait_for_selector("#session:has-text('Your session ends in 1 minute ')")
    page.click("text=Stay signed in")
    page.wait_for_selector("#session", state="detached")


def test_seven_answers_stand_in_one_row_on_a_telephone(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    rater = seat(people["rater"], PHONE)
    page = rater.open(form_url(person, "instrument:madrs", "baseline"))
    tops = page.evaluate(
        "[...document.querySelectorAll('[data-name=\"1\"] .choice')]"
        ".map(c => Math.round(c.getBoundingClientRect().top))"
    )
    label = (
        "getComputedStyle(document.querySelector('.question .label')).borderTopStyle"
    )
    assert page.evaluate(label) == "none"  # a label on a syringe has a border
    assert len(tops) == 7
    assert len(set(tops)) == 1
    assert not rater.is_wide()


TOPS = "[...document.querySelectorAll('.question')].map(q => q.offsetTop)"


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize(
    ("role", "name", "visit", "selector", "typed"),
    [
        ("rater", CAPS, "baseline", "[data-name='1'] label.choice", ""),
        ("coordinator", "characteristics", "", "[name=age]", "41"),
    ],
)
def test_no_question_moves_under_the_finger_when_an_answer_is_saved(
    person: Participant, people: dict[str, User], seat: Any, size: dict[str, int],
    role: str, name: str, visit: str, selector: str, typed: str,
) -> None:  # fmt: skip
    """An answer that is tapped while an earlier one is saved would be another one."""
    page = seat(people[role], size).open(form_url(person, name, visit))
    before = page.evaluate(TOPS)
    if typed:
        page.locator(selector).first.fill(typed)
        page.locator(selector).first.blur()
    else:
        page.locator(selector).first.click()
    saved(page, 1)
    assert page.evaluate(TOPS) == before
