"""The trial that is abused, and a clock that stands at its time."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache

from equipoise.conduct.export import export_job
from tests.conduct.abuse.world import World, build
from tests.conduct.conftest import NOW


@pytest.fixture
def world(people: dict[str, User], key: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two sites, everything that an address can name, and the hour after."""
    cache.clear()
    monkeypatch.setattr(settings, "ANCHORS", key.parent / "anchors")
    # What is made beside a request would not see what these tests have not committed.
    monkeypatch.setattr(export_job, "aside", lambda deed: deed())
    made = build(people, key)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(minutes=5))
    return made
