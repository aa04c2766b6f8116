"""Bodies are refused by their length, by their absence of one, and by the clock."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from equipoise.conduct.request_body import MOST, Bounded
from tests.conduct.served import new_database, started

pytestmark = pytest.mark.once  # no body comes as far as a database
MEGABYTE = 2**20
HUGE = 500 * MEGABYTE


class Taken:
    """An application that says what it got."""

    def __init__(self) -> None:
        self.body: bytes | None = None

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        self.body = environ["wsgi.input"].read()
        start_response("200 OK", [])
        return [b""]


def asked(seconds: float = 5.0, **environ: Any) -> tuple[str, bytes | None]:
    application, said = Taken(), []
    environ = {"wsgi.input": io.BytesIO()} | environ
    parts = Bounded(application, seconds)(environ, lambda line, _: said.append(line))
    content = b"".join(parts)
    if content:
        assert json.loads(content)["problems"][0]["code"] == "EQ968"
    return said[0][:3], application.body


class Untouched(io.BytesIO):
    """A body that must not be read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("read before it was refused")


@pytest.mark.parametrize(
    ("status", "environ"),
    [
        ("413", {"CONTENT_LENGTH": str(MOST + 1)}),
        ("413", {"CONTENT_LENGTH": "9" * 400}),
        ("411", {"HTTP_TRANSFER_ENCODING": "chunked"}),
    ],
)
def test_refused_before_a_byte_is_read(status: str, environ: dict[str, str]) -> None:
    assert asked(**{"wsgi.input": Untouched()}, **environ) == (status, None)


def test_a_whole_body_passes_and_half_a_one_does_not() -> None:
    body = b"field=age&age=41"
    whole = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    assert asked(**whole) == ("200", body)
    cut = {"wsgi.input": io.BytesIO(body[:-1]), "CONTENT_LENGTH": str(len(body))}
    assert asked(**cut) == ("400", None)
    assert asked(CONTENT_LENGTH="") == ("200", b"")


def test_a_slow_body_ends_with_the_clock() -> None:
    mine, theirs = socket.socketpair()
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.05):
            with contextlib.suppress(OSError):
                theirs.send(b"x")

    dripping = threading.Thread(target=drip)
    dripping.start()
    begun = time.monotonic()
    with mine.makefile("rb") as source:
        got = asked(
            0.4,
            **{"wsgi.input": source, "CONTENT_LENGTH": "1000", "gunicorn.socket": mine},
        )
    taken = time.monotonic() - begun
    stop.set()
    dripping.join()
    for one in (mine, theirs):
        one.close()
    assert got == ("408", None)
    assert taken < 5


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """Port of the real server, and process of the one that works."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    folder = tmp_path_factory.mktemp("served")
    base = ["serve", "feder2021", "--demo", "--empty", "--bind", f"127.0.0.1:{port}",
            "--folder", folder / "trial", *new_database()]  # fmt: skip
    with started(*base) as child:
        for _ in range(600):
            with contextlib.suppress(OSError):
                if b" 200 " in send(port, b"GET /health HTTP/1.1\r\n", b""):
                    break
            time.sleep(0.1)
        yield port, worker_of(child.pid)


def worker_of(parent: int) -> int:
    """The last child of a process that holds a Python of ours."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return max(map(int, children), key=memory)


def memory(process: int) -> int:
    """The most memory that a process ever held, in bytes."""
    text = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", text)
    return int(found[1]) * 1024 if found else 0


def send(port: int, head: bytes, body: bytes, most: int = 0, wrap: str = "%s") -> bytes:
    """A request by hand; ``most`` bytes of zeros follow, as far as they are taken."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head + b"Host: localhost\r\nConnection: close\r\n\r\n" + body)
        piece = bytes(MEGABYTE)
        with contextlib.suppress(OSError):
            for _ in range(most // MEGABYTE):
                line.sendall(b"100000\r\n" + piece + b"\r\n" if wrap else piece)
        answer = b""
        with contextlib.suppress(OSError):
            while part := line.recv(65536):
                answer += part
        return answer


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="no /proc here")
@pytest.mark.parametrize(
    "path",
    ["/accounts/login/", "/participants/P0001/forms/consent/",
     "/api/participants/P0001/forms/consent"],
)  # fmt: skip
@pytest.mark.parametrize("chunked", [False, True])
def test_500_megabytes_are_refused_and_never_held(
    served: tuple[int, int], path: str, chunked: bool
) -> None:
    port, worker = served
    before = memory(worker)
    for kind in (b"application/json", b"application/x-www-form-urlencoded",
                 b"multipart/form-data; boundary=x"):  # fmt: skip
        length = (
            b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % HUGE
        )
        head = (b"POST %s HTTP/1.1\r\nContent-Type: %s\r\n%s\r\n"
                % (path.encode(), kind, length))  # fmt: skip
        begun = time.monotonic()
        answer = send(port, head, b"", HUGE, "chunk" if chunked else "")
        assert time.monotonic() - begun < 15
        # Who goes on sending may lose the line before reading the answer.
        if answer:
            assert answer.split()[1] == (b"411" if chunked else b"413")
    quiet = send(
        port,
        b"POST %s HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n"
        % (path.encode(), HUGE),
        b"",
    )
    assert quiet.split()[1] == b"413"  # at once, without a byte of it
    assert memory(worker) - before < 20 * MEGABYTE
    assert b" 200 " in send(port, b"GET /health HTTP/1.1\r\n", b"")


def test_forms_of_many_fields_and_deep_json_are_refused(
    served: tuple[int, int],
) -> None:
    port, _ = served
    bodies = [
        (b"application/x-www-form-urlencoded", b"&".join([b"a=1"] * 9000)),
        (b"application/x-www-form-urlencoded", b"login=" + b"x" * (MOST - 10)),
        (b"application/json", b"[" * 1_000_000),
        (b"application/json", b'{"a":' * 300_000),
        (b"multipart/form-data; boundary=x",
         b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
         + b"y" * 1000 + b"\r\n--x--\r\n"),
    ]  # fmt: skip
    for path in (b"/accounts/login/", b"/api/participants"):
        for kind, body in bodies:
            head = (b"POST %s HTTP/1.1\r\nContent-Type: %s\r\nContent-Length: %d\r\n"
                    % (path, kind, len(body)))  # fmt: skip
            answer = send(port, head, body)
            status = int(answer.split()[1])
            assert 400 <= status < 500, (path, kind, body[:10], status)


def test_slow_lines_leave_room_for_others(served: tuple[int, int]) -> None:
    """Fewer than the threads of a worker: the rest still answer."""
    port, _ = served
    lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(6)]
    for line in lines:
        line.sendall(
            b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: 1000\r\n\r\nlogin="
        )
    begun = time.monotonic()
    assert b" 200 " in send(port, b"GET /health HTTP/1.1\r\n", b"")
    assert time.monotonic() - begun < 5
    for line in lines:
        line.close()
