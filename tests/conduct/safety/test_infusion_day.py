"""The bedside: what is due when, and where to go next."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.locking import set_aside
from equipoise.conduct.safety import infusion
from equipoise.conduct.safety.infusion_day import day_of, next_minute
from tests.conduct.conftest import NOW
from tests.conduct.walking import included, measure, release

VISIT = "infusion-1"


def test_times_follow_the_clock_of_the_start(
    people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    person, nurse, plan = included(people), actor("infusion team"), plan_in_force()
    known = current(person.identifier)
    before = day_of(person, VISIT, plan, known, actor=nurse, at=NOW)
    assert [t.minute for t in before.times] == [-30, 10, 20, 30, 40, 60, 120, 240]
    assert before.times[0].state == "due"
    assert before.next() == before.times[0]
    assert next_minute(known, VISIT, plan, before.run, NOW) == -29
    measure(person, nurse, VISIT)
    infusion.start(
        person, VISIT, plan.protocol, actor=nurse, at=NOW, weight="70",
        syringe=release(person, VISIT),
    )  # fmt: skip
    at = NOW + timedelta(minutes=21)
    known = current(person.identifier)
    day = day_of(person, VISIT, plan, known, actor=nurse, at=at)
    states = {t.minute: t.state for t in day.times}
    assert (states[-30], states[10], states[20], states[30]) == (
        "late",
        "late",
        "due",
        "coming",
    )
    following = day.next()
    assert following is not None
    assert following.minute == 20
    assert next_minute(known, VISIT, plan, day.run, at) == 21
    assert [c.met for c in day.discharge] == [False, None, None, None]


def test_what_was_not_done_is_late_no_longer(
    people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    person, nurse, plan = included(people), actor("infusion team"), plan_in_force()
    for due in plan.dues[VISIT]:
        if due.minute == -30:
            place = place_of(person, due.form.id, VISIT, -30)
            set_aside(place, "not done", actor=nurse, at=NOW, reason="arrived late")
    known = current(person.identifier)
    first, *others = day_of(person, VISIT, plan, known, actor=nurse, at=NOW).times
    assert (first.minute, first.state) == (-30, "done")
    assert all(one.state != "done" for one in others)
