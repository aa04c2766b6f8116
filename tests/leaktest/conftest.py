"""A trial in this process, with people who look at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from equipoise.leaktest import sampling_process
from tests.conduct.conftest import (  # noqa: F401  fixtures of the running trial
    actor,
    crew,
    feder,
    key,
    open_trial,
    people,
    study,
)

BOTH = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def by_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allocates by the service: what is planted there is seen without requests."""
    monkeypatch.setattr(sampling_process, "_eligible", lambda person: None)


@pytest.fixture
def anchors(key: Path) -> Path:  # noqa: F811  the fixture
    """Folder of the anchors, where the pages expect it."""
    from django.conf import settings

    folder = key.parent / "anchors"
    settings.ANCHORS = folder
    return folder
