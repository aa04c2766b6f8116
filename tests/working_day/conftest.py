"""A trial that runs, a clock that stands, and people at real screens."""

import pytest

from tests.conduct.conftest import (  # noqa: F401  fixtures of the running trial
    actor,
    emptied_tables,
    feder,
    key,
    nothing_kept,
    people,
    study,
)
from tests.conduct.pages.conftest import (  # noqa: F401  the clock and the browser
    chromium,
    clock,
    seat,
)
from tests.conduct.pages.seats import DESK, PHONE


@pytest.fixture(params=[DESK, PHONE], ids=["1280", "390"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    """Of the screen."""
    made: dict[str, int] = request.param
    return made
