"""How all tests run: the same examples everywhere, and no clock that fails a test."""

import os
import sys

import pytest
from hypothesis import HealthCheck, settings

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


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Leaves no server of PostgreSQL behind, if this process has used one."""
    loaded = sys.modules.get("tests.conduct.settings")
    server = getattr(loaded, "SERVER", None)
    if server is not None:
        from tests.conduct.server import let_go

        let_go(server)
