"""The bedside through HTTP: the nurse sees everything, the rater nothing."""

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.locking import set_aside
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.safety.alerts import alarms
from tests.conduct.conftest import NOW
from tests.conduct.pages.conftest import Clock
from tests.conduct.screened import form, write
from tests.conduct.walking import (
    browser,
    form_url,
    included,
    measure,
    release,
    send,
)

VISIT = "infusion-1"
VITALS = {"SYSBP": "185", "DIABP": "80", "PULSE": "70", "OXYSAT": "98"}


@pytest.fixture
def person(people: dict[str, User]) -> Participant:
    return included(people)


def test_a_day_at_the_bedside(person: Participant, people: dict[str, User]) -> None:
    nurse, page = (
        browser(people["infusion team"]),
        f"/participants/{person}/infusion/infusion-1/",
    )
    fresh = nurse.get(page).content.decode()
    assert "not started" in fresh
    early = nurse.post(page + "do/stop/", follow=True)
    assert "Not done" in early.content.decode()
    assert "No syringe has been released" in nurse.get(page).content.decode()
    told = nurse.post(page + "do/start/", {"weight_kg": "70,5"}, follow=True)
    assert "No syringe has been released" in told.content.decode()


def test_no_start_without_the_measurements_of_the_protocol(
    person: Participant, people: dict[str, User]
) -> None:
    nurse, page = (
        browser(people["infusion team"]),
        f"/participants/{person}/infusion/infusion-1/",
    )
    said = {"weight_kg": "70,5", "syringe": release(person, "infusion-1")}
    unmeasured = nurse.get(page).content.decode()
    assert "measure first, within 60 min: Systolic blood pressure" in unmeasured
    assert '<button form="start" disabled>Start</button>' in unmeasured
    refused = nurse.post(page + "do/start/", said)
    assert refused.status_code == 422
    assert "Not started: measure first" in refused.content.decode()
    assert 'value="70,5"' in refused.content.decode()  # typed once
    assert f'value="{said["syringe"]}"' in refused.content.decode()
    measure(person, actor_of(people["infusion team"], at=NOW), "infusion-1")
    assert nurse.post(page + "do/start/", said).status_code == 302


def test_an_infusion_at_the_bedside(
    person: Participant, people: dict[str, User]
) -> None:
    nurse, page = (
        browser(people["infusion team"]),
        f"/participants/{person}/infusion/infusion-1/",
    )
    said = {"weight_kg": "70,5", "syringe": release(person, "infusion-1")}
    measure(person, actor_of(people["infusion team"], at=NOW), "infusion-1")
    assert "Syringe number" in nurse.get(page).content.decode()
    other = nurse.post(page + "do/start/", said | {"syringe": "1"}, follow=True)
    assert "not the syringe that was released" in other.content.decode()
    assert nurse.post(page + "do/start/", said).status_code == 302
    url = form_url(person, "vitals", "infusion-1", 10)
    said = send(nurse, url, VITALS | {"measured_at": "2027-01-04T09:01"},
                **{"from": "infusion"})  # fmt: skip
    assert said["Location"].startswith(page)
    text = nurse.get(page).content.decode()
    assert "STOP: Systolic blood pressure 185 mmHg" in text
    assert "call the anesthesiologist" in text
    assert "STOP" in nurse.get(page + "alerts/").content.decode()
    repeated = nurse.post(page + "do/repeat/")["Location"]
    assert "minute=" in repeated
    assert nurse.get(repeated).status_code == 200
    assert nurse.post(page + "do/interrupt/", {"reason": "pressure"}).status_code == 302
    assert "interrupted" in nurse.get(page).content.decode()
    nurse.post(page + "do/resume/")
    asked = nurse.post(page + "do/stop/", {"reason": "rule"}).content.decode()
    assert "Stop the infusion of P0001?" in asked
    assert "stopped_at" not in current(person.identifier).answers("infusion", VISIT)
    nurse.post(page + "do/stop/", {"reason": "rule", "sure": "yes"})
    held = current(person.identifier).answers("infusion", "infusion-1")
    assert held["weight_kg"] == "70.5"
    assert (held["interrupted"], held["reason"]) == ("yes", "pressure")
    assert (held["stopped_early"], held["early_reason"]) == ("yes", "rule")
    assert "STOP: Systolic blood pressure 185 mmHg" in nurse.get(page).content.decode()


