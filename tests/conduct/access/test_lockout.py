"""Brute force meets a wall: passwords, codes of apps, recovery codes."""

from datetime import timedelta

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.conduct.conftest import PASSWORD

LOGIN = "/accounts/login/"
SECOND = "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def fresh() -> None:
    cache.clear()


def attempt(client: Client, name: str, password: str, **where: str) -> int:
    data = {"login": name, "password": password}
    return client.post(LOGIN, data, **where).status_code


def test_five_wrong_passwords_lock_the_account_wherever_they_come_from(
    people: dict[str, User],
) -> None:
    for i in range(5):
        where = {"REMOTE_ADDR": f"10.0.0.{i}"}
        last = attempt(Client(), "rater", f"wrong {i}", **where)
    assert last == 429
    for name in ("rater", "Rater"):
        client = Client()
        attempt(client, name, PASSWORD, REMOTE_ADDR="10.1.1.1")
        assert "_auth_user_id" not in client.session


def test_axes_locks_by_itself_without_the_limits_of_allauth(
    people: dict[str, User], settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    for i in range(5):
        last = attempt(Client(), "rater", f"wrong {i}", REMOTE_ADDR=f"10.0.0.{i}")
    assert last == 429
    page = Client().post(LOGIN, {"login": "rater", "password": PASSWORD})
    assert page.status_code == 429
    assert "locked for 15 minutes" in page.content.decode()


def test_a_clock_that_went_back_unlocks_nothing(
    people: dict[str, User], settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    for i in range(5):
        attempt(Client(), "rater", f"wrong {i}")
    AccessAttempt.objects.update(attempt_time=timezone.now() + timedelta(hours=5))
    assert attempt(Client(), "rater", PASSWORD) == 429


def test_others_of_the_same_ward_can_still_log_in(people: dict[str, User]) -> None:
    for i in range(5):
        attempt(Client(), "rater", f"wrong {i}")
    assert attempt(Client(), "coordinator", PASSWORD) == 302


def test_an_unknown_name_is_answered_like_a_known_one(people: dict[str, User]) -> None:
    pages = [
        Client().post(LOGIN, {"login": name, "password": "wrong"}).content.decode()
        for name in ("rater", "nobody-here")
    ]
    tidy = [p.replace("nobody-here", "rater") for p in pages]
    lines = [[x for x in p.splitlines() if "csrf" not in x.lower()] for p in tidy]
    assert lines[0] == lines[1]


@pytest.fixture
def at_second_factor(people: dict[str, User]) -> Client:
    """Somebody who knows the password, and stands before the second factor."""
    TOTP.activate(people["rater"], generate_totp_secret())
    RecoveryCodes.activate(people["rater"])
    client = Client()
    client.post(LOGIN, {"login": "rater", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    return client


def test_codes_cannot_be_guessed(at_second_factor: Client) -> None:
    for i in range(12):
        page = at_second_factor.post(SECOND, {"code": f"{i:06d}"})
    assert page.status_code in (200, 429)
    assert "Too many" in page.content.decode()
    user = User.objects.get(username="rater")
    right = RecoveryCodes(user.authenticator_set.get(type="recovery_codes"))
    code = right.get_unused_codes()[0]
    at_second_factor.post(SECOND, {"code": code})
    assert "_auth_user_id" not in at_second_factor.session


def test_recovery_codes_cannot_be_guessed(at_second_factor: Client) -> None:
    for i in range(12):
        page = at_second_factor.post(SECOND, {"code": f"{i:08x}"})
    assert "Too many" in page.content.decode()
    # Another browser does not begin again: failures are counted by account.
    other = Client()
    other.post(LOGIN, {"login": "rater", "password": PASSWORD}, REMOTE_ADDR="10.0.0.9")
    assert "Too many" in other.post(SECOND, {"code": "12345678"}).content.decode()


def test_a_recovery_code_works_once(at_second_factor: Client) -> None:
    user = User.objects.get(username="rater")
    codes = RecoveryCodes(user.authenticator_set.get(type="recovery_codes"))
    code = codes.get_unused_codes()[0]
    at_second_factor.post(SECOND, {"code": code})
    assert at_second_factor.session["_auth_user_id"] == str(user.pk)
    again = Client()
    again.post(LOGIN, {"login": "rater", "password": PASSWORD})
    again.post(SECOND, {"code": code})
    assert "_auth_user_id" not in again.session


def test_behind_a_proxy_attempts_are_counted_by_the_address_that_it_passes_on(
    people: dict[str, User], settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for i in range(12):
        headers = {"X-Forwarded-For": f"192.0.2.{i}"}
        given = {"login": f"nobody-{i}", "password": "wrong"}
        Client().post(LOGIN, given, headers=headers)
    given = {"login": "rater", "password": PASSWORD}
    answer = Client().post(LOGIN, given, headers={"X-Forwarded-For": "192.0.2.99"})
    assert answer.status_code == 302
