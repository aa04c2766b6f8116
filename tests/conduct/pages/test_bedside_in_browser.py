"""The bedside in a real browser: no connection, one thumb, and what calls for attention."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.safety.alerts import alarms
from equipoise.conduct.safety.infusion import run_of
from tests.conduct.conftest import NOW
from tests.conduct.pages.conftest import Clock
from tests.conduct.pages.seats import PHONE, saved
from tests.conduct.walking import included, measure, release

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)
VISIT, NUMBER = "infusion-1", "12345678"


@pytest.fixture
def person(people: dict[str, User], actor: Callable[[str], Actor]) -> Participant:
    made = included(people, day0=NOW.date())
    measure(made, actor("infusion team"), VISIT)
    release(made, VISIT, NUMBER)
    return made


def bedside(person: Participant, people: dict[str, User], seat: Any) -> Any:
    nurse = seat(people["infusion team"], PHONE)
    nurse.open(f"/participants/{person}/infusion/{VISIT}/")
    return nurse


def begin(page: Any) -> None:
    page.fill("[name=syringe]", NUMBER)
    page.fill("[name=weight_kg]", "72,5")
    page.click("button:has-text('Start')")


def test_a_whole_infusion_without_a_connection_is_sent_once_and_in_order(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    nurse = bedside(person, people, seat)
    page = nurse.page
    nurse.context.set_offline(True)
    begin(page)
    page.wait_for_selector("#queue:has-text('1 entry is waiting for the connection')")
    assert page.inner_text("#state") == "running"
    page.fill("[name=reason] >> visible=true", "cough")
    page.click("button:has-text('Interrupt')")
    page.click("button:has-text('Resume')")
    page.click("button:has-text('Repeat vital signs')")
    page.fill("#now details[data-made] [name=SYSBP]", "185")
    page.keyboard.press("Enter")
    page.wait_for_selector("#queue:has-text('5 entries are waiting')")  # and its time
    page.wait_for_selector("#queue .alert.stop:has-text('185 mmHg (limit ≥ 180)')")
    page.click("button:has-text('Stop')")
    assert page.inner_text("#state") == "running"
    page.click("button:has-text('Tap again to stop')")
    page.wait_for_selector("#queue:has-text('6 entries are waiting')")
    assert page.inner_text("#state") == "stopped"
    assert not Entry.objects.filter(form="infusion").exists()
    nurse.context.set_offline(False)
    page.wait_for_selector("#live .alert:has-text('STOP: Systolic blood pressure 185')")
    assert page.locator("#queue .alert").count() == 0
    page.wait_for_selector("#state:has-text('stopped')")
    known = current(person.identifier)
    acts = Entry.objects.filter(form="infusion", act="bedside action").order_by("seq")
    assert [a.reason.partition(",")[0] for a in acts] == [
        "start", "interrupt", "resume", "stop",
    ]  # fmt: skip
    run = run_of(person, VISIT, known)
    assert [p.reason for p in run.pauses] == ["cough"]
    assert known.answers("vitals", VISIT, 0)["SYSBP"] == "185"
    queue = "Object.entries(localStorage).filter(([key]) => key !== 'used')"
    ((_, left),) = page.evaluate(queue)
    assert left == "[]"


def test_an_alert_is_acknowledged_without_a_connection(
    person: Participant,
    people: dict[str, User],
    actor: Callable[[str], Actor],
    seat: Any,
    clock: Clock,
) -> None:
    measure(person, actor("infusion team"), VISIT, -29, SYSBP="155")
    nurse = bedside(person, people, seat)
    page, tapped = nurse.page, clock.now
    page.click(".alert summary")
    page.click("h1")  # what has the focus is left alone
    page.evaluate("htmx.trigger('#live', 'again')")  # as every 15 seconds
    page.wait_for_timeout(100)
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    nurse.context.set_offline(True)
    page.fill(".alert [name=done]", "rests for 15 minutes")
    page.click(".alert button:has-text('Acknowledge')")
    page.wait_for_selector(".alert:has-text('Acknowledged: rests for 15 minutes')")
    page.wait_for_selector("#queue:has-text('1 entry is waiting')")
    assert page.locator(".alert form").count() == 0
    clock.forward(minutes=5)
    nurse.context.set_offline(False)
    page.wait_for_selector("summary:has-text('1 acknowledged alert')")
    (alarm,) = alarms([person.identifier])[person.identifier]
    assert alarm.done == "rests for 15 minutes"
    assert abs(alarm.acknowledged_at - tapped) < timedelta(minutes=1)
    assert Entry.objects.filter(act="acknowledge").count() == 1
    (noted,) = Entry.objects.filter(act="bedside action")
    assert noted.reason.startswith("acknowledge, tapped 2027-01-04T09:0")


def test_an_answer_that_was_lost_on_the_way_back_doubles_nothing(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    """The server has done it and the browser was not told: it asks again."""
    nurse = bedside(person, people, seat)
    page, lost = nurse.page, []

    def swallow(route: Any) -> None:
        route.fetch()
        lost.append(route.request.post_data)
        route.abort()
        page.unroute("**/do/**")

    page.route("**/do/**", swallow)
    begin(page)
    page.wait_for_selector("#queue:has-text('1 entry is waiting')")
    page.wait_for_selector("#state:has-text('running')", timeout=15_000)
    nurse.noise[:] = [n for n in nurse.noise if "ERR_FAILED" not in n]
    assert len(lost) == 1
    assert Entry.objects.filter(item="started_at").count() == 1
    assert Entry.objects.filter(act="bedside action").count() == 1


def test_what_waits_outlives_the_page(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    nurse = bedside(person, people, seat)
    page = nurse.page
    nurse.context.set_offline(True)
    begin(page)
    page.wait_for_selector("#queue:has-text('1 entry is waiting')")
    page.goto("about:blank")
    nurse.context.set_offline(False)
    nurse.open(f"/participants/{person}/infusion/{VISIT}/")
    page.wait_for_selector("#state:has-text('running')")
    assert current(person.identifier).answers("infusion", VISIT)["weight_kg"] == "72.5"


def test_a_refused_start_is_told_and_keeps_what_was_typed(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    page = bedside(person, people, seat).page
    page.fill("[name=syringe]", "99999999")
    page.fill("[name=weight_kg]", "70")
    page.click("button:has-text('Start')")
    page.wait_for_selector("#queue:has-text('not the syringe that was released')")
    assert page.input_value("[name=syringe]") == "99999999"
    page.click("#queue button")
    assert page.inner_text("#queue") == ""


def test_a_scale_on_which_nothing_is_observed_in_two_taps(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    page = bedside(person, people, seat).page
    scale = page.locator("details:has(form[aria-label*=CADSS])")
    scale.locator("summary").click()
    scale.locator("[name='3'][value='2']").check(force=True)
    saved(page, 1)
    button = scale.locator("[data-absent]")
    button.click()
    assert button.inner_text() == "Tap again: 22 items as 0"
    button.click()
    saved(page, 23)
    held = current(person.identifier).answers("instrument:cadss", VISIT, -30)
    assert [held[str(n)] for n in range(1, 24)] == ["0", "0", "2", *["0"] * 20]


def test_the_time_of_a_measurement_is_that_of_its_first_value(
    person: Participant, people: dict[str, User], seat: Any, clock: Clock
) -> None:
    nurse = bedside(person, people, seat)
    nurse.open(f"/participants/{person}/infusion/{VISIT}/?minute=-29")
    page = nurse.page
    assert page.input_value("[name=measured_at]").startswith("2027-01-04T09:01")
    page.fill("[name=OXYSAT]", "97")
    page.keyboard.press("Enter")
    saved(page, 2)
    first = current(person.identifier).answers("vitals", VISIT, -29)
    assert first["measured_at"].startswith("2027-01-04T09:01")
    clock.forward(minutes=5)
    nurse.open(f"/participants/{person}/infusion/{VISIT}/?minute=-29")
    page.fill("[name=PULSE]", "70")
    page.keyboard.press("Enter")
    saved(page, 1)
    later = current(person.identifier).answers("vitals", VISIT, -29)
    assert later == first | {"PULSE": "70"}


def test_what_is_due_calls_for_attention_without_a_reload(
    person: Participant, people: dict[str, User], seat: Any, clock: Clock
) -> None:
    page = bedside(person, people, seat).page
    begin(page)
    page.wait_for_selector("#state:has-text('running')")
    page.evaluate("navigator.vibrate = p => { window.shaken = p; return true; }")
    assert page.locator("[data-minute='20']").get_attribute("data-state") == "coming"
    clock.forward(minutes=20)
    page.evaluate("htmx.trigger('#live', 'again')")  # as every 15 seconds
    page.wait_for_selector("[data-minute='20'][data-state=due]")
    page.wait_for_function("() => document.title.includes(' due) Infusion 1')")
    page.wait_for_function("() => window.shaken !== undefined")


def test_targets_are_large_and_nothing_scrolls_sideways(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    nurse = bedside(person, people, seat)
    begin(nurse.page)
    nurse.page.wait_for_selector("#state:has-text('running')")
    assert not nurse.is_wide()
    small = nurse.page.evaluate("""() => [...document.querySelectorAll(
      '.deeds button, .deeds input, #now input, #now button, .times a')].filter(
      e => e.offsetParent && !e.matches('[type=radio]')
        && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)""")
    assert small == []


def test_a_tap_that_is_too_old_is_not_carried_out(
    person: Participant, people: dict[str, User], seat: Any, clock: Clock
) -> None:
    nurse = bedside(person, people, seat)
    nurse.context.set_offline(True)
    begin(nurse.page)
    nurse.page.wait_for_selector("#queue:has-text('1 entry is waiting')")
    clock.forward(**{"seconds": timedelta(hours=13).total_seconds()})
    nurse.log_in(people["infusion team"])
    nurse.context.set_offline(False)
    nurse.page.wait_for_selector("#queue:has-text('entry is too old')")
    assert not Entry.objects.filter(item="started_at").exists()


def test_no_measurement_moves_when_a_value_is_saved(
    person: Participant, people: dict[str, User], seat: Any
) -> None:
    page = bedside(person, people, seat).page
    tops = "[...document.querySelectorAll('#now .question')].map(q => q.offsetTop)"
    page.click("button:has-text('Repeat vital signs')")
    before = page.evaluate(tops)
    page.fill("#now details[data-made] [name=SYSBP]", "125")
    page.keyboard.press("Tab")
    saved(page, 1)
    assert page.evaluate(tops) == before
