"""Browser session of a user: cookies and CSRF token, request by request."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from threading import local
from typing import Any
from urllib.parse import urlencode

from equipoise.errors import ConductError
from equipoise.rehearse_conduct.application import Stage
from equipoise.rehearse_conduct.page import Page, Sheet, read

TAG = re.compile(r"<[^>]*>")
COOKIE = re.compile(r"^([^=]+)=([^;]*)")


@dataclass(frozen=True, slots=True)
class Answer:
    """A response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", errors="replace")


class Browser:
    """One user's session; may be used by several threads simultaneously."""

    def __init__(self, stage: Stage, name: str = "") -> None:
        self.name = name
        self._stage = stage
        self._cookies: dict[str, str] = {}
        self._threads = local()

    def log_in(self, at: datetime | None = None) -> None:
        """Logs in through the page.

        Args:
            at: time of the rehearsal; that of the clock if None.

        Raises:
            ConductError: EQ964, the application refused.
        """
        known = {"login": self.name, "password": self._stage.passwords[self.name]}
        self._fill_in("/accounts/login/", known, at)

    def confirm(self) -> None:
        """Re-authentication: enters the password again, as before unblinding.

        Raises:
            ConductError: EQ964, the application refused.
        """
        known = {"password": self._stage.passwords[self.name]}
        self._fill_in("/accounts/reauthenticate/", known)

    def get(self, path: str, at: datetime | None = None) -> Answer:
        """Reads a page."""
        return self.send("GET", path, at=at)

    def open(self, path: str, at: datetime | None = None) -> Page:
        """Opens a page to work on it.

        Raises:
            ConductError: EQ964, the user may not, or there is no such page.
        """
        answer = self.get(path, at)
        if answer.status != 200:
            raise refused(self.name, f"GET {path}", answer)
        return read(path, answer.text)

    def submit(
        self, sheet: Sheet, values: Mapping[str, str], at: datetime | None = None
    ) -> str:
        """Sends a form of a page with values; the address to which it redirects.

        Raises:
            ConductError: EQ964, the page does not offer a field or a choice, or the
                application rejected the form.
        """
        answer = self._sent(sheet, values, at)
        if answer.status != 302:
            raise refused(self.name, f"POST {sheet.address}", answer)
        return answer.headers["location"]

    def press(
        self, sheet: Sheet, values: Mapping[str, str], at: datetime | None = None
    ) -> Page:
        """Sends a form whose response is a page.

        Raises:
            ConductError: EQ964, as for ``submit``.
        """
        answer = self._sent(sheet, values, at)
        if answer.status != 200:
            raise refused(self.name, f"POST {sheet.address}", answer)
        return read(sheet.address, answer.text)

    def download(
        self, sheet: Sheet, values: Mapping[str, str], at: datetime | None = None
    ) -> bytes:
        """Sends a form whose response is a file.

        Raises:
            ConductError: EQ964, as for ``submit``, or the response is not a file.
        """
        answer = self._sent(sheet, values, at)
        kind = answer.headers.get("content-disposition", "")
        if answer.status != 200 or not kind.startswith("attachment"):
            raise refused(self.name, f"POST {sheet.address}", answer)
        return answer.body

    def _sent(
        self, sheet: Sheet, values: Mapping[str, str], at: datetime | None
    ) -> Answer:
        return self.send("POST", sheet.address, at=at, form=sheet.filled(values))

    def send(
        self,
        method: str,
        path: str,
        *,
        at: datetime | None = None,
        form: Mapping[str, str] | None = None,
        content: Any = None,
    ) -> Answer:
        """One request, at its time; a closed connection is opened again.

        Args:
            method: such as ``GET``.
            path: with its query.
            at: time of the rehearsal; that of the clock if None.
            form: fields of a form.
            content: sent as JSON, to the API.
        """
        body, kind = None, ""
        if form is not None:
            body, kind = urlencode(form).encode(), "application/x-www-form-urlencoded"
        elif content is not None:
            body, kind = json.dumps(content).encode(), "application/json"
        headers = self._headers(kind, at)
        try:
            return self._once(method, path, body, headers)
        except (HTTPException, ConnectionError):
            self._threads.connection.close()
            return self._once(method, path, body, headers)

    def _fill_in(
        self, path: str, form: dict[str, str], at: datetime | None = None
    ) -> None:
        """Posts a form with the CSRF token of its page; it must redirect."""
        sheet = self.open(path).sheet()
        answer = self._sent(sheet, form, at)
        if answer.status != 302 or "sessionid" not in self._cookies:
            raise refused(self.name, f"POST {path}", answer)

    def _headers(self, kind: str, at: datetime | None) -> dict[str, str]:
        origin = f"http://127.0.0.1:{self._stage.port}"
        headers = {
            "Cookie": "; ".join(f"{n}={v}" for n, v in self._cookies.items()),
            "X-CSRFToken": self._cookies.get("csrftoken", ""),
            "Referer": origin + "/",
        }
        if kind:
            headers["Content-Type"] = kind
        if at is not None:
            headers["X-Rehearsal-Time"] = at.isoformat()
            headers["X-Rehearsal-Key"] = self._stage.key
        return headers

    def _once(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        if not hasattr(self._threads, "connection"):
            self._threads.connection = self._stage.lines.enter_context(
                closing(HTTPConnection("127.0.0.1", self._stage.port, timeout=120))
            )
        connection: HTTPConnection = self._threads.connection
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            if found := COOKIE.match(cookie):
                self._cookies[found[1]] = found[2]
        known = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, known, content)


def refused(name: str, what: str, answer: Answer) -> ConductError:
    """The error where the application rejects a request of a rehearsal: EQ964."""
    said = " ".join(TAG.sub(" ", answer.text).split())[:400]
    return ConductError.single(
        "EQ964",
        f"{what} as {name} was answered with {answer.status}: {said}",
        where="the rehearsal",
        fix="compare the simulated participants with the forms of the protocol",
    )
