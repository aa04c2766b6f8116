"""A user at a screen of whom is recorded what was typed, and what was on the pages."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from playwright.sync_api import Locator

from tests.conduct.pages.seats import Seat
from tests.working_day.hands import Hands

Where = tuple[str, str, str, int | None]  # participant, form, visit, minute
# The answer that is chosen, or its missing code, or what is typed.
HELD = """q => {
  const name = q.dataset.name, none = q.querySelector('select.none');
  const chosen = q.querySelector('input:checked');
  if (chosen) return chosen.value;
  if (none && none.value) return none.value;
  return [...q.querySelectorAll('[name]')].find(c => c.name === name).value;
}"""
# A form can have a question with the name ``action``, which hides its address.
ACTION = """q => new URL(q.closest('form').getAttribute('action') || '',
  location.href).href"""
FORM = re.compile(r"/participants/([^/]+)/forms/([^/]+)/")


class Recorded(Hands):
    """Somebody at a screen, with the mouse, with a finger, or with the keyboard alone.

    Attributes:
        typed: place of a form -> item -> value that was typed or chosen.
        measured: times at which vital signs were measured.
    """

    def __init__(self, seat: Seat, role: str, *, keys: bool, finger: bool) -> None:
        super().__init__(seat, role, keys=keys)
        self.finger = finger
        self.typed: dict[Where, dict[str, str]] = {}
        self.measured: list[datetime] = []

    def answer(self, field: str, text: str) -> None:
        """Answers a question, waits until it is saved, and remembers the answer."""
        question = self.page.locator(f".question[data-name='{field}']").first
        question.wait_for()
        super().answer(field, text)
        self.remember(question)

    def give(self, question: Locator, text: str) -> None:
        """Answers a question without a connection: nothing is waited for."""
        self._write(question.locator("input, textarea").first, text)
        self.remember(question)

    def rate(self, digits: str) -> None:
        """Answers questions by their digits, and remembers them."""
        super().rate(digits)
        asked = self.page.locator("form.entry .question:has(input[type=radio])")
        for place in range(len(digits)):
            self.remember(asked.nth(place))

    def answers(self, question: Locator, label: str) -> None:
        """Answers one of many questions, waits until it is saved, and remembers it."""
        self.choose(question, label)
        question.locator(".said:has-text('Saved')").wait_for()

    def choose(self, question: Locator, label: str) -> None:
        """Chooses an answer that is not saved before the form is."""
        self._choose(question, label)
        self.remember(question)

    def no_answer(self, field: str, label: str) -> None:
        """Gives the reason for which a question has no answer."""
        question = self.page.locator(f".question[data-name='{field}']").first
        self.pick_in(question.locator("select.none"), label)
        question.locator(".said:has-text('Saved')").wait_for()
        self.remember(question)

    def correct(self, field: str, text: str, *, reason: str) -> None:
        """Changes one answer of a form that was complete, and remembers it."""
        question = self.page.locator(f".question[data-name='{field}']").first
        where = place_of(question.evaluate(ACTION))
        super().correct(field, text, reason=reason)
        self.typed.setdefault(where, {})[field] = text

    def remember(self, question: Locator) -> None:
        """Notes what a question holds, for the comparison with the export."""
        name = str(question.get_attribute("data-name"))
        held = question.evaluate(HELD)
        where = place_of(question.evaluate(ACTION))
        self.typed.setdefault(where, {})[name] = held

    def _press(self, target: Locator) -> None:
        if self.finger:
            self.look()
            target.tap()
        else:
            super()._press(target)

    def _write(self, box: Locator, text: str) -> None:
        if self.finger:
            box.tap()
        super()._write(box, text)


def place_of(action: str) -> Where:
    """Participant, form, visit and minute of the address of a form."""
    url = urlsplit(action)
    found = FORM.search(unquote(url.path))
    assert found, action
    asked = parse_qs(url.query)
    minute: Any = asked.get("minute")
    visit = asked.get("visit", [""])[0]
    return found[1], found[2], visit, int(minute[0]) if minute else None
