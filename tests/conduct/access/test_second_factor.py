"""Nobody works without a second factor."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from equipoise.conduct.access.accounts import participant_account
from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.capture.participants import screen
from tests.conduct.conftest import NOW, PASSWORD

PAGES = ("/people/", "/", "/participants/", "/pharmacy/", "/export/", "/anything")


@pytest.fixture
def real(settings: Settings, people: dict[str, User]) -> Client:
    """A real trial, where somebody has logged in with the password alone."""
    settings.DEMO = False
    client = Client()
    client.post("/accounts/login/", {"login": "administrator", "password": PASSWORD})
    return client


@pytest.mark.parametrize("page", PAGES)
def test_every_page_leads_to_the_set_up_of_a_second_factor(
    real: Client, page: str
) -> None:
    for answer in (real.get(page), real.post(page)):
        assert answer.status_code == 302
        assert answer["Location"] == "/accounts/2fa/totp/activate/"


def test_the_set_up_itself_can_be_reached(real: Client) -> None:
    first = real.get("/accounts/2fa/totp/activate/")
    assert first["Location"].startswith("/accounts/reauthenticate/")
    page = real.post(first["Location"], {"password": PASSWORD}, follow=True)
    assert page.status_code == 200
    assert "data:image/svg+xml" in page.content.decode()


def test_with_a_second_factor_the_work_begins(
    real: Client, people: dict[str, User]
) -> None:
    TOTP.activate(people["administrator"], generate_totp_secret())
    assert real.get("/people/").status_code == 200


def test_a_demonstration_needs_none(people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people["administrator"])
    assert client.get("/people/").status_code == 200


def test_a_participant_answers_with_the_password_alone(
    settings: Settings, people: dict[str, User]
) -> None:
    settings.DEMO = False
    coordinator = actor_of(people["coordinator"], at=NOW)
    person = screen("north", actor=coordinator, at=NOW)
    user = participant_account(person.identifier, "north", actor=coordinator, at=NOW)
    client = Client()
    client.force_login(user)
    own = f"/participants/{person.identifier}/"
    assert client.get(own).status_code == 200
    assert client.get("/people/").status_code == 403
    TOTP.activate(user, generate_totp_secret())  # of the own will
    assert client.get(own).status_code == 200


def test_who_has_no_role_needs_one_all_the_same(
    settings: Settings, people: dict[str, User]
) -> None:
    settings.DEMO = False
    client = Client()
    client.force_login(User.objects.create_user("new", password=PASSWORD))
    assert client.get("/")["Location"] == "/accounts/2fa/totp/activate/"
