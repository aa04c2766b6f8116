"""Tokens in the database: no token that could be used, and none without a person."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from equipoise.conduct.api.models import ApiToken
from tests.conduct.conftest import NOW


def token(user: User, digest: str) -> ApiToken:
    return ApiToken.objects.create(
        user=user, label="script", digest=digest, created_at=NOW, expires_at=NOW
    )


def test_there_is_no_column_for_the_token_itself() -> None:
    assert {field.name for field in ApiToken._meta.fields} == {
        "id", "user", "label", "digest", "created_at", "expires_at", "revoked_at",
    }  # fmt: skip
    assert ApiToken._meta.get_field("digest").max_length == 64  # SHA-256 in hex


def test_two_people_never_share_a_token(db: None) -> None:
    one, other = (User.objects.create_user(name) for name in ("one", "other"))
    token(one, "a" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        token(other, "a" * 64)


def test_a_token_lasts_no_longer_than_its_person(db: None) -> None:
    one = User.objects.create_user("one")
    token(one, "a" * 64)
    one.delete()
    assert not ApiToken.objects.exists()


def test_the_newest_comes_first_and_is_shown_by_its_label(db: None) -> None:
    one = User.objects.create_user("one")
    made = [token(one, letter * 64) for letter in "abc"]
    assert list(one.api_tokens.all()) == made[::-1]  # type: ignore[attr-defined]
    assert str(made[0]) == "script"
    assert made[0].revoked_at is None
