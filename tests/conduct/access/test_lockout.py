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

from equipoise.conduct.access.lockout import COOKIE
from tests.conduct.conftest import PASSWORD

LOGIN = "/accounts/login/"
SECOND = "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def fresh() -> None:
    cache.clear()


def attempt(client: Client, name: str, password: str, **where: str) -> int:
    data = {"login": name, "password": password}
    return client.post(LOGIN, data, **where).status_code


def test_five_wrong_passwords_lock_the_account_at_that_address(
    people: dict[str, User],
) -> None:
    for i in range(5):
        last = attempt(Client(), "rater", f"wrong {i}", REMOTE_ADDR="10.0.0.1")
    assert last == 429
    for name in ("rater", "Rater"):
        client = Client()
        attempt(client, name, PASSWORD, REMOTE_ADDR="10.0.0.1")
        assert "_auth_user_id" not in client.session
    assert attempt(Client(), "rater", PASSWORD, REMOTE_ADDR="10.1.1.1") == 302


def test_ten_lock_it_wherever_they_come_from(people: dict[str, User]) -> None:
    for i in range(10):
        attempt(Client(), "rater", f"wrong {i}", REMOTE_ADDR=f"10.0.0.{i}")
    client = Client()
    attempt(client, "Rater", PASSWORD, REMOTE_ADDR="10.1.1.1")
    assert "_auth_user_id" not in client.session
    assert attempt(Client(), "coordinator", PASSWORD, REMOTE_ADDR="10.1.1.1") == 302


def test_axes_locks_by_itself_without_the_limits_of_allauth(
    people: dict[str, User], settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    for i in range(5):
        last = attempt(Client(), "rater", f"wrong {i}")
    assert last == 429
    page = Client().post(LOGIN, {"login": "rater", "password": PASSWORD})
    assert page.status_code == 429
    assert "blocked for 15 minutes" in page.content.decode()


@pytest.mark.parametrize("same_address", [True, False])
def test_a_stranger_keeps_nobody_out_whose_device_is_known(
    people: dict[str, User], same_address: bool
) -> None:
    """Neither from the ward itself nor from anywhere, however often the stranger tries."""
    doctor = Client()
    assert attempt(doctor, "investigator", PASSWORD) == 302
    doctor.post("/accounts/logout/")
    for i in range(25):
        where = {} if same_address else {"REMOTE_ADDR": f"10.0.0.{i}"}
        attempt(Client(), "investigator", f"wrong {i}", **where)
    assert attempt(Client(), "investigator", PASSWORD) != 302
    assert attempt(doctor, "investigator", PASSWORD) == 302
    # A device is known for who has logged in there, and for nobody else.
    for i in range(5):
        attempt(Client(), "rater", f"wrong {i}")
    other = Client()
    other.cookies = doctor.cookies.copy()
    del other.cookies["sessionid"]
    assert attempt(other, "rater", PASSWORD) == 429


def test_nor_from_confirming_who_it_is(people: dict[str, User]) -> None:
    """Of a session that is logged in, also on a device that was never marked."""
    doctor = Client()
    doctor.force_login(people["investigator"])
    for i in range(25):
        attempt(Client(), "investigator", f"wrong {i}")
    again = "/accounts/reauthenticate/"
    for i in range(3):
        assert doctor.post(again, {"password": f"wrong {i}"}).status_code == 200
    assert doctor.post(again, {"password": PASSWORD}).status_code == 302


def test_a_known_device_and_a_session_are_locked_by_their_own_wrong_tries(
    people: dict[str, User],
) -> None:
    device, thief = Client(), Client()
    attempt(device, "rater", PASSWORD)
    device.post("/accounts/logout/")
    for i in range(5):
        last = attempt(device, "rater", f"wrong {i}")
    assert last == 429
    assert attempt(device, "rater", PASSWORD) == 429
    assert attempt(Client(), "rater", PASSWORD) == 302  # others are not touched
    thief.force_login(people["investigator"])
    for i in range(6):
        thief.post("/accounts/reauthenticate/", {"password": f"wrong {i}"})
    right = thief.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert right.status_code != 302


def test_a_cookie_that_nobody_signed_marks_nothing(people: dict[str, User]) -> None:
    device = Client()
    attempt(device, "rater", PASSWORD)
    held = device.cookies[COOKIE]
    assert held["httponly"]
    assert held["samesite"] == "Lax"
    assert "rater" not in held.value
    for i in range(5):
        attempt(Client(), "rater", f"wrong {i}")
    for value in (held.value[:-1] + "x", "", "x", "a:b:c"):
        stranger = Client()
        stranger.cookies[COOKIE] = value
        assert attempt(stranger, "rater", PASSWORD) == 429


def test_a_device_is_known_only_after_the_second_factor(
    at_second_factor: Client, settings: Settings
) -> None:
    settings.DEMO = False
    assert COOKIE not in at_second_factor.cookies
    user = User.objects.get(username="rater")
    codes = RecoveryCodes(user.authenticator_set.get(type="recovery_codes"))
    at_second_factor.post(SECOND, {"code": codes.get_unused_codes()[0]})
    assert COOKIE in at_second_factor.cookies
    bare = Client()  # with the password alone, of somebody who must have a factor
    attempt(bare, "coordinator", PASSWORD)
    assert bare.session["_auth_user_id"]
    assert COOKIE not in bare.cookies


def test_wrong_tries_for_names_that_do_not_exist_lock_no_ward_out(
    people: dict[str, User],
) -> None:
    for i in range(12):
        attempt(Client(), f"nobody-{i}", "wrong")
    assert attempt(Client(), "coordinator", PASSWORD) == 302


def test_but_the_hundredth_from_one_address_waits_and_known_devices_do_not(
    people: dict[str, User],
) -> None:
    device = Client()
    attempt(device, "coordinator", PASSWORD)
    device.post("/accounts/logout/")
    for i in range(125):
        attempt(Client(), f"nobody-{i}", "wrong")
    assert attempt(Client(), "rater", PASSWORD) != 302
    assert attempt(device, "coordinator", PASSWORD) == 302


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
