"""Tests in a process of its own, begun from one that has imported what they need."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "equipoise"


def in_child(tried: Callable[[], bool], seconds: int) -> bool:
    """What a function says in a process of its own; True if it takes too long.

    Args:
        tried: is called in the child.
        seconds: of its processor, so that a busy machine kills no mutant; ten times that
            by the clock, for one that waits for ever.
    """
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os._exit(int(tried()))
    end = time.monotonic() + 10 * seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def failed(tests: list[str]) -> bool:
    """Whether one of the tests fails; the first that does is the last."""
    import pytest

    # Without the project's configuration and plugins: no database, and a quick start.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    options = ["-x", "-q", "-c", os.devnull, "--rootdir", str(ROOT)]
    options += ["--import-mode=importlib", "-m", "not calibration"]
    # Pytest reads modules that look like tests itself, past the mutant: ``*_test.py``.
    options += ["-o", "python_files=test_*.py"]
    options += ["-p", "no:cacheprovider"]
    return pytest.main([*options, *tests]) != 0