def test_a_stop_without_a_reason_is_asked_for_it(
    person: Participant, people: dict[str, User]
) -> None:
    nurse = browser(people["infusion team"])
    page = f"/participants/{person}/infusion/infusion-1/"
    said = {"weight_kg": "70,5", "syringe": release(person, "infusion-1")}
    measure(person, actor_of(people["infusion team"], at=NOW), "infusion-1")
    nurse.post(page + "do/start/", said)
    asked = "An answer is missing, such as the reason for stopping early."
    assert asked not in nurse.get(page).content.decode()
    nurse.post(page + "do/stop/", {"sure": "yes"})
    assert asked in nurse.get(page).content.decode()
    nurse.post(
        form_url(person, "infusion", VISIT),
        {"early_reason": "wished to stop", "seen": "1000000"},
    )
    assert current(person.identifier).is_complete("infusion", VISIT)
    assert asked not in nurse.get(page).content.decode()


def test_an_infusion_that_is_not_given_is_not_started(
    person: Participant, people: dict[str, User]
) -> None:
    """Nothing starts it before the mark is taken back, and the page says so."""
    nurse, at = (
        browser(people["infusion team"]),
        actor_of(people["infusion team"], at=NOW),
    )
    page = f"/participants/{person}/infusion/infusion-1/"
    said = {"weight_kg": "70,5", "syringe": release(person, "infusion-1")}
    measure(person, at, "infusion-1")
    place = place_of(person, "infusion", VISIT)
    set_aside(place, "not done", actor=at, at=NOW, reason="no vein was found")
    text = " ".join(nurse.get(page).content.decode().split())
    assert "This infusion was marked as not done: no vein was found" in text
    assert 'form="start"' not in text
    refused = nurse.post(page + "do/start/", said)
    assert refused.status_code == 422
    assert "Not done: This form is not done" in refused.content.decode()
    set_aside(place, "reopen", actor=at, at=NOW, reason="a vein was found")
    assert nurse.post(page + "do/start/", said).status_code == 302


def test_another_weight_is_entered_with_the_start(
    person: Participant, people: dict[str, User]
) -> None:
    """Who weighed again is not sent to another page."""
    nurse = browser(people["infusion team"])
    page = f"/participants/{person}/infusion/infusion-1/"
    form(person.identifier, "characteristics", {"weight_kg": "70"})
    said = {"weight_kg": "90", "syringe": release(person, "infusion-1")}
    measure(person, actor_of(people["infusion team"], at=NOW), "infusion-1")
    refused = nurse.post(page + "do/start/", said)
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "The infusion cannot start: weight today 90 kg" in text
    assert '<button form="start">Start</button>' in text
    assert nurse.post(page + "do/start/", said | {"weight_kg": "71"}).status_code == 302
    assert current(person.identifier).answers("infusion", VISIT)["weight_kg"] == "71"


def test_an_acknowledgement_with_a_key_is_made_once(
    person: Participant, people: dict[str, User]
) -> None:
    nurse, name = browser(people["infusion team"]), person.identifier
    measure(person, actor_of(people["infusion team"], at=NOW), VISIT, SYSBP="155")
    (alarm,) = alarms([name])[name]
    page = f"/participants/{person}/infusion/{VISIT}/do/acknowledge/"
    tapped = f"{NOW.timestamp()}"
    said = {"alert": f"{alarm.seq}", "done": "rested", "key": "k", "tapped": tapped}
    assert [nurse.post(page, said).status_code for _ in range(2)] == [204, 204]
    assert Entry.objects.filter(act="acknowledge").count() == 1
    assert Entry.objects.filter(act="bedside action").count() == 1
    (alarm,) = alarms([name])[name]
    assert (alarm.done, alarm.acknowledged_at) == ("rested", NOW)
    empty = nurse.post(page, said | {"key": "other", "done": " "})
    assert empty.status_code == 422
    unknown = nurse.post(
        page.replace("acknowledge", "acknowlege"), said | {"key": "new"}
    )
    assert (unknown.status_code, "acknowlege" in unknown.text) == (422, True)
    assert Entry.objects.filter(act="bedside action").count() == 1


@pytest.mark.parametrize("role", ["rater", "administrator", "pharmacist"])
def test_those_from_whom_it_is_concealed(
    person: Participant, people: dict[str, User], role: str
) -> None:
    client, page = browser(people[role]), f"/participants/{person}/infusion/infusion-1/"
    nowhere = page.replace(str(person), "P9999")
    for path in ("", "alerts/"):
        one, other = client.get(page + path), client.get(nowhere + path)
        assert one.status_code == other.status_code == 403
        assert "no such participant" in one.content.decode()
    for deed in ("start", "stop", "interrupt", "resume", "repeat", "acknowledge"):
        assert client.post(page + f"do/{deed}/", {"reason": "x"}).status_code == 403
    assert not Entry.objects.filter(form="infusion").exists()


