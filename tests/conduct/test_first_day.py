"""The first day of a real trial, in a browser: set-up, second factor, passkey, people."""

import re
import shutil
import time
from pathlib import Path

import pytest

from tests.conduct.conftest import PASSWORD
from tests.conduct.served import new_database, started
from tests.conduct.test_serve import free_port

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


def test_the_first_day(tmp_path: Path) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
    from playwright.sync_api import sync_playwright

    port = free_port()
    here = f"http://localhost:{port}"
    command = ["serve", "feder2021", "--folder", tmp_path / "t", *new_database()]
    with (
        started(*command, "--bind", f"localhost:{port}") as server,
        sync_playwright() as play,
    ):
        said = ""
        while "Stop with" not in said:
            said += server.stdout.readline()
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda m: wrong.append(m.text) if "Content Security" in m.text else None,
        )
        page.goto(re.search(r"http\S+/setup/\S+", said)[0])
        page.fill("#username", "ada")
        page.fill("#full_name", "Ada")
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.fill("#id_login", "ada")
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(
            "**/reauthenticate/**"
        )  # no page opens before a second factor
        page.fill("main input[type=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/totp/activate/")
        secret = page.input_value("#authenticator_secret")
        code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
        page.fill("#id_code", code)
        page.keyboard.press("Enter")
        page.wait_for_url("**/recovery-codes/")
        devices = page.context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
        }
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        page.goto(f"{here}/accounts/2fa/webauthn/add/")
        page.fill("#id_name", "laptop")
        page.check("#id_passwordless")
        page.click("#mfa_webauthn_add")
        page.wait_for_url("**/2fa/")
        page.goto(f"{here}/accounts/logout/")
        page.click("main button")
        page.goto(f"{here}/accounts/login/")
        page.click("#passkey_login")
        page.wait_for_url(f"{here}/")
        page.goto(f"{here}/people/")
        page.fill("#username", "rashid")
        page.fill("#full_name", "Rashid")
        page.click("text=Invite >> nth=-1")
        assert "/join/" in page.input_value("#link")
        for width in (390, 1200):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(f"{here}/people/rashid/")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width
        browser.close()
    assert wrong == []
