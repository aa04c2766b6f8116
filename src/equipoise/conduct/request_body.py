"""What may come in: a body of known length, not too long, within half a minute.

The longest form is some kilobytes; a scan beside a form may be larger (``SCANS``). A
longer body is refused before a byte of it is read, one without a length (chunked) too, and
one that comes too slowly ends, so that nobody holds a thread for long. What arrives in
part never reaches a form. Django would look at the length of some bodies, and only once a
view asks for them; gunicorn refuses a length that is no number.
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
SAID = {
    400: ("400 Bad Request", "the body ended early"),
    408: ("408 Request Timeout", "the body came too slowly"),
    411: ("411 Length Required", "say the length of the body"),
    413: ("413 Content Too Large", f"at most {MOST} bytes are taken"),
}


class Bounded:
    """An application that gets whole bodies of bounded length."""

    def __init__(self, application: WSGIApplication, seconds: float = SECONDS) -> None:
        self._application, self._seconds = application, seconds

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Passes the request on with its body, or refuses it."""
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
        """The body as far as it came, and whether the time was over."""
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
        except OSError:  # the line broke, or was cut by the clock
            return b"", bool(late)
        finally:
            clock.cancel()


def _refuse(status: int, start_response: StartResponse) -> Iterable[bytes]:
    line, what = SAID[status]
    problem = {
        "code": "EQ968",
        "what": what,
        "mend": "send less, and all of it at once",
    }
    kept = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
    start_response(line, [("Content-Type", "application/json"), *kept])
    return [json.dumps({"problems": [problem]}).encode()]
