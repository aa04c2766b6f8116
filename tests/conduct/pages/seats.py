"""Somebody at a screen: a real browser, its keyboard, and what axe-core says of a page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from tests.conduct.walking import BACKEND

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
FAR = 150  # presses of Tab after which a thing counts as out of reach
RING = """() => {
  const here = document.activeElement;
  if (here === document.body) return true;  // past the end: it begins again
  const shown = here.matches('.choice input') ? here.nextElementSibling : here;
  const style = getComputedStyle(shown);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
}"""
AXE = """() => axe.run(document, {resultTypes: ['violations']}).then(found =>
  found.violations.map(v => `${v.id}: ${v.nodes[0].html.slice(0, 160)}`))"""


class Seat:
    """Somebody at a screen."""

    def __init__(
        self,
        chromium: Any,
        address: str,
        size: dict[str, int],
        *,
        dark: bool = False,
        touch: bool = False,
    ) -> None:
        scheme = "dark" if dark else "light"
        self.context = chromium.new_context(
            viewport=size, color_scheme=scheme, has_touch=touch
        )
        self.page, self.address, self.noise = self.context.new_page(), address, []
        self.page.set_default_timeout(20_000)
        self.page.on("pageerror", lambda error: self.noise.append(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        offline = ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
        # A telephone whose page was loaded anew and not tapped since does not vibrate.
        expected = ("status of 4", "Blocked call to navigator.vibrate", *offline)
        if message.type == "error" and not any(e in message.text for e in expected):
            self.noise.append(message.text)

    def log_in(self, user: User) -> "Seat":
        """Takes a session of somebody, without the log-in page."""
        client = Client()
        client.force_login(user, backend=BACKEND)
        value = client.cookies["sessionid"].value
        self.context.add_cookies(
            [{"name": "sessionid", "value": value, "url": self.address}]
        )
        return self

    def open(self, path: str) -> Any:
        """Opens a page."""
        self.page.goto(self.address + path)
        return self.page

    def type(self, *keys: str) -> None:
        """Presses keys with a name, and types everything else."""
        for key in keys:
            if key in ("Enter", "Tab", "Space"):
                self.page.keyboard.press(key)
            else:
                self.page.keyboard.type(key)

    def reach(self, selector: str) -> None:
        """Goes to a thing with Tab alone; what has the focus on the way is seen."""
        for _ in range(FAR):
            self.page.keyboard.press("Tab")
            assert self.page.evaluate(RING), self._focused()
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} is out of reach at {self.page.url}")

    def follow(self, selector: str, address: str) -> None:
        """Goes to a thing with Tab, presses Enter, and waits for the page behind it."""
        self.reach(selector)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(address)

    def is_wide(self) -> bool:
        """Whether the page must be scrolled sideways."""
        return bool(
            self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        )

    def faults(self, axe: str) -> list[str]:
        """What axe-core finds wrong with the page."""
        self.page.evaluate(axe)
        found: list[str] = self.page.evaluate(AXE)
        return found

    def _focused(self) -> str:
        focused: str = self.page.evaluate("document.activeElement.outerHTML")
        return f"no visible focus on {focused[:200]}"


@contextmanager
def seated(chromium: Any, address: str) -> Iterator[Any]:
    """Seats people; afterwards no page has complained about anything."""
    made: list[Seat] = []

    def sit(
        user: User | None,
        size: dict[str, int] = DESK,
        *,
        dark: bool = False,
        touch: bool = False,
    ) -> Seat:
        made.append(Seat(chromium, address, size, dark=dark, touch=touch))
        return made[-1].log_in(user) if user else made[-1]

    yield sit
    for one in made:
        one.context.close()
    noise = [text for one in made for text in one.noise]
    assert not noise, noise


def saved(page: Any, count: int) -> None:
    """Waits until so many answers are saved."""
    page.wait_for_function(
        "n => [...document.querySelectorAll('.said')].filter("
        "s => s.textContent.includes('Saved')).length >= n",
        arg=count,
    )
