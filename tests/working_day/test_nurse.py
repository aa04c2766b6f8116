"""The nurse's infusion day, with one finger on a telephone, from the start to discharge.

A hold before the start, a weight that is too far off, a start and a stop without a
connection, alerts that stay with who saw them and what was done, and a signed discharge.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.safety.alerts import Alarm, alarms
from tests.conduct.pages.conftest import Running
from tests.working_day import scene
from tests.working_day.after import exported
from tests.working_day.compared import as_exported, as_typed, no_arm_was_shown
from tests.working_day.hands import Hands
from tests.working_day.recorded import Recorded

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)
VISIT = "infusion-1"
CADSS = "details.panel:has(form[aria-label*=CADSS])"
VITALS = "details.panel:not([data-made]):has(form[aria-label^='Vital signs'])"
REPEATED = "details[data-made]"
CALM = {"SYSBP": "128", "DIABP": "80", "PULSE": "70", "OXYSAT": "98"}
STEP = 18  # minutes, less than those after which a session ends


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Running:
    made = Running()
    monkeypatch.setattr("django.utils.timezone.now", made)
    return made


def measures(user: Recorded, within: str, **values: str) -> None:
    """Types vital signs; the time of the first value is that of the measurement."""
    user.measured.append(timezone.now())
    for name, value in values.items():
        question = user.page.locator(within).locator(f"[data-name='{name}']").first
        user.give(question, value)
        question.locator(".said:has-text('Saved')").wait_for()


def gives(user: Recorded, **values: str) -> None:
    """Types repeated vital signs, which wait for the connection."""
    user.measured.append(timezone.now())
    again = user.page.locator(REPEATED).first
    for name, value in (CALM | values).items():
        user.give(again.locator(f"[data-name='{name}']"), value)


def is_told(user: Recorded, alert: str) -> None:
    """The server has the value and says what the rule asks for."""
    user.page.locator(f"#live .alert:has-text('{alert}')").wait_for()
    user.page.locator("#queue:empty").wait_for(state="attached")


def acknowledges(user: Recorded, alert: str, done: str) -> None:
    """Says what was done about an alert, which stays on record."""
    within = f"#live .alert:has-text('{alert}')"
    user.page.locator(within).first.wait_for()
    user.unfold("acknowledge", within=within)
    user.type("Action taken", done, within=within)
    user.button("Acknowledge", within=within)
    user.page.locator(within).filter(has_not_text="Acknowledged:").first.wait_for(
        state="hidden"
    )


def completes(user: Recorded, within: str) -> None:
    with user.page.expect_navigation():
        user.button("Complete", within=within)
    user.sees("is complete")


def before_the_start(user: Recorded, number: str) -> None:
    """No start without vital signs; a hold; a weight that is too far off."""
    user.sees("The infusion cannot start: measure first", "Systolic blood pressure")
    assert user.page.locator("button[form=start]").is_disabled()
    measures(user, VITALS, **CALM | {"SYSBP": "155"})
    user.sees("HOLD: Systolic blood pressure 155 mmHg", "Do not start")
    acknowledges(user, "155 mmHg (limit", "rests for 15 minutes")
    completes(user, VITALS)
    user.button("Repeat vital signs")
    measures(user, REPEATED, **CALM)
    user.page.locator("button[form=start]:has-text('Start')").wait_for()
    completes(user, REPEATED)
    user.link("−30 min")
    symptom_free(user)
    user.type("Syringe number", number)
    user.type("Weight today", "95")
    user.button("Start")
    user.sees("weight today 95 kg, the syringe was prepared for 82 kg (16% off")
    assert not Entry.objects.filter(item="started_at").exists()
    user.button("Mark as read")
    user.type("Weight today", "83")


def symptom_free(user: Recorded) -> None:
    """A scale on which nothing is observed, in one action that is confirmed."""
    user.unfold("CADSS")
    user.button("No symptoms observed: rate all 0", within=CADSS)
    user.button("Tap again: 23 items as 0", within=CADSS)
    said = user.page.locator(f"{CADSS} .said:has-text('Saved')")
    said.nth(22).wait_for()
    for question in user.page.locator(f"{CADSS} .question").all():
        user.remember(question)
    completes(user, CADSS)


def starts_without_a_connection(user: Recorded, clock: Running) -> None:
    """Start and Repeat are sent once, and in their order, when the connection is back."""
    user.seat.context.set_offline(True)
    user.button("Start")
    user.sees("1 entry is waiting for the connection", "running")
    user.page.wait_for_timeout(1500)  # measured after the start, by the second
    user.button("Repeat vital signs")
    gives(user, SYSBP="165")
    user.sees("6 entries are waiting for the connection")  # the time of it, too
    clock.forward(minutes=3)
    user.seat.context.set_offline(False)
    is_told(user, "WATCH: Systolic blood pressure 165 mmHg")
    user.page.locator("#state:has-text('running')").wait_for()


def stops_without_a_connection(user: Recorded, clock: Running) -> None:
    """So are what was done about an alert, a value that asks to stop, and Stop."""
    clock.forward(minutes=3)
    user.page.reload()  # in the middle of it
    user.page.locator("#state:has-text('running')").wait_for()
    user.seat.context.set_offline(True)
    acknowledges(user, "165 mmHg", "told the anesthesiologist")
    user.button("Repeat vital signs")
    gives(user, SYSBP="185")
    user.sees("STOP: Systolic blood pressure 185 mmHg (limit ≥ 180), during infusion")
    user.button("Stop")
    assert user.page.inner_text("#state") == "running"
    user.type("Reason, if stopped early", "Blood pressure or pulse")
    user.button("Tap again to stop")
    user.sees("stopped", "7 entries are waiting for the connection")
    assert not Entry.objects.filter(item="stopped_at").exists()
    user.seat.context.set_offline(False)
    is_told(user, "STOP: Systolic blood pressure 185 mmHg")
    user.page.locator("#state:has-text('stopped')").wait_for()
    acknowledges(user, "185 mmHg", "stopped, called the anesthesiologist")


def passes(user: Recorded, clock: Running, minutes: int) -> None:
    """Time goes by; the nurse looks at the screen now and then."""
    for _ in range(minutes // STEP):
        clock.forward(minutes=STEP)
        user.link("P0001")
        user.page.locator("h1:has-text('P0001')").wait_for()
        user.unfold("Infusion 1")
        user.link("Infusion day")
        user.page.locator("#times").wait_for()


def is_called_to_what_is_due(user: Recorded, clock: Running) -> None:
    """A measurement that is due makes itself noticed, without a reload."""
    next_one = user.page.locator("[data-minute='20']")
    assert next_one.get_attribute("data-state") == "coming"
    user.page.evaluate("navigator.vibrate = p => { window.shaken = p; return true; }")
    clock.forward(minutes=14)
    user.page.locator("[data-minute='20'][data-state=due]").wait_for()
    user.page.wait_for_function("/^\\(\\d due\\) Infusion 1/.test(document.title)")
    user.page.wait_for_function("window.shaken !== undefined")
    user.link("+20 min")
    user.page.locator("h2:has-text('Minute 20')").wait_for()
    measures(user, VITALS, **CALM)
    completes(user, VITALS)


def after_the_infusion(user: Recorded, clock: Running) -> None:
    passes(user, clock, 36)
    user.link("+60 min")
    user.page.locator("h2:has-text('Minute 60')").wait_for()
    measures(user, VITALS, **CALM | {"SYSBP": "185", "OXYSAT": "80"})
    user.sees("WATCH: Systolic blood pressure 185 mmHg", "after infusion")
    user.sees("WATCH: Oxygen saturation 80 %")
    acknowledges(user, "Oxygen saturation 80", "oxygen by mask")
    acknowledges(user, "185 mmHg (limit ≥ 180), after", "repeats every 5 minutes")
    completes(user, VITALS)


def leaves(user: Recorded, clock: Running) -> datetime:
    """Criteria of discharge, who accompanies, the time of leaving, and the signature."""
    passes(user, clock, 198)
    user.link("+240 min")
    user.page.locator("h2:has-text('Minute 240')").wait_for()
    measures(user, VITALS, **CALM)
    completes(user, VITALS)
    user.link("+240 min")
    symptom_free(user)
    states = user.page.locator("section:has-text('Discharge') li .state")
    assert set(states.all_inner_texts()) == {"met"}
    user.link("Discharge: escort, time and signature")
    left = clock().replace(second=0, microsecond=0)
    user.answer("criteria", "Yes")
    user.answer("physician", "Ines Ivanova")
    user.answer("escort", "with a responsible adult")
    user.answer("left_at", f"{left:%Y-%m-%dT%H:%M}:00")
    user.button("Complete")
    user.sees("Discharge is complete")
    return left


def is_on_record(user: Recorded) -> list[Alarm]:
    """Every alert with who saw it and what was done."""
    user.link("P0001")
    user.link("alerts with the actions taken")
    user.sees("Shown to", "infusion-team", "stopped, called the anesthesiologist")
    user.sees("rests for 15 minutes", "told the anesthesiologist", "oxygen by mask")
    own = alarms(["P0001"])["P0001"]
    for alarm in own:
        if alarm.rule != "dosing-weight":
            assert "infusion-team" in alarm.shown_to
            assert alarm.acknowledged_by == "infusion-team"
    return own


def test_the_nurses_day(
    people: dict[str, User],
    recorded: Callable[..., Recorded],
    come: Callable[[str], Hands],
    key: Path,
    clock: Running,
) -> None:
    person = scene.randomized(people, key, ago=0)
    number = scene.released(people, key, person, VISIT)
    clock.run()
    nurse = recorded("infusion team", finger=True)
    nurse.page.set_default_timeout(18_000)
    nurse.link("P0001")
    before_the_start(nurse, number)
    starts_without_a_connection(nurse, clock)
    stops_without_a_connection(nurse, clock)
    is_called_to_what_is_due(nurse, clock)
    after_the_infusion(nurse, clock)
    left = leaves(nurse, clock)
    own = is_on_record(nurse)
    nurse.link("Today", within="nav")
    nurse.sees("No open tasks")
    come("investigator").sees("weight today 95 kg")  # is told of it, too
    assert [(a.rule, a.value) for a in own] == [
        ("hold-sysbp", "155"), ("dosing-weight", "95"), ("watch-sysbp", "165"),
        ("stop-sysbp", "185"), ("after-sysbp", "185"), ("after-oxysat", "80"),
    ]  # fmt: skip
    known = current("P0001")
    assert known.answers("infusion", VISIT)["early_reason"] == "Blood pressure or pulse"
    assert known.is_complete("infusion", VISIT)
    assert known.is_complete("discharge", VISIT)
    acts = Entry.objects.filter(act="bedside action").order_by("seq")
    assert [a.reason.partition(",")[0] for a in acts] == [
        "acknowledge", "start", "acknowledge", "stop", *["acknowledge"] * 3,
    ]  # fmt: skip
    no_arm_was_shown([nurse], key)
    tables = exported(come("monitor"))
    assert as_exported(nurse.typed, tables) == as_typed(nurse.typed)
    at = tables["measurements"].query("name == 'SYSBP'")["measured_at"]
    times = sorted(datetime.fromisoformat(one).replace(tzinfo=UTC) for one in at)
    gone = [abs(a - b) for a, b in zip(times, nurse.measured, strict=True)]
    assert max(gone) < timedelta(minutes=1), gone  # not when the connection was back
    assert tables["measurements"]["measured_at"].ne("").all()
    (given,) = tables["exposures"].to_dict("records")
    assert (float(given["weight_kg"]), given["stopped_early"]) == (83, "True")
    assert tables["alerts"]["done"].ne("").sum() == 5
    assert tables["form_discharge"]["left_at"].str.startswith(f"{left:%Y-%m-%d}").all()
