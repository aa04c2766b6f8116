"""The health page: one word for strangers."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from equipoise.conduct.operation.checkpoint_schedule import anchor_now


@pytest.fixture
def anchored(people: dict[str, User], settings: Settings, tmp_path: Path) -> None:
    from django.utils import timezone

    settings.ANCHORS = tmp_path / "anchors"
    anchor_now(settings.ANCHORS, at=timezone.now())


@pytest.mark.usefixtures("anchored")
def test_strangers_learn_one_word() -> None:
    answer = Client().get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


@pytest.mark.usefixtures("anchored")
@pytest.mark.parametrize("role", ["rater", "investigator", "statistician"])
def test_so_does_everybody_but_the_administrator(
    people: dict[str, User], role: str
) -> None:
    client = Client()
    client.force_login(people[role])
    assert client.get("/health").json() == {"status": "ok"}
    client.force_login(people["administrator"])
    told = client.get("/health").json()["parts"]
    assert told["vault"] == "ok: answers"
    assert "minutes old" in told["anchors"]


def test_without_anchors_it_is_not_well(
    people: dict[str, User], settings: Settings, tmp_path: Path
) -> None:
    settings.ANCHORS = tmp_path / "nowhere"
    answer = Client().get("/health")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unwell"}
