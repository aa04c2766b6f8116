"""Pages ask the clock: here it stands at the time of the tests; and a real browser."""

import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.conduct.conftest import NOW
from tests.conduct.pages.seats import CHROMIUM, seated


class Clock:
    """What ``timezone.now()`` says."""

    def __init__(self) -> None:
        self.now = NOW + timedelta(minutes=1)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class Running(Clock):
    """A clock that goes on by itself once somebody comes in, as that of a browser does."""

    since: float | None = None

    def __call__(self) -> datetime:
        gone = 0.0 if self.since is None else time.monotonic() - self.since
        return self.now + timedelta(seconds=gone)

    def run(self) -> None:
        self.since = time.monotonic()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that a test can set."""
    made = Clock()
    monkeypatch.setattr("django.utils.timezone.now", made)
    return made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for all tests of a module."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed"
    )
    if not CHROMIUM:
        pytest.skip("no chromium on this machine")
    # Playwright runs a loop in this thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def seat(chromium: Any, live_server: Any) -> Iterator[Any]:
    """Seats somebody at a screen: ``seat(user, size, dark=False)``."""
    with seated(chromium, live_server.url) as sit:
        yield sit
