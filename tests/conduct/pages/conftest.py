"""Pages ask the clock: here it stands at the time of the tests."""

from datetime import datetime, timedelta

import pytest

from tests.conduct.conftest import NOW


class Clock:
    """What ``timezone.now()`` says."""

    def __init__(self) -> None:
        self.now = NOW + timedelta(minutes=1)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that a test can set."""
    made = Clock()
    monkeypatch.setattr("django.utils.timezone.now", made)
    return made
