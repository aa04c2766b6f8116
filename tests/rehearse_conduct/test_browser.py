"""Somebody at a browser: real logins, real forms, a connection that is opened again."""

from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from equipoise.errors import ConductError
from equipoise.rehearse_conduct.application import Stage
from equipoise.rehearse_conduct.browser import Browser
from tests.rehearse_conduct.conftest import Begin


class Moody(BaseHTTPRequestHandler):
    """Sets a cookie, tells the one it got, and hangs up after each answer."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        said = self.headers.get("Cookie", "").encode()
        self.send_response(200)
        self.send_header("Set-Cookie", "taste=sweet; Path=/; HttpOnly")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)
        self.close_connection = True  # without telling

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def moody() -> Iterator[Stage]:
    server = HTTPServer(("127.0.0.1", 0), Moody)
    Thread(target=server.serve_forever, daemon=True).start()
    with ExitStack() as lines:
        yield Stage(server.server_port, "key", {}, Path(), lines)
    server.shutdown()
    server.server_close()


def test_cookies_are_kept_and_a_lost_connection_is_opened_again(moody: Stage) -> None:
    browser = Browser(moody, "somebody")
    assert browser.get("/").text == ""
    assert browser.get("/").text == "taste=sweet"
    assert browser.get("/").status == 200


def test_people_log_in_and_see_what_is_theirs(begun: Begin) -> None:
    cast = begun("coordinator", "rater")
    coordinator, rater = cast.browser("coordinator"), cast.browser("rater")
    assert "Screen a new participant" in coordinator.open("/participants/").text
    assert not rater.open("/participants/").offers("/participants/")
    with pytest.raises(ConductError, match="GET /pharmacy/ as rater was answered"):
        rater.open("/pharmacy/")
    stranger = cast.browser("monitor")  # not logged in
    with pytest.raises(ConductError, match="with 302"):
        stranger.open("/participants/")


def test_a_wrong_password_is_refused(begun: Begin) -> None:
    cast = begun()
    cast.stage.passwords["rater"] = "another password than that"
    with pytest.raises(ConductError, match="EQ964"):
        cast.browsers["rater"].log_in()


def test_a_form_is_sent_with_its_token_and_nothing_that_it_lacks(begun: Begin) -> None:
    cast = begun("coordinator")
    coordinator = cast.browser("coordinator")
    sheet = coordinator.open("/participants/").sheet()
    with pytest.raises(ConductError, match="no field 'status'"):
        coordinator.submit(sheet, {"status": "randomized"})
    assert (
        "No participants have been screened" in coordinator.open("/participants/").text
    )
    assert coordinator.submit(sheet, {}) == "/participants/P0001/"
    sheet.held["csrfmiddlewaretoken"] = "x" * 64
    with pytest.raises(ConductError, match="with 403"):
        coordinator.submit(sheet, {})