def test_a_rater_finds_no_word_of_infusions(
    person: Participant, people: dict[str, User]
) -> None:
    nurse, rater = browser(people["infusion team"]), browser(people["rater"])
    measure(person, actor_of(people["infusion team"], at=NOW), "infusion-1")
    nurse.post(
        f"/participants/{person}/infusion/infusion-1/do/start/",
        {"weight_kg": "70", "syringe": release(person, "infusion-1")},
    )
    event = nurse.post(f"/participants/{person}/events/")["Location"]
    send(nurse, event, {"term": "Dizziness"})
    text = rater.get(f"/participants/{person}/").content.decode()
    assert "Infusion 1" not in text
    assert "Dizziness" not in text
    assert "Vital" not in text
    assert "Week 2" in text
    assert rater.get(event).status_code == 403
    assert rater.get(event.replace("%231", "%239")).status_code == 403


def test_who_reads_does_not_write(person: Participant, people: dict[str, User]) -> None:
    client, page = (
        browser(people["coordinator"]),
        f"/participants/{person}/infusion/infusion-1/",
    )
    text = client.get(page).content.decode()
    assert "do/start/" not in text
    assert client.post(page + "do/start/", {"weight_kg": "70"}).status_code == 403


def test_a_released_syringe_is_asked_for_and_never_told(
    person: Participant, people: dict[str, User]
) -> None:
    number = release(person, "infusion-1")
    nurse, page = browser(people["infusion team"]), f"/participants/{person}/infusion/"
    text = nurse.get(f"{page}infusion-1/").content.decode()
    assert "Syringe number" in text
    assert number not in text
    text = nurse.get(f"{page}infusion-2/").content.decode()
    assert "No syringe has been released" in text


def test_a_replaced_syringe_asks_for_the_new_number(
    person: Participant, people: dict[str, User]
) -> None:
    old = release(person, "infusion-1")
    nurse, page = browser(people["infusion team"]), f"/participants/{person}/infusion/"
    page += "infusion-1/"
    assert "discarded" not in nurse.get(page).content.decode()
    gone = Fact("discard", "syringe", "infusion-1", item="number", value=None)
    write(str(person), [gone])
    text = nurse.get(page).content.decode()
    assert "The syringe for this infusion was discarded" in text
    assert "Syringe number" not in text
    said = {"weight_kg": "70", "syringe": old}
    told = nurse.post(page + "do/start/", said, follow=True).content.decode()
    assert "was discarded, and no other is released yet" in told
    new = release(person, "infusion-1", "87654321")
    text = nurse.get(page).content.decode()
    assert "The syringe was replaced" in text
    assert new not in text
    told = nurse.post(page + "do/start/", said, follow=True).content.decode()
    assert "enter the number on the new one" in told
    assert "started_at" not in current(str(person)).answers("infusion", "infusion-1")
    measure(person, actor_of(people["infusion team"], at=NOW), "infusion-1")
    nurse.post(page + "do/start/", said | {"syringe": new})
    text = nurse.get(page).content.decode()
    assert "running" in text
    assert f'Syringe <b class="number">{new}</b>' in text


def test_the_screen_of_a_running_infusion_keeps_the_session(
    person: Participant, people: dict[str, User], clock: Clock, settings: Settings
) -> None:
    """Alerts go on without a touch, for at most twice the planned 40 minutes."""
    settings.IDLE_MINUTES = 20
    nurse, page = (
        browser(people["infusion team"]),
        f"/participants/{person}/infusion/infusion-1/",
    )
    said = {"weight_kg": "70,5", "syringe": release(person, "infusion-1")}
    measure(person, actor_of(people["infusion team"], at=NOW), "infusion-1")

    def polled() -> list[tuple[int, str]]:
        """Answers of the page that asks by itself every 19 minutes."""
        answers = []
        for _ in range(6):
            clock.forward(minutes=19)
            told = nurse.get(page + "alerts/", headers={"X-Background": "1"})
            answers.append((told.status_code, told.headers.get("X-In-Use", "")))
        return answers

    nurse.get(page)
    assert nurse.post(page + "do/start/", said).status_code == 302
    assert polled()[:5] == [(200, "1")] * 4 + [(200, "")]
    assert (
        nurse.get(page).status_code == 302
    )  # 95 minutes after the start, it has ended
