"""Results that several files of tests need, computed once for all processes of a run.

``make test`` runs files in two processes. A result that is cached in memory is computed
in each of them; one of ``computed_once`` is computed by the first process that needs it,
and read by the other.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable
from functools import cache, wraps
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

FOLDER = "TESTS_COMPUTED_ONCE"  # environment variable; processes of a run inherit it
Function = TypeVar("Function", bound=Callable[..., Any])


def computed_once(function: Function) -> Function:
    """Caches a function of plain arguments; nobody may change what it returns.

    In a run of one process, and where modules are mutated, the cache is in memory only:
    a result of the unchanged source would hide what a mutant does.
    """

    @cache
    @wraps(function)
    def result(*arguments: Any) -> Any:
        folder = os.environ.get(FOLDER)
        if folder is None:
            return function(*arguments)
        name = repr((function.__module__, function.__qualname__, arguments))
        path = Path(folder) / sha256(name.encode()).hexdigest()
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # who comes second waits, and reads
            if path.exists():
                return pickle.loads(path.read_bytes())  # noqa: S301  written below
            made = function(*arguments)
            path.write_bytes(pickle.dumps(made))
            return made

    return result  # type: ignore[return-value]


def begin() -> None:
    """Makes the folder of a run, before its processes start."""
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="equipoise-computed-once-")


def end() -> None:
    """Removes it."""
    shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)
