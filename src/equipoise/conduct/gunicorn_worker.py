"""Gunicorn worker that gives a thread to a request only after its complete header.

The threaded worker of gunicorn hands a connection to one of its threads at its first byte,
and the thread waits for the rest without limit: eight slow senders would block eight
threads. Here the loop that watches all connections collects the header, TLS included,
without waiting; a header that is not complete within ``SECONDS`` is closed. Behind a proxy
that buffers requests this is not needed.
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
LONGEST = 64 * 1024  # bytes of a header; gunicorn accepts 100 fields of up to 8 kB
PIECE = 16 * 1024
END = b"\r\n\r\n"
LATER = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
REFUSED = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n"
    b"Content-Length: 0\r\n\r\n"
)


class Worker(ThreadWorker):  # type: ignore[misc]
    """The threaded worker of gunicorn; all additions run in its one loop."""

    def enqueue_req(self, conn: Any) -> None:
        """A connection that is new, or has sent data after a response."""
        conn.due, conn.head = time.monotonic() + SECONDS, b""
        if conn.parser is not None:  # what came in together with the request before
            conn.head = conn.parser.unreader.take_buffered()
        conn.sock.setblocking(False)
        if not self._collect(conn):
            conn.timeout = conn.due  # closed by murder_pending of gunicorn
            self.pending_conns.append(conn)
            self._watch(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """A worker that stops does not wait longer for a header than for a next request."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def _watch(self, conn: Any) -> None:
        self.poller.register(
            conn.sock, selectors.EVENT_READ, lambda _: self._more(conn)
        )

    def _more(self, conn: Any) -> None:
        """More data of an incomplete header has arrived."""
        self.poller.unregister(conn.sock)
        if self._collect(conn):
            self.pending_conns.remove(conn)
        else:
            self._watch(conn)

    def _collect(self, conn: Any) -> bool:
        """Reads the data that has arrived; whether the connection is finished here."""
        try:
            while END not in conn.head:
                _prepare(conn)
                part = conn.sock.recv(PIECE)
                conn.head += part
                if not part or len(conn.head) > LONGEST:
                    return self._closed(conn, REFUSED if part else b"")
        except LATER:
            return False
        except OSError:  # the connection broke, or TLS was rejected
            return self._closed(conn)
        conn.parser.unreader.unread(conn.head)
        conn.head, conn.data_ready = b"", True
        super().enqueue_req(conn)
        return True

    def _closed(self, conn: Any, said: bytes = b"") -> bool:
        try:
            if said:
                conn.sock.send(said)
        except OSError:  # the client is gone
            pass
        self.nr_conns -= 1
        conn.close()
        return True


def _prepare(conn: Any) -> None:
    """As ``TConn.init`` of gunicorn, without waiting for a slow handshake."""
    if conn.initialized:
        return
    if conn.cfg.is_ssl:
        if not isinstance(conn.sock, ssl.SSLSocket):
            conn.sock = sockets.ssl_wrap_socket(conn.sock, conn.cfg)
        conn.sock.do_handshake()
    conn.parser = http.get_parser(conn.cfg, conn.sock, conn.client)
    conn.initialized = True
