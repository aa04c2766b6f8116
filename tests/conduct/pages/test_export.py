"""The page of exports: files, tokens shown once, nothing for who may not export."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from equipoise.conduct.access.models import Membership
from equipoise.conduct.api.models import ApiToken


@pytest.fixture
def members(people: dict[str, User]) -> dict[str, User]:
    """Roles that hold already, whatever the clock says."""
    Membership.objects.update(since=timezone.now() - timedelta(days=1))
    return people


def browser(user: User) -> Client:
    client = Client()
    backend = "equipoise.conduct.access.sessions.Accounts"
    client.force_login(user, backend=backend)
    return client


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_a_file_is_handed_out(members: dict[str, User], form: str) -> None:
    answer = browser(members["coordinator"]).post("/export/file/", {"format": form})
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]


def test_a_token_is_revoked_by_its_owner_alone(members: dict[str, User]) -> None:
    made = ApiToken.objects.create(
        user=members["monitor"],
        label="mine",
        digest="0" * 64,
        created_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
    )
    path = f"/export/tokens/{made.pk}/revoke/"
    browser(members["coordinator"]).post(path)
    assert ApiToken.objects.get().revoked_at is None
    browser(members["monitor"]).post(path)
    assert ApiToken.objects.get().revoked_at is not None


def test_unblinding_asks_for_the_password_first(members: dict[str, User]) -> None:
    answer = browser(members["statistician"]).post(
        "/export/unblinded/", {"reason": "x"}
    )
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/reauthenticate/")


def test_nobody_without_a_session(members: dict[str, User]) -> None:
    for path in ("/export/", "/export/file/", "/export/tokens/"):
        assert Client().post(path)["Location"].startswith("/accounts/login/")
