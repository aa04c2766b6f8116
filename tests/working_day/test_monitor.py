"""The monitor's day: reads everything that was recorded, and is asked to do nothing.

Follows the links of a participant to every form, at visits, at minutes of an infusion and
at no visit, and finds each value, each date and each conditional answer, on the screen and
on paper. What was voided stands in the audit. No page offers anything to be filled in.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import Where, current
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.pages.field_view import shown
from equipoise.conduct.pages.form_view import address
from equipoise.conduct.study.protocols import in_force
from tests.conduct.pages.conftest import Clock
from tests.working_day.after import exported
from tests.working_day.hands import Hands
from tests.working_day.scene import recorded

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)


def test_the_monitors_day(
    people: dict[str, User], secrets: dict[str, str], key: Path, clock: Clock,
    come: Callable[[str], Hands],
) -> None:  # fmt: skip
    person = recorded(people, key)
    clock.forward(days=3, hours=1)
    written = Entry.objects.filter(actor="monitor")
    before = set(written.values_list("pk", flat=True))
    one = come("monitor")
    _asks_nothing(one)
    one.sees("No open tasks")
    one.link("Participants", within="nav")
    _asks_nothing(one)
    one.link("P0001")
    _asks_nothing(one)
    known = current("P0001")
    held = {where: known.values.get(where) for where in known.status}
    for where in filter(held.get, held):
        _reads(one, person, where, {n: v.value or "" for n, v in held[where].items()})
    _reads_the_course(one, person)
    _reads_the_infusion(one)
    _reads_the_alerts(one)
    _reads_what_was_set_aside(one)
    _reads_the_consent(one)
    assert exported(one)["events"]["term"].tolist() == ["Fainted"]
    acts = written.exclude(pk__in=before).values_list("act", flat=True)
    assert set(acts) == {"shown", "export"}  # an alert was shown, nothing was written


def _reads(
    one: Hands, person: Participant, where: Where, values: dict[str, str]
) -> None:
    """Goes from the participant's page to a form by its links, and reads each value."""
    _, visit, minute = where
    place = place_of(person, *where)
    if visit:
        labels = {v.id: v.label for v in in_force().schedule.visits}
        one.unfold(labels.get(visit, "Unscheduled visit 1"))
    if minute is None:
        one.go(f"main a[href='{address(place)}']")
    else:
        one.go(f"main a[href$='/infusion/{visit}/']")
        one.go(f"#times a[href='?minute={minute}#now']")
    fields = {field.name: field for field in place.form.fields}
    _asks_nothing(one)
    for media in ("print", "screen"):
        one.page.emulate_media(media=media)  # folded parts are unfolded on paper
        if minute is not None and media == "screen":
            one.unfold(place.form.title, within="#now")
        for name, value in values.items():
            asked = fields.get(name)
            said = shown(asked, value, person.site.zone) if asked else value
            answer = one.page.locator(f".question[data-name='{name}'] .answer").first
            assert answer.is_visible(), (where, name, media)
            assert answer.inner_text().split() == said.split(), (where, name)
    one.home()


def _reads_the_course(one: Hands, person: Participant) -> None:
    """Day 0, the planned day of each visit and the day that was agreed, on paper too."""
    plan = plan_in_force()
    assert person.day0
    for media in ("print", "screen"):
        one.page.emulate_media(media=media)
        visits = one.page.locator("details.visit > summary")
        shown = [text for text in visits.all_inner_texts() if "planned for" not in text]
        for planned in plan.calendar(person.day0):
            told = f"{planned.date:%a} {planned.date.day} {planned.date:%b}"
            mine = [text for text in shown if planned.visit.label in text]
            label = planned.visit.label
            assert mine or planned.visit.only_if, (label, media)  # of some alone
            assert not mine or any(told in text for text in mine), (label, media)
        one.sees(f"{person.day0:%a} {person.day0.day} {person.day0:%b %Y}")


def _reads_the_infusion(one: Hands) -> None:
    """Why it was interrupted: what was given is on the form of the infusion."""
    one.unfold("Infusion 1")
    one.go("main a[href$='/infusion/infusion-1/']")
    for media in ("print", "screen"):
        one.page.emulate_media(media=media)
        one.sees("line came loose")
    _asks_nothing(one)
    one.home()


def _reads_the_alerts(one: Hands) -> None:
    """Each with its value, to whom it was shown, and by when it is acknowledged."""
    one.link(re.compile("alerts? with the actions? taken"))
    one.sees("Alerts of P0001", "Serious", "Triggered", "Shown to", "Acknowledge by")
    _asks_nothing(one)
    one.home()


def _reads_the_consent(one: Hands) -> None:
    """The versions, and who still has to sign."""
    one.link("Consent", within="nav")
    one.sees("Consent outstanding", "Versions of the consent form", "1.0", "approved")
    _asks_nothing(one)


def _reads_what_was_set_aside(one: Hands) -> None:
    """Why a form was not done is on the form; what was voided, in the audit alone."""
    one.unfold("Screening")
    one.link("Laboratory", within="details.visit")
    one.sees("This form was not done: no tube")
    one.home()
    assert not one.page.get_by_text("a slip").count()
    one.link("Audit trail", within="nav")
    _asks_nothing(one)
    one.link("P0001")
    one.sees("a slip", "opened in error")


def _asks_nothing(one: Hands) -> None:
    """Nothing on the page can be sent, and nothing can be filled in."""
    main = one.page.locator("main")
    assert main.locator("form[method=post] button:visible").count() == 0, one.page.url
    assert main.locator("form.entry :is(input:not([type=hidden]), select)").count() == 0
    assert not main.locator("text=/Tasks|to acknowledge|Due \\(/").count(), one.page.url
