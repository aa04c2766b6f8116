"""The first day of a real trial, in a browser: set-up, second factor, passkey, people."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils import timezone

from tests.conduct.conftest import PASSWORD
from tests.conduct.served import new_database, started
from tests.conduct.test_serve import free_port

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@dataclass
class Day:
    """A page of a new trial, and what went wrong on it."""

    here: str
    set_up: str
    page: Any
    wrong: list[str] = field(default_factory=list)


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    from playwright.sync_api import sync_playwright

    bind = f"localhost:{free_port()}"
    command = ["serve", "feder2021", "--folder", tmp_path / "t", *new_database()]
    with started(*command, "--bind", bind) as server, sync_playwright() as play:
        said = ""
        while "Stop with" not in said:
            line = server.stdout.readline()
            assert line, said
            said += line
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        made = Day(f"http://{bind}", re.search(r"http\S+/setup/\S+", said)[0], page)
        page.on("pageerror", lambda error: made.wrong.append(str(error)))
        page.on("console", lambda m: _note(made, m.text))
        yield made
        browser.close()


def _note(day: Day, text: str) -> None:
    if "Content Security" in text:
        day.wrong.append(text)


def test_the_first_day(day: Day) -> None:
    _set_up(day)
    _second_factor(day)
    _passkey(day)
    _people(day)
    assert day.wrong == []


def _set_up(day: Day) -> None:
    page = day.page
    page.goto(day.set_up)
    page.fill("#username", "ada")
    page.fill("#full_name", "Ada")
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.fill("#id_login", "ada")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")


def _second_factor(day: Day) -> None:
    """No page opens before it is set up."""
    page = day.page
    page.wait_for_url("**/reauthenticate/**")
    page.fill("main input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/totp/activate/")
    secret = page.input_value("#authenticator_secret")
    turn = int(timezone.now().timestamp()) // 30
    page.fill("#id_code", format_hotp_value(hotp_value(secret, turn)))
    page.keyboard.press("Enter")
    page.wait_for_url("**/recovery-codes/")


def _passkey(day: Day) -> None:
    """Added, and logged in with alone."""
    page = day.page
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto(f"{day.here}/accounts/2fa/webauthn/add/")
    page.fill("#id_name", "laptop")
    page.check("#id_passwordless")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/2fa/")
    page.goto(f"{day.here}/accounts/logout/")
    page.click("main button")
    page.goto(f"{day.here}/accounts/login/")
    page.click("#passkey_login")
    page.wait_for_url(f"{day.here}/")


def _people(day: Day) -> None:
    page = day.page
    page.goto(f"{day.here}/people/")
    page.fill("#username", "rashid")
    page.fill("#full_name", "Rashid")
    page.click("text=Invite >> nth=-1")
    assert "/join/" in page.input_value("#link")
    for width in (390, 1200):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{day.here}/people/rashid/")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
