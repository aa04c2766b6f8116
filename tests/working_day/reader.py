"""A person at a browser without JavaScript: reads pages, follows links, sends forms."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from django.contrib.auth.models import User
from lxml import html

from tests.conduct.walking import browser

Page = html.HtmlElement
TRIED = {
    "number": "1",
    "date": "2027-01-04",
    "time": "08:30",
    "datetime": "2027-01-04T08:30",
    "text": "as it was said",
}


@dataclass
class Reader:
    """Somebody who is logged in.

    Attributes:
        at: address of the page that is open.
        status: with which it came.
    """

    user: User
    at: str = "/"
    status: int = 200

    def __post_init__(self) -> None:
        """Opens a browser."""
        self.client = browser(self.user)

    def open(self, address: str) -> Page:
        """Follows a link."""
        return self._read(self.client.get(address, follow=True), address)

    def send(self, form: Page, **more: str) -> Page:
        """Presses the button of a form; the page behind it."""
        values = dict(form.form_values()) | more
        action = urljoin(self.at, form.get("action") or self.at)
        return self._read(self.client.post(action, values, follow=True), action)

    def save(self, form: Page, name: str, value: str, seen: str = "1000000") -> bool:
        """Answers one question as the page does it: at once; whether it was taken."""
        sent = {"field": name, name: value, "seen": seen}
        return bool(self.client.post(form.get("data-save"), sent).status_code == 200)

    def _read(self, answer: object, asked: str) -> Page:
        moved = getattr(answer, "redirect_chain", [])
        self.at, self.status = (moved[-1][0] if moved else asked), answer.status_code  # type: ignore[attr-defined]
        return html.fromstring(answer.content.decode())  # type: ignore[attr-defined]


def entries(page: Page) -> list[Page]:
    """Forms of the page that can be filled in."""
    return list(page.xpath("//form[contains(@class, 'entry')][@data-save]"))


def completes(form: Page) -> bool:
    """Whether this person may sign it off."""
    return any("Complete" in b.text_content() for b in form.xpath(".//button"))


def deeds(page: Page) -> dict[str, Page]:
    """How the form can be set aside: word -> what is sent."""
    found = page.xpath("//form[input[@name='deed']][input[@name='reason']]")
    return {form.xpath("input[@name='deed']/@value")[0]: form for form in found}


def questions(form: Page) -> list[Page]:
    """Questions with a control, in their order."""
    asked = form.xpath(".//div[contains(concat(' ', @class, ' '), ' question ')]")
    return [one for one in asked if _controls(one)]


def is_asked(question: Page, given: dict[str, str]) -> bool:
    """Whether what was given so far asks for it."""
    other = question.get("data-only-if")
    return not other or given.get(other, "") in question.get("data-one-of").split("|")


def possible(question: Page, first: int = 0) -> str:
    """A possible answer; of a choice the one at a position."""
    controls = _controls(question)
    choices = [c.get("value") for c in controls if c.get("type") == "radio"]
    choices += [o.get("value") for c in controls for o in c.xpath("option[@value!='']")]
    if choices:
        return str(choices[min(first, len(choices) - 1)])
    kind = str(question.get("data-kind"))
    if kind == "number" and question.get("data-min"):
        return str(question.get("data-min"))
    return TRIED[kind]


def codes(question: Page) -> list[str]:
    """Missing codes that the question takes."""
    return [
        str(v)
        for v in question.xpath(
            "select[contains(@class, 'none')]/option[@value!='']/@value"
        )
    ]


def given(form: Page) -> dict[str, str]:
    """What stands in a form, and a possible answer for each question that is open."""
    found = {k: v for k, v in form.form_values() if v}
    for question in questions(form):
        name = question.get("data-name")
        coded = found.get(f"no-answer:{name}")
        if is_asked(question, found) and not found.get(name) and not coded:
            found[name] = possible(question)
    return found


def _controls(question: Page) -> list[Page]:
    name = question.get("data-name")
    return list(question.xpath(f".//*[@name={name!r}]"))
