"""A code of an app is not taken a second time when its half minute comes again."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from equipoise.conduct.access.second_factors import DIGITS
from tests.conduct.conftest import PASSWORD

SECRET = "JBSWY3DPEHPK3PXP"
PAGE = "/accounts/2fa/authenticate/"


def code() -> str:
    newest = max(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(SECRET, newest))


def asked(people: dict[str, User]) -> Client:
    """Somebody with the right password, before the second factor."""
    client = Client()
    form = {"login": "rater", "password": PASSWORD}
    assert client.post("/accounts/login/", form)["Location"] == PAGE
    return client


def set_back(people: dict[str, User], by: timedelta) -> None:
    """The last code was used at a time that has not come yet."""
    held = Authenticator.objects.filter(user=people["rater"], type="totp")
    held.update(last_used_at=timezone.now() + by)
    cache.clear()  # what was used an hour ago is forgotten there


@pytest.fixture
def app(people: dict[str, User]) -> None:
    TOTP.activate(people["rater"], SECRET)


@pytest.mark.usefixtures("app")
def test_an_old_code_opens_nothing_after_the_clock_went_back(
    people: dict[str, User],
) -> None:
    client = asked(people)
    set_back(people, timedelta(hours=1))
    page = client.post(PAGE, {"code": code()})
    assert page.status_code == 200
    assert "clock of the server went back" in page.content.decode()
    set_back(people, -timedelta(hours=1))
    assert len(code()) == DIGITS
    assert client.post(PAGE, {"code": code()}).status_code == 302


@pytest.mark.usefixtures("app")
def test_a_recovery_code_still_opens(people: dict[str, User]) -> None:
    recovery = RecoveryCodes.activate(people["rater"]).get_unused_codes()[0]
    client = asked(people)
    set_back(people, timedelta(hours=1))
    assert client.post(PAGE, {"code": recovery}).status_code == 302
