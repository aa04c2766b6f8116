"""The server that the tests start is stopped by the last of them, and by nobody before."""

import os
import subprocess
import sys
from contextlib import nullcontext

import pytest

from tests.conduct.server import is_there, let_go


class Handles:
    """Who uses a server."""

    def __init__(self, pids: list[int]) -> None:
        self.pids = pids

    def get_and_remove(self, pid: int) -> list[int]:
        before = list(self.pids)
        self.pids.remove(pid)
        return before


class Server:
    """What is used of a server."""

    def __init__(self, *others: int) -> None:
        self.global_process_id_list = Handles([os.getpid(), *others])
        self._lock, self.stopped = nullcontext(), False

    def _stop(self) -> None:
        self.stopped = True

    def _cleanup(self) -> None:
        raise AssertionError


@pytest.mark.parametrize(
    ("others", "stopped"), [((), True), ((7,), True), ((7, 8), False)]
)
def test_it_is_stopped_when_nobody_else_is_alive(
    others: tuple[int, ...], stopped: bool
) -> None:
    server = Server(*others)
    assert let_go(server, alive={8}.__contains__) is stopped
    assert server.stopped is stopped
    assert server.global_process_id_list.pids == list(others)


def test_a_process_is_there_until_it_has_ended() -> None:
    assert is_there(os.getpid())
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert not is_there(ended.pid)
