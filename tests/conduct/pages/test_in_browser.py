"""The pages in a real browser: keyboard, autosave, idle timeout, accessibility."""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client
from psycopg.errors import DiskFull

from equipoise.conduct.capture.current import current
from equipoise.conduct.capture.models import Participant
from tests.conduct.conftest import NOW
from tests.conduct.pages.conftest import Clock
from tests.conduct.walking import BACKEND, form_url, included, release

CHROMIUM = "/usr/bin/chromium"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed"
)
pytestmark = [
    pytest.mark.django_db(databases=["default", "vault"], transaction=True),
    pytest.mark.skipif(
        not os.path.exists(CHROMIUM), reason="no chromium on this machine"
    ),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "1"  # playwright runs a loop in this thread
    )
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Seat:
    """Somebody at a screen."""

    def __init__(
        self, chromium: Any, address: str, size: dict[str, int], dark: bool
    ) -> None:
        scheme = "dark" if dark else "light"
        self.context = chromium.new_context(viewport=size, color_scheme=scheme)
        self.page, self.address, self.noise = self.context.new_page(), address, []
        self.page.set_default_timeout(8000)
        self.page.on("pageerror", lambda error: self.noise.append(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.noise.append(message.text)

    def log_in(self, user: User) -> "Seat":
        client = Client()
        client.force_login(user, backend=BACKEND)
        value = client.cookies["sessionid"].value
        self.context.add_cookies(
            [{"name": "sessionid", "value": value, "url": self.address}]
        )
        return self

    def open(self, path: str) -> Any:
        self.page.goto(self.address + path)
        return self.page


@pytest.fixture
def seat(chromium: Any, live_server: Any) -> Iterator[Any]:
    made: list[Seat] = []

    def sit(user: User, size: dict[str, int] = DESK, *, dark: bool = False) -> Seat:
        made.append(Seat(chromium, live_server.url, size, dark).log_in(user))
        return made[-1]

    yield sit
    for one in made:
        one.context.close()
    assert [noise for one in made for noise in one.noise] == []


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people, day0=NOW.date() + timedelta(days=3))


def saved(page: Any, count: int) -> None:
    page.wait_for_function(
        "n => [...document.querySelectorAll('.said')].filter("
        "s => s.textContent.includes('Saved')).length >= n",
        arg=count,
    )


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
    page.fill("[name=date]", "2027-01-05")
    page.keyboard.press("Tab")
    page.wait_for_timeout(300)
    page.click("text=Complete")
    page.wait_for_selector(".message.success")
    assert current(person.identifier).answers("visit", "baseline") == {
        "status": "done", "date": "2027-01-05",
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
        patch.setattr("equipoise.conduct.capture.saving.append", full)
        page.fill("[name=contact]", "sister")
        page.wait_for_selector(
            "[data-name=contact] .said:has-text('Not saved: the disk')"
        )
        assert "tried again" in page.inner_text("[data-name=contact] .said")
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
    other.click("text=Write mine")
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
    page.fill("[name=syringe]", "12345678")
    page.fill("[name=weight_kg]", "72,5")
    page.click("button:has-text('Start')")
    page.wait_for_selector("[data-since]:has-text('0:0')")
    assert (
        current(person.identifier).answers("infusion", "infusion-1")["weight_kg"]
        == "72.5"
    )


PAGES = {
    "coordinator": ["/", "/participants/", "/participants/P0001/", "/recruitment/",
                    "/participants/P0001/forms/characteristics/",
                    "/participants/P0001/forms/visit/?visit=baseline"],
    "rater": ["/", "/participants/P0001/", "/participants/P0001/infusion/infusion-1/",
              "/participants/P0001/forms/instrument:caps5/?visit=baseline"],
    "infusion team": ["/", "/participants/P0001/infusion/infusion-1/"],
    "investigator": ["/participants/P0001/", "/participants/P0001/events/",
                     "/participants/P0001/forms/eligibility/",
                     "/participants/P0001/forms/exclusion/"],
    "monitor": ["/", "/participants/P0001/", "/recruitment/"],
    "administrator": ["/", "/recruitment/"],
}  # fmt: skip


@pytest.mark.parametrize("dark", [False, True])
def test_no_page_has_a_fault_that_axe_knows(
    person: Participant, people: dict[str, User], seat: Any, dark: bool
) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="no axe-core"
    ).Axe()
    faults = []
    for role, paths in PAGES.items():
        for size in (DESK, PHONE):
            there = seat(people[role], size, dark=dark)
            for path in paths:
                page = there.open(path)
                for fault in axe.run(page).response["violations"]:
                    where = [node["html"][:160] for node in fault["nodes"]][:2]
                    faults.append((role, path, fault["id"], where))
                wide = page.evaluate(
                    "document.documentElement.scrollWidth - innerWidth"
                )
                if wide > 0:
                    faults.append((role, path, "wider than the screen", wide))
    assert faults == []
