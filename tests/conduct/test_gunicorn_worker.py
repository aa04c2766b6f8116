"""Eight who send a header slowly, or fifty, stop no worker: with real gunicorn and TLS."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from equipoise.conduct.gunicorn_worker import LONGEST
from tests.conduct.served import environment

HELD = 3.0  # seconds in this server, so that a test does not wait for long
PROGRAM = """
import sys
from gunicorn.app.base import BaseApplication
from equipoise.conduct import gunicorn_worker
gunicorn_worker.SECONDS = float(sys.argv[2])

def application(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    said = environ["PATH_INFO"].encode() + b" " + body
    start_response("200 OK", [("Content-Length", str(len(said)))])
    return [said]

class Server(BaseApplication):
    def load_config(self):
        chosen = {"bind": f"127.0.0.1:{sys.argv[1]}", "workers": 1, "threads": 8,
                  "worker_class": "equipoise.conduct.gunicorn_worker.Worker",
                  "keepalive": 5, "graceful_timeout": 2, "loglevel": "error"}
        if len(sys.argv) > 3:
            chosen |= {"certfile": sys.argv[3], "keyfile": sys.argv[4]}
        for name, value in chosen.items():
            self.cfg.set(name, value)
    def load(self):
        return application

Server().run()
"""
Connect = Callable[[], socket.socket]


@pytest.fixture(scope="module", params=["plain", "TLS"])
def connect(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connect]:
    """A new connection to a worker with eight threads."""
    folder = tmp_path_factory.mktemp("server")
    files = certificate(folder) if request.param == "TLS" else []
    (folder / "program.py").write_text(PROGRAM)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    context = ssl.create_default_context(cafile=files[0]) if files else None

    def connected() -> socket.socket:
        line = socket.create_connection(("127.0.0.1", port), timeout=20)
        return (
            context.wrap_socket(line, server_hostname="localhost") if context else line
        )

    connected.port = port  # type: ignore[attr-defined]
    child = subprocess.Popen(  # noqa: S603  our own lines
        [sys.executable, folder / "program.py", str(port), str(HELD), *files],
        env=environment(),
    )
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                connected().close()
                break
            time.sleep(0.1)
        yield connected
    finally:
        child.terminate()
        child.wait(timeout=20)


def certificate(folder: Path) -> list[str]:
    """Files of a certificate for ``localhost`` that signs itself, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return [str(file) for file in files]


def answered(line: socket.socket, path: str, body: bytes = b"") -> float:
    """Sends a whole request; how many seconds its answer took."""
    begun = time.monotonic()
    line.sendall(
        b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
        % (path.encode(), len(body))
    )
    line.sendall(body)
    read(line, path.encode() + b" " + body)
    return time.monotonic() - begun


def read(line: socket.socket, end: bytes) -> bytes:
    """What comes until the end of an answer."""
    found = b""
    while not found.endswith(end):
        part = line.recv(65536)
        assert part, found
        found += part
    return found


def is_closed(line: socket.socket) -> bool:
    """Whether the other end has closed; waits for it."""
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        return line.recv(1000) == b""
    return True


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: loc"])
def test_fifty_unfinished_headers_stop_nobody_and_are_closed(
    connect: Connect, begun: bytes
) -> None:
    """Eight threads; the request of everybody else is answered at once all the while."""
    slow = [connect() for _ in range(50)]
    for line in slow:
        line.sendall(begun)
    for path in ("/one", "/two"):
        with connect() as quick:
            assert answered(quick, path) < 1.5
        for line in slow:
            with contextlib.suppress(OSError):
                line.sendall(b"a" if begun else b"")
        time.sleep(0.2)
    started = time.monotonic()
    assert all(map(is_closed, slow))
    assert time.monotonic() - started < HELD + 3
    for line in slow:
        line.close()


def test_a_handshake_that_does_not_come_stops_nobody(connect: Connect) -> None:
    port = connect.port  # type: ignore[attr-defined]
    slow = [
        socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(20)
    ]
    for line in slow:
        line.sendall(b"\x16\x03\x01")  # the first bytes of a greeting, and of no header
    with connect() as quick:
        assert answered(quick, "/here") < 1.5
    for line in slow:
        line.close()


def test_a_header_byte_by_byte_and_a_body_later_are_taken(connect: Connect) -> None:
    with connect() as line:
        for (
            byte
        ) in b"POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n":
            line.sendall(bytes([byte]))
            time.sleep(0.01)
        line.sendall(b"he")
        time.sleep(0.3)
        line.sendall(b"llo")
        assert b"200 OK" in read(line, b"/slow hello")


def test_a_connection_is_used_again_and_requests_may_come_together(
    connect: Connect,
) -> None:
    with connect() as line:
        for number in range(3):
            answered(line, f"/{number}", b"x" * 100_000)
        one = b"POST /%d HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n%d"
        last = one % (9, 9)
        line.sendall(one % (7, 7) + one % (8, 8) + last[:20])
        read(line, b"/8 8")
        line.sendall(last[20:])
        read(line, b"/9 9")


def test_the_next_request_of_a_connection_takes_no_thread_either(
    connect: Connect,
) -> None:
    slow = [connect() for _ in range(12)]
    for line in slow:
        answered(line, "/first")
        line.sendall(b"GET /second HTTP/1.1\r\n")
    with connect() as quick:
        assert answered(quick, "/quick") < 1.5
    for line in slow:
        line.close()


def test_a_header_that_never_ends_is_refused(connect: Connect) -> None:
    with connect() as line:
        answer = b""
        with contextlib.suppress(OSError):
            line.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * (LONGEST + 1))
            answer = line.recv(1000)
    assert b"431" in answer or not answer  # what is unread may cut the answer off
