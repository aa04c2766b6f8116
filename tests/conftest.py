"""How all tests run: the same examples everywhere, and no clock that fails a test."""

import gc
import os
import sys

import pytest
from hypothesis import HealthCheck, settings

from tests import computed_once

settings.register_profile(
    "same-everywhere",
    derandomize=True,
    deadline=None,
    max_examples=40,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same-everywhere"))


# Files that take longest, of few tests: begun last, they would leave one process alone.
LONG = (
    "rehearse_conduct/test_run.py",
    "working_day/test_administrator.py",
    "conduct/pages/test_every_role.py",
    "conduct/operation/test_restore.py",
    "conduct/test_serve.py",
    "architecture/test_documentation.py",
    "cli/test_audit.py",
    "cli/test_commands.py",
    "report/test_document.py",
    "report/test_bad_data.py",
    "exchange/test_grids.py",
    "test_rehearse.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, all others in the order that chance gave them."""
    items.sort(key=lambda item: not item.path.as_posix().endswith(LONG))


# Nothing that is collected is ever given back: to look through it for garbage takes a
# quarter of the time, and later again with each full look.
gc.disable()


def pytest_collection_finish() -> None:
    """From here on garbage is looked for, among what the tests make."""
    gc.freeze()
    gc.enable()


def pytest_configure(config: pytest.Config) -> None:
    """The process that starts the others makes the folder of what they share."""
    if config.getoption("numprocesses", None):
        computed_once.begin()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leaves no shared folder behind, and no server of PostgreSQL that it has used."""
    if config.getoption("numprocesses", None):
        computed_once.end()
    loaded = sys.modules.get("tests.conduct.settings")
    server = getattr(loaded, "SERVER", None)
    if server is not None:
        from tests.conduct.server import let_go

        let_go(server)
