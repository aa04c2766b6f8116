"""Limits of a request body: known length, not too long, within half a minute.

The longest form is some kilobytes; a scan may be larger (``SCANS``). A longer body is
rejected before a byte of it is read, also one without a length (chunked), and a body that
arrives too slowly is cut, so that no client occupies a thread for long. An incomplete body
never reaches a form. Django checks the length of some bodies only, and only once a view
reads them; gunicorn rejects an invalid length.
"""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Iterable
from contextlib import suppress
from threading import Timer
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

MOST = 2 * 1024 * 1024  # bytes
SCANS, OF_SCANS = "/files/", 11 * 1024 * 1024  # end of an address, and its bytes
SECONDS = 30.0
FIX = "send a shorter body, and all of it together"
SAID = {
    400: ("400 Bad Request", "the body ended early"),
    408: ("408 Request Timeout", "the body came too slowly"),
    411: ("411 Length Required", "the length of the body is missing"),
    413: ("413 Content Too Large", f"the body is longer than {MOST} bytes"),
}


class Bounded:
    """WSGI application that gets complete bodies of limited length."""

    def __init__(self, application: WSGIApplication, seconds: float = SECONDS) -> None:
        self._application, self._seconds = application, seconds

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Passes the request on with its body, or rejects it."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        scan = environ.get("PATH_INFO", "").endswith(SCANS)
        if "HTTP_TRANSFER_ENCODING" in environ:
            return _refuse(411, start_response)
        if length > (OF_SCANS if scan else MOST):
            return _refuse(413, start_response)
        if length:
            body, late = self._read(environ, length)
            if len(body) < length:
                return _refuse(408 if late else 400, start_response)
            environ["wsgi.input"] = io.BytesIO(body)
        return self._application(environ, start_response)

    def _read(self, environ: WSGIEnvironment, length: int) -> tuple[bytes, bool]:
        """The received body, and whether the time was over."""
        line: socket.socket | None = environ.get("gunicorn.socket")
        late: list[bool] = []

        def end() -> None:
            late.append(True)
            if line is not None:
                # That of the plain socket: the one of TLS would forget its state while
                # another thread reads from it.
                with suppress(OSError):
                    socket.socket.shutdown(line, socket.SHUT_RD)

        clock = Timer(self._seconds, end)
        clock.daemon = True
        clock.start()
        try:
            return environ["wsgi.input"].read(length), bool(late)
        except OSError:  # the connection broke, or was cut at the time limit
            return b"", bool(late)
        finally:
            clock.cancel()


def _refuse(status: int, start_response: StartResponse) -> Iterable[bytes]:
    line, what = SAID[status]
    problem = {
        "code": "EQ968",
        "what": what,
        "fix": FIX,
        "mend": FIX,  # the old name of ``fix``
    }
    kept = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
    start_response(line, [("Content-Type", "application/json"), *kept])
    return [json.dumps({"problems": [problem]}).encode()]
