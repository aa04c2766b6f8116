"""The rater's day: two ratings with the wording of the site, a correction, a second rating.

Breaks off at item 12, is logged out and finds everything again; keys that scroll answer
nothing; and no page says a word of infusions, vital signs, events or arms.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import User
from pytest_django import Settings

from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.study.wordings import show
from tests.conduct.conftest import NOW, PASSWORD
from tests.conduct.pages.conftest import Clock
from tests.conduct.screened import caps5
from tests.conduct.walking import fill
from tests.working_day import scene
from tests.working_day.after import exported
from tests.working_day.compared import as_exported, as_typed, no_arm_was_shown
from tests.working_day.hands import Hands
from tests.working_day.recorded import Recorded

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)
CAPS, MADRS = "Clinician-Administered PTSD", "Montgomery"
FIRST, REST = "123412341234", "1111222201"  # items 1 to 12, and 13 to 22
CHECKED = "[...document.querySelectorAll('.question input:checked')].map(i => i.value)"
# What a rater must not know of; "Infusion" in the name of no visit either.
HIDDEN = re.compile(
    r"infusion|vital sign|blood pressure|adverse|syringe|dissociat", re.I
)


def wording(instrument: str, items: int, highest: int) -> str:
    """A file as a site writes it: these words are nobody's."""
    anchors = ", ".join(f'{n} = "as much as {n} says"' for n in range(highest + 1))
    texts = "\n".join(
        f'{n} = {{ text = "Question {n} of the site?", anchors = {{ {anchors} }} }}'
        for n in range(1, items + 1)
    )
    return (
        f'schema = 1\ninstrument = "{instrument}"\nsource = "licence of the site"\n'
        f'recall = "past week"\ninstructions = "Ask in these words."\n[items]\n{texts}\n'
    )


@pytest.fixture
def worded(people: dict[str, User], settings: Settings, tmp_path: Path) -> None:
    """The site has supplied its wording of two scales."""
    settings.HOME = tmp_path
    texts = {"caps5": wording("caps5", 20, 4), "madrs": wording("madrs", 10, 6)}
    show(texts, actor="terminal", at=NOW)


def opens(user: Recorded, form: str, visit: str, participant: str = "P0001") -> None:
    """From the list of participants to a form of a visit."""
    user.link("Participants", within="nav")
    user.link(participant)
    within = f"details.visit:has-text('{visit}')"
    if user.page.locator(within).get_attribute("open") is None:
        user.unfold(visit, within=within)
    user.link(form, within=within)


def rates_until_item_12(user: Recorded) -> None:
    user.sees("Ask in these words", "1. Question 1 of the site?", "as much as 4 says")
    user.rate(FIRST)
    user.sees("30 of 80; 8 not answered")


def keys_that_scroll_answer_nothing(user: Recorded) -> None:
    before, entries = user.page.evaluate(CHECKED), Entry.objects.count()
    user.page.locator("[data-name='5'] input:checked").focus()
    for key in ("ArrowDown", "ArrowUp", "ArrowRight", "PageDown", "End", "Home"):
        user.page.keyboard.press(key)
    user.page.mouse.move(150, 300)
    user.page.mouse.wheel(0, 300)
    user.page.wait_for_timeout(300)
    assert user.page.evaluate(CHECKED) == before == list(FIRST)
    assert Entry.objects.count() == entries


def is_logged_out_and_returns(user: Recorded, clock: Clock, code: str) -> None:
    """What was answered is there, and the form opens where the rater broke off."""
    clock.forward(minutes=21)
    user.link("P0001")
    user.sees("Your session ended after")
    user.type("User name", "rater")
    user.type("Password", PASSWORD)
    user.button("Sign in")
    user.type("Code", code)
    user.button("Sign In")
    user.page.locator("h1:has-text('P0001')").wait_for()
    opens(user, CAPS, "Baseline")
    assert user.page.evaluate(CHECKED) == list(FIRST)
    user.sees("30 of 80; 8 not answered")


