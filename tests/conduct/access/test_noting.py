"""What people do to their accounts stands in the chain of the study, and no secret does."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from equipoise.conduct.access import account_audit
from equipoise.conduct.audit.models import STUDY, Entry
from tests.conduct.conftest import NOW, PASSWORD

LOGIN = "/accounts/login/"
NEW = "quite another horse battery"


@pytest.fixture(autouse=True)
def fresh() -> None:
    cache.clear()


@pytest.fixture
def client(people: dict[str, User]) -> Client:
    made = Client()
    made.post(LOGIN, {"login": "rater", "password": PASSWORD})
    return made


def written(act: str) -> list[tuple[str, str, str]]:
    found = Entry.objects.filter(chain=STUDY, form="people", act=act).order_by("seq")
    return [(e.actor, e.item, e.value or "") for e in found]


def no_secret(*secrets: str) -> bool:
    told = [f"{e.value} {e.reason} {e.item}" for e in Entry.objects.filter(chain=STUDY)]
    return not any(secret in text for text in told for secret in secrets)


def test_a_password_that_was_changed(client: Client) -> None:
    given = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post("/accounts/password/change/", given | {"password2": "else"})
    assert written("change password") == []
    client.post("/accounts/password/change/", given)
    assert written("change password") == [("rater", "account", "rater")]
    assert no_secret(PASSWORD, NEW)
    assert User.objects.get(username="rater").check_password(NEW)


def test_a_change_that_cannot_be_written_down_is_not_made(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise OSError("no room")

    monkeypatch.setattr(account_audit, "note", fails)
    given = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.raise_request_exception = False
    assert client.post("/accounts/password/change/", given).status_code == 500
    assert User.objects.get(username="rater").check_password(PASSWORD)


def test_second_factors_and_recovery_codes(client: Client) -> None:
    page = client.get("/accounts/2fa/totp/activate/")
    if page.status_code == 302:
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    client.post("/accounts/2fa/totp/activate/", {"code": code})
    assert written("add second factor") == [
        ("rater", "authenticator app", "rater"),
        ("rater", "recovery codes", "rater"),
    ]
    held = Authenticator.objects.get(type="recovery_codes")
    codes = RecoveryCodes(held).get_unused_codes()
    client.post("/accounts/2fa/recovery-codes/generate/")
    assert written("add second factor")[2:] == [("rater", "recovery codes", "rater")]
    client.post("/accounts/2fa/totp/deactivate/")
    gone = [item for _, item, _ in written("remove second factor")]
    assert gone == ["recovery codes", "authenticator app", "recovery codes"]
    assert no_secret(secret, code, *codes)


def test_using_a_factor_is_not_adding_one(people: dict[str, User]) -> None:
    made = TOTP.activate(people["rater"], generate_totp_secret())
    made.instance.record_usage()
    assert len(written("add second factor")) == 1


def test_what_somebody_else_does_bears_that_name(people: dict[str, User]) -> None:
    TOTP.activate(people["rater"], generate_totp_secret())
    with account_audit.by("administrator", NOW):
        Authenticator.objects.all().delete()
    assert written("remove second factor") == [
        ("administrator", "authenticator app", "rater")
    ]


def test_a_wrong_second_factor(people: dict[str, User]) -> None:
    TOTP.activate(people["rater"], generate_totp_secret())
    client = Client()
    client.post(LOGIN, {"login": "rater", "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert written("wrong second factor") == [
        ("log-in page", "authenticator app", "rater")
    ]


def test_an_account_that_is_locked_once_however_often_somebody_goes_on(
    people: dict[str, User], settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    for i in range(8):
        Client().post(LOGIN, {"login": "Rater", "password": f"wrong {i}"})
    assert written("lock out") == [("log-in page", "account", "rater")]


def test_a_name_that_nobody_has_is_not_written_down(
    people: dict[str, User], settings: Any
) -> None:
    """It may be a password in the wrong field; and strangers cannot fill the chain."""
    settings.ACCOUNT_RATE_LIMITS = False
    for _ in range(6):
        Client().post(LOGIN, {"login": "my secret password", "password": "x"})
    assert written("lock out") == []
    assert no_secret("my secret password")
