"""A worker that gives no thread to a request before its whole header is there.

The threaded worker of gunicorn hands a connection to one of its threads as soon as a byte
has come, and the thread waits for the rest without end: eight slow senders would stop
eight threads. Here the loop that watches all connections collects the header, TLS
included, without waiting for anyone; what does not come within ``SECONDS`` is closed.
Behind a proxy that buffers requests none of this is ever needed.
"""

from __future__ import annotations

import selectors
import ssl
import time
from typing import Any

from gunicorn import http
from gunicorn import sock as sockets
from gunicorn.workers.gthread import ThreadWorker

SECONDS = 20.0
LONGEST = 64 * 1024  # bytes of a header; gunicorn takes 100 fields of up to 8 kB
PIECE = 16 * 1024
END = b"\r\n\r\n"
LATER = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
REFUSED = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n"
    b"Content-Length: 0\r\n\r\n"
)


class Worker(ThreadWorker):  # type: ignore[misc]
    """The threaded worker of gunicorn; all that is added runs in its one loop."""

    def enqueue_req(self, conn: Any) -> None:
        """A connection that is new, or has sent something after an answer."""
        conn.due, conn.head = time.monotonic() + SECONDS, b""
        if conn.parser is not None:  # what came in together with the request before
            conn.head = conn.parser.unreader.take_buffered()
        conn.sock.setblocking(False)
        if not self._collect(conn):
            conn.timeout = conn.due  # closed by murder_pending of gunicorn
            self.pending_conns.append(conn)
            self._watch(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """A worker that stops waits for nobody's header longer than for a next request."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def _watch(self, conn: Any) -> None:
        self.poller.register(
            conn.sock, selectors.EVENT_READ, lambda _: self._more(conn)
        )

    def _more(self, conn: Any) -> None:
        """Something has come of a header that was not whole."""
        self.poller.unregister(conn.sock)
        if self._collect(conn):
            self.pending_conns.remove(conn)
        else:
            self._watch(conn)

    def _collect(self, conn: Any) -> bool:
        """Takes what has come; whether the connection is done with here."""
        try:
            while END not in conn.head:
                _prepare(conn)
                part = conn.sock.recv(PIECE)
                conn.head += part
                if not part or len(conn.head) > LONGEST:
                    return self._closed(conn, REFUSED if part else b"")
        except LATER:
            return False
        except OSError:  # the line broke, or TLS was refused
            return self._closed(conn)
        conn.parser.unreader.unread(conn.head)
        conn.head, conn.data_ready = b"", True
        super().enqueue_req(conn)
        return True

    def _closed(self, conn: Any, said: bytes = b"") -> bool:
        try:
            if said:
                conn.sock.send(said)
        except OSError:  # nobody listens
            pass
        self.nr_conns -= 1
        conn.close()
        return True


def _prepare(conn: Any) -> None:
    """What ``TConn.init`` of gunicorn does, without waiting for a slow handshake."""
    if conn.initialized:
        return
    if conn.cfg.is_ssl:
        if not isinstance(conn.sock, ssl.SSLSocket):
            conn.sock = sockets.ssl_wrap_socket(conn.sock, conn.cfg)
        conn.sock.do_handshake()
    conn.parser = http.get_parser(conn.cfg, conn.sock, conn.client)
    conn.initialized = True
