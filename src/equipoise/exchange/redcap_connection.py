"""Requests to the API of REDCap: one address, one token, clear errors.

The token opens all data of a project. It comes from the environment, is sent in the body
of encrypted requests only, and appears in no file, message, log or traceback.

Source: REDCap API documentation (``/api/help/``): POST requests with ``token``,
``content``, ``format``; errors as JSON with the key ``error``.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, NoReturn
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import (
    HTTPRedirectHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from equipoise.errors import DataError

TOKEN = "REDCAP_API_TOKEN"  # noqa: S105  the name of the variable, not a token
LOCAL = ("localhost", "127.0.0.1", "::1")
TIMEOUT = 60.0  # seconds without an answer
LONGEST = 900.0  # seconds for one answer
MOST_BYTES = 500_000_000  # of one answer
BLOCK = 1 << 16
STATUS = {
    400: "REDCap rejects the request",
    401: "REDCap rejects the token",
    403: "REDCap rejects the token",
    404: "there is no API at this address",
    501: "REDCap rejects the request",
    503: "REDCap is offline",
}
FIX = {
    400: "check that the token belongs to this project and permits the export of data",
    401: "request a new token in the project (API), and set the variable again",
    403: "request a token in the project (API), or ask for the right to export data",
    404: "give the address of the API, which usually ends with /api/",
}


class Token:
    """A token that no message, log or traceback shows.

    Args:
        value: 32 characters from the API page of a project.

    Raises:
        DataError: EQ359, it does not have the form of a token.
    """

    __slots__ = ("_reveal",)

    def __init__(self, value: str) -> None:
        text = value.strip()
        if not re.fullmatch(r"[0-9A-Fa-f]{32}", text):
            _reject(
                "the value is not the token of a project: 32 digits and letters A to F",
                where=f"environment variable {TOKEN}",
                fix="copy the token from the API page of the project",
            )
        self._reveal: Callable[[], str] = lambda: text

    @classmethod
    def from_environment(cls) -> Token:
        """The token in the variable ``REDCAP_API_TOKEN``.

        Raises:
            DataError: EQ359, the variable is not set, or does not contain a token.
        """
        value = os.environ.get(TOKEN, "")
        if not value.strip():
            _reject(
                f"the environment variable {TOKEN} is not set",
                where="environment",
                fix=f"set {TOKEN} to the API token of the project; it is never stored",
            )
        return cls(value)

    def hidden(self, text: str) -> str:
        """A text without the token.

        Args:
            text: that a server sent.
        """
        return re.sub(re.escape(self._reveal()), "(token)", text, flags=re.IGNORECASE)

    def body(self, parameters: Mapping[str, str]) -> bytes:
        """The encoded body of a request.

        Args:
            parameters: all others than the token.
        """
        return urlencode({"token": self._reveal(), **parameters}).encode()

    def __repr__(self) -> str:
        """Nothing of the token."""
        return "Token(hidden)"


class _NoRedirect(HTTPRedirectHandler):
    """Sends a token to no other address than the one that was given."""

    def redirect_request(self, *args: Any, **more: Any) -> None:
        return None


def _opener(url: str) -> OpenerDirector:
    """Follows no redirect; a server on this machine is reached without a proxy."""
    local = urlsplit(url).hostname in LOCAL
    return build_opener(_NoRedirect, *([ProxyHandler({})] if local else []))


@dataclass(frozen=True, slots=True)
class Connection:
    """The API of one project.

    Attributes:
        url: address of the API.
        token: of the project.
        timeout: seconds without an answer after which a request ends.
        most_bytes: largest answer.
    """

    url: str
    token: Token
    timeout: float = TIMEOUT
    most_bytes: int = MOST_BYTES

    def text(self, content: str, **parameters: str) -> str:
        """The answer to one request.

        Args:
            content: such as ``record`` or ``metadata``.
            **parameters: further ones; the format is CSV if none is stated.

        Raises:
            DataError: EQ359, there is no answer, or an error instead of data.
        """
        asked = {"content": content, "format": "csv", "returnFormat": "json"}
        raw = self._sent(content, {**asked, **parameters})
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            self._refuse(content, "the answer is not UTF-8 text", "")
        start = text.lstrip()[:200].lower()
        if start.startswith(("<!doctype", "<html", "<head", "<body", "<?xml", "<div")):
            self._refuse(
                content,
                "the answer is a web page and not data, such as a page to log in",
                FIX[404],
            )
        if start.startswith("{") and '"error"' in start:
            self._refuse(content, f"REDCap reports: {self._message(raw)}", FIX[400])
        return text

    def _sent(self, content: str, parameters: Mapping[str, str]) -> bytes:
        """The bytes of an answer; the error keeps nothing of the request."""
        problem: tuple[str, str]
        request = Request(self.url, self.token.body(parameters))  # noqa: S310  checked
        try:
            with _opener(self.url).open(request, timeout=self.timeout) as answer:
                return self._read(content, answer)
        except HTTPError as error:
            problem = self._http(error)
        except TimeoutError:
            problem = (f"no answer in {self.timeout:g} seconds", "try again later")
        except DataError:
            raise
        except Exception as error:  # noqa: BLE001  no traceback may show the request
            reason = getattr(error, "reason", None)
            late = isinstance(reason, TimeoutError)
            why = "no answer" if late else self.token.hidden(str(reason or error))
            problem = (f"the server cannot be reached: {why[:200]}", "")
        finally:
            del request
        self._refuse(content, *problem)

    def _read(self, content: str, answer: Any) -> bytes:
        blocks, size, end = [], 0, time.monotonic() + LONGEST
        while block := answer.read(BLOCK):
            blocks.append(block)
            size += len(block)
            if size > self.most_bytes:
                self._refuse(
                    content,
                    f"the answer is larger than {self.most_bytes:,} bytes",
                    "export fewer participants at a time (--batch), or use the web page",
                )
            if time.monotonic() > end:
                self._refuse(
                    content, f"the answer takes longer than {LONGEST:g} seconds", ""
                )
        return b"".join(blocks)

    def _http(self, error: HTTPError) -> tuple[str, str]:
        code = error.code
        if 300 <= code < 400:
            target = urlsplit(error.headers.get("Location", ""))
            shown = self.token.hidden(f"{target.scheme}://{target.netloc}{target.path}")
            return (
                f"the server redirects to {shown}",
                "give the address to which it redirects, if it is yours",
            )
        try:
            message = self._message(error.read(10_000))
        except (OSError, HTTPException):
            message = ""
        what = STATUS.get(code, "the server reports an error")
        shown = f": {message}" if message else ""
        return f"{what} (HTTP status {code}){shown}", FIX.get(code, "try again later")

    def _message(self, raw: bytes) -> str:
        """REDCap's own message, in one line; nothing of a web page."""
        text = raw.decode("utf-8", errors="replace")
        try:
            content = json.loads(text)
        except ValueError:
            return ""
        message = content.get("error", "") if isinstance(content, dict) else ""
        return self.token.hidden(" ".join(str(message).split()))[:200]

    def _refuse(self, content: str, what: str, fix: str) -> NoReturn:
        _reject(
            what,
            where=f"{self.url}, content {content}",
            fix=fix
            or "check the address, the network and the certificate of the server",
        )


def checked_url(url: str) -> str:
    """The address of an API, if a token may be sent to it.

    Args:
        url: such as ``https://redcap.example.org/api/``.

    Raises:
        DataError: EQ359, it is not encrypted, or contains a password or a query.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    shown = f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{parts.path}"
    if not host or parts.scheme not in ("https", "http"):
        problem = "this is not the address of a server"
    elif parts.scheme == "http" and host not in LOCAL:
        problem = "the address is not encrypted: a token must not be sent to it"
    elif parts.username or parts.password or parts.query or parts.fragment:
        problem = "the address contains a password, a query or a fragment"
    else:
        return url.strip()
    _reject(
        problem,
        where=shown,
        fix="give the address of the API, such as https://redcap.example.org/api/",
    )


def _reject(what: str, *, where: str, fix: str) -> NoReturn:
    """EQ359, without the error that caused it: it could show the request."""
    raise DataError.single("EQ359", what, where=where, fix=fix) from None
