"""What a person's hands do at a screen: with the mouse, or with the keyboard alone.

A walk is written once. ``Hands`` clicks at 1280 px and uses nothing but keys at 390 px, or
the reverse: then each link, button and field is reached with Tab, and its ring is seen.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Locator

from equipoise.leaktest.crawl import Seen
from tests.conduct.conftest import PASSWORD
from tests.conduct.pages.seats import RING, Seat

STEP = 30  # seconds for which an authenticator shows a code
FAR = 400  # presses of Tab after which a thing counts as out of reach
BEHIND = """(target) => {
  const here = document.activeElement;
  return here !== document.body
    && Boolean(here.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_PRECEDING);
}"""
IN_OR_REFUSED = """() => !location.pathname.startsWith('/accounts/')
  || document.body.innerText.includes('Incorrect code')"""
MARK = "() => { document.documentElement.dataset.old = 'yes'; }"
# A link into the page that is shown, such as ?minute=240#now, moves within it.
TURNED = """(before) => document.documentElement && (
  document.documentElement.dataset.old ? location.href !== before
  : document.readyState === 'complete')"""
THERE = "(target) => target === document.activeElement"


def code_of(secret: str) -> str:
    """What an authenticator shows now."""
    return str(format_hotp_value(hotp_value(secret, int(_seconds()) // STEP)))


def _seconds() -> float:
    return time.time()  # noqa: TID251  an authenticator has a clock of its own


class Hands:
    """A person at a screen, who follows links and presses buttons.

    Attributes:
        seen: pages as they were whenever something was pressed, as long as the person
            must not know arms.
    """

    def __init__(self, seat: Seat, role: str = "", *, keys: bool) -> None:
        self.seat, self.role, self.keys, self.page = seat, role, keys, seat.page
        self.seen: list[Seen] = []
        self.is_blinded = True

    def log_in(self, username: str, secret: str = "") -> Hands:
        """Opens the application, and comes in with password and second factor."""
        self.seat.open("/")
        self.type("User name", username)
        self.type("Password", PASSWORD)
        self.button("Sign in")
        if secret:
            self.type("Code", code_of(secret))
            self.button("Sign In")
            self.page.wait_for_function(IN_OR_REFUSED)
        if self.page.get_by_text("Incorrect code").count():  # it has changed meanwhile
            time.sleep(STEP - _seconds() % STEP)
            self.type("Code", code_of(secret))
            self.button("Sign In")
        self.page.wait_for_url(lambda url: "/accounts/" not in url)
        return self

    # --- going somewhere --------------------------------------------------------------
    def link(self, name: str | re.Pattern[str], *, within: str = "body") -> None:
        """Follows a link, and waits for the page behind it."""
        target = self._named("link", name, within)
        with self._turned():
            self._press(target)

    def button(self, name: str | re.Pattern[str], *, within: str = "body") -> None:
        """Presses a button, or a link that looks like one."""
        self._press(self._named("button", name, within))

    def go(self, selector: str) -> None:
        """Follows a link that is known by what it leads to."""
        target = self.page.locator(selector).first
        target.wait_for()
        with self._turned():
            self._press(target)

    def unfold(self, text: str, *, within: str = "body") -> None:
        """Opens a part of the page that is folded."""
        fold = self.page.locator(within).locator(f"summary:has-text('{text}')").first
        if fold.evaluate("s => !s.parentElement.open"):
            self._press(fold)

    def home(self, identifier: str = "P0001") -> None:
        """Goes back to the page of a participant, where one is not there already."""
        title = self.page.locator(f"h1:text-is('{identifier}')")
        if not title.count():
            self.link(identifier)
            title.wait_for()

    # --- answering ----------------------------------------------------------------------
    def type(self, label: str, text: str, *, within: str = "body") -> None:
        """Types into a field that has this label."""
        self._write(self._labelled(label, within), text)

    def pick(self, label: str, option: str, *, within: str = "body") -> None:
        """Chooses from a list that has this label."""
        box = self._labelled(label, within)
        if self.keys:
            self._reach(box)
            self.page.keyboard.type(option)
            self.page.keyboard.press("Tab")
        else:
            box.select_option(label=option)
        chosen = box.evaluate("s => s.selectedOptions[0].label")
        assert chosen == option, chosen

    def tick(self, label: str) -> None:
        """Ticks a box."""
        box = self.page.get_by_label(label).first
        if self.keys:
            self._reach(box)
            self.page.keyboard.press("Space")
        else:
            box.click()
        assert box.is_checked()

    def answer(self, field: str, text: str) -> None:
        """Answers a question of a form, and waits until it is saved.

        Args:
            field: its name.
            text: what is typed, or the label of the answer that is chosen.
        """
        question = self.page.locator(f".question[data-name='{field}']").first
        question.locator("input, textarea, select").first.wait_for(state="attached")
        choices = question.locator("label.choice")
        if choices.count():
            self._choose(question, text)
        elif question.locator("select:not(.none)").count():
            self.pick_in(question.locator("select:not(.none)"), text)
        else:
            self._write(question.locator("input, textarea").first, text)
        question.locator(".said:has-text('Saved')").wait_for()

    def pick_in(self, box: Locator, option: str) -> None:
        """Chooses from the list of a question."""
        if not self.keys:
            box.select_option(label=option)
            return
        self._reach(box)
        self.page.keyboard.type(option)
        self.page.keyboard.press("Tab")

    def fill(self, **answers: str) -> None:
        """Answers several questions in their order."""
        for field, text in answers.items():
            self.answer(field, text)

    def rate(self, digits: str) -> None:
        """Answers questions with buttons by their digit, one after the other."""
        radios = self.page.locator("form.entry .question").filter(
            has=self.page.locator("input[type=radio]")
        )
        for place, digit in enumerate(digits):
            question = radios.nth(place)
            if self.keys:
                if place == 0 and not question.evaluate(THERE):  # it has the focus
                    self._reach(_entrance(question))
                self.page.keyboard.type(digit)
            else:
                question.locator(f"label.choice:has(input[data-key='{digit}'])").click()
        for place in range(len(digits)):
            radios.nth(place).locator(".said:has-text('Saved')").wait_for()

    def complete(self) -> None:
        """Completes a form; the page after it says so."""
        with self._turned():
            self.button("Complete")
        self.page.locator(".message.success").first.wait_for()

    def correct(self, field: str, text: str, *, reason: str) -> None:
        """Changes one answer of a form that was complete, with a reason."""
        question = self.page.locator(f".question[data-name='{field}']").first
        self._write(question.locator("input, textarea").first, text)
        self.type("Reason for the change", reason)
        self.button("Save the correction")
        self.sees("is corrected")

    # --- seeing -------------------------------------------------------------------------
    def sees(self, *texts: str) -> None:
        """Waits until the page shows some words."""
        for text in texts:
            self.page.locator("body", has_text=text).wait_for()
        assert not self.seat.is_wide(), self.page.url

    def offers(self, name: str | re.Pattern[str]) -> bool:
        """Whether a link, button or field of this name is on the page."""
        page = self.page
        found = (
            page.get_by_role("link", name=name),
            page.get_by_role("button", name=name),
            page.get_by_label(name),
        )
        return any(one.count() for one in found)

    # --- how ----------------------------------------------------------------------------
    def _named(self, role: Any, name: str | re.Pattern[str], within: str) -> Locator:
        """The first that is called exactly so, else whose name has this in it."""
        place = self.page.locator(within).first
        exact = place.get_by_role(role, name=name, exact=True)
        loose = place.get_by_role(role, name=name)
        if role == "button":  # some links look like buttons
            loose = loose.or_(place.locator("a.button").filter(has_text=name))
        loose.first.wait_for()
        return exact.first if exact.count() else loose.first

    def _labelled(self, label: str, within: str) -> Locator:
        """The first field with exactly this label, else with this in its label."""
        place = self.page.locator(within)
        place.get_by_label(label).first.wait_for()
        exact = place.get_by_label(label, exact=True)
        return exact.first if exact.count() else place.get_by_label(label).first

    def look(self) -> None:
        """Notes the page as it is, for the search for words that tell an arm."""
        if self.is_blinded:
            url = urlsplit(self.page.url)
            address = url.path + (f"?{url.query}" if url.query else "")
            self.seen.append(Seen(self.role, address, 200, self.page.content()))

    def _press(self, target: Locator) -> None:
        self.look()
        if not self.keys:
            target.click()
            return
        self._reach(target)
        target.press("Enter")  # on what has the focus, and waits as a click does

    @contextmanager
    def _turned(self) -> Iterator[None]:
        """Waits for the page behind what is pressed: the old one has a mark."""
        self.page.evaluate(MARK)
        before = self.page.url
        yield
        self.page.wait_for_function(TURNED, arg=before)

    def _reach(self, target: Locator) -> None:
        """Goes to a thing with Tab or Shift+Tab alone."""
        target.wait_for()
        handle = target.element_handle()
        back = handle.evaluate(BEHIND)
        for _ in range(FAR):
            if handle.evaluate(THERE):
                assert self.page.evaluate(RING), f"no visible focus on {target}"
                return
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"{target} is out of reach at {self.page.url}")

    def _write(self, box: Locator, text: str) -> None:
        if not self.keys:
            box.click()
            box.fill(text)
            self.page.keyboard.press("Tab")
            return
        self._reach(box)
        kind = box.get_attribute("type") or "text"
        if kind in ("date", "datetime-local", "time"):
            self._type_time(kind, text)
        else:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)
        held = box.input_value()
        assert held.removesuffix(":00") == text.removesuffix(":00"), held
        self.page.keyboard.press("Tab")

    def _type_time(self, kind: str, text: str) -> None:
        """Types a date or a time into the parts of its field, in the order of English."""
        day, _, clock = text.rpartition("T") if kind != "date" else (text, "", "")
        if day:
            year, month, date = day.split("-")
            self.page.keyboard.type(f"{month}{date}{year}")
            self.page.keyboard.press("ArrowRight")
        if clock:
            hour, minute = int(clock[:2]), clock[3:5]
            seconds = "00" if kind == "datetime-local" else ""
            half = "AM" if hour < 12 else "PM"
            self.page.keyboard.type(
                f"{(hour + 11) % 12 + 1:02d}{minute}{seconds}{half}"
            )

    def _choose(self, question: Locator, label: str) -> None:
        choice = question.locator("label.choice").filter(
            has_text=re.compile(rf"^\s*{re.escape(label)}\s*$")
        )
        if choice.count() == 0:
            choice = question.locator("label.choice").filter(has_text=label)
        if not self.keys:
            choice.first.click()
            return
        radios = question.locator("input[type=radio]")
        self._reach(_entrance(question))
        wanted = choice.first.locator("input").element_handle()
        for step in ("ArrowLeft", "ArrowRight"):
            for _ in range(radios.count()):
                if wanted.evaluate(THERE):
                    self.page.keyboard.press("Space")
                    return
                self.page.keyboard.press(step)
        raise AssertionError(f"{label} is out of reach")


def _entrance(question: Locator) -> Locator:
    """The button of a question that Tab goes to: what is chosen, else the first one."""
    checked = question.locator("input[type=radio]:checked")
    return checked if checked.count() else question.locator("input[type=radio]").first