def completes_with_a_missing_code(user: Recorded) -> None:
    """Item 23 was not assessed; the total needs it not."""
    asked = user.page.locator("form.entry .question:has(input[type=radio])")
    for number, digit in enumerate(REST, start=13):
        user.answers(asked.nth(number - 1), digit)
    user.no_answer("23", "Not assessed")
    for number in range(24, asked.count() + 1):
        user.answers(asked.nth(number - 1), "1")
    user.button("Complete")
    user.page.locator(".message.success:has-text('is complete')").wait_for()


def corrects(user: Recorded) -> None:
    opens(user, CAPS, "Baseline")
    user.link("Correct")
    question = user.page.locator(".question[data-name='2']")
    user.choose(question, "4")
    user.type("Reason for the change", "misread my notes")
    user.button("Save the correction")
    user.sees("is corrected")
    opens(user, CAPS, "Baseline")
    user.sees("misread my notes")


def guesses(user: Recorded) -> None:
    """No answer is emphasized when the question opens."""
    opens(user, "Which treatment", "Week 2")
    page = user.page
    assert page.evaluate(CHECKED) == []
    rings = (
        "[...document.querySelectorAll('.choice span')].map(s => getComputedStyle(s))"
    )
    assert set(page.evaluate(f"{rings}.map(s => s.outlineStyle)")) == {"none"}
    assert len(set(page.evaluate(f"{rings}.map(s => s.backgroundColor)"))) == 1
    user.answer("guess", "I don't know")
    user.button("Complete")
    page.locator(".message.success").wait_for()


def rates_again(user: Recorded) -> None:
    """A second rating of what another rater rated, and none of an own one."""
    opens(user, CAPS, "Screening", "P0002")
    user.link("Second rating by another rater")
    user.sees("second rating")
    assert user.page.evaluate(CHECKED) == []
    asked = user.page.locator("form.entry .question:has(input[type=radio])")
    user.rate("1" * asked.count())
    user.button("Complete")
    user.page.locator(
        ".message.success:has-text('second rating is complete')"
    ).wait_for()
    opens(user, CAPS, "Baseline", "P0001")
    user.sees("misread my notes")
    assert not user.offers("Second rating by another rater")


def concealed(user: Recorded) -> set[str]:
    """Words of what a rater must not know, with what stands around them.

    Labels of visits apart, which the protocol names after infusions.
    """
    found = set()
    for page in user.seen:
        text = re.sub(r'(href|src|action|hx-[a-z-]+)="[^"]*"', "", page.text)
        text = text.replace("24 h after infusion 1", "")
        for hit in HIDDEN.finditer(text):
            found.add(" ".join(text[max(0, hit.start() - 40) : hit.end() + 20].split()))
    return found


def test_the_raters_day(
    people: dict[str, User],
    worded: None,
    recorded: Callable[..., Recorded],
    come: Callable[[str], Hands],
    key: Path,
    clock: Clock,
) -> None:
    scene.included_today(people)
    other = scene.included_today(people)
    second = actor_of(people["second rater"], at=NOW)
    fill(other, "instrument:caps5", "screening", second, caps5(2))
    codes = RecoveryCodes.activate(people["rater"]).get_unused_codes()
    rater = recorded("rater")
    rater.link("P0001")
    opens(rater, CAPS, "Baseline")
    rates_until_item_12(rater)
    keys_that_scroll_answer_nothing(rater)
    is_logged_out_and_returns(rater, clock, codes[0])
    completes_with_a_missing_code(rater)
    opens(rater, MADRS, "Baseline")
    rater.sees("10. Question 10 of the site?", "as much as 6 says")
    rater.rate("1234560123")
    rater.sees("27 of 60")
    rater.button("Complete")
    rater.page.locator(".message.success").wait_for()
    corrects(rater)
    rates_again(rater)
    guesses(rater)
    assert concealed(rater) == set()
    no_arm_was_shown([rater], key)
    held = current("P0001").said("instrument:caps5", "baseline")
    assert (held["2"], held["23"]) == ("4", "missing:not assessed")
    tables = exported(come("monitor"))
    assert as_exported(rater.typed, tables) == as_typed(rater.typed)
