"""Second factors at rest: of no use without the secret of the trial."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.test import override_settings

from equipoise.conduct.access.second_factors import MARK, Adapter, encrypt_all
from equipoise.errors import AccessError


def test_what_allauth_stores_is_encrypted(people: dict[str, User]) -> None:
    secret = generate_totp_secret()
    made = TOTP.activate(people["rater"], secret).instance
    assert secret not in str(made.data)
    assert Adapter().decrypt(made.data["secret"]) == secret


def test_what_stands_in_clear_is_encrypted_once(people: dict[str, User]) -> None:
    made = Authenticator.objects.create(
        user=people["rater"], type="totp", data={"secret": "5OWE"}
    )
    assert [encrypt_all(), encrypt_all()] == [1, 0]
    made.refresh_from_db()
    assert made.data["secret"].startswith(MARK)
    assert Adapter().decrypt(made.data["secret"]) == "5OWE"


def test_with_another_secret_nothing_is_read(study: object) -> None:
    kept = Adapter().encrypt("5OWE")
    with (
        override_settings(SECRET_KEY="another"),
        pytest.raises(AccessError, match="EQ918"),
    ):
        Adapter().decrypt(kept)
