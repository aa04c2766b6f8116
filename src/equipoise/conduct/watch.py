"""One thread of a process that ends what takes too long.

A thread for each would cost more than most of what is watched.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from threading import Lock, Thread

PERIOD = 0.25  # seconds by which an end may come late


class Watch:
    """Ends what has not come to its end by itself in time."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[float, Callable[[], None]]] = {}
        self._numbers, self._lock = count(), Lock()
        self._process = 0  # in which the thread runs: none is left after a fork

    @contextmanager
    def over(self, seconds: float, end: Callable[[], None]) -> Iterator[None]:
        """Calls ``end``, from another thread, if what is inside takes longer."""
        if self._process != os.getpid():
            self._start()
        number = next(self._numbers)
        self._waiting[number] = time.monotonic() + seconds, end
        try:
            yield
        finally:
            self._waiting.pop(number, None)

    def _start(self) -> None:
        with self._lock:
            if self._process != os.getpid():
                self._waiting.clear()
                Thread(target=self._look, name="watch", daemon=True).start()
                self._process = os.getpid()

    def _look(self) -> None:
        while True:
            time.sleep(PERIOD)
            now = time.monotonic()
            for number, (due, end) in list(self._waiting.items()):
                if due <= now and number in self._waiting:
                    self._waiting.pop(number, None)
                    with suppress(OSError):  # it ended meanwhile
                        end()
