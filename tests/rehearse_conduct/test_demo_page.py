"""One click signs in as another user: in a demonstration, and nowhere else."""

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from equipoise.conduct.access.models import ParticipantAccount
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.folder import DEMO_SETTINGS
from equipoise.conduct.safety.alerts import SHOWN
from equipoise.rehearse_conduct import demo_page, demo_settings
from tests.conduct.conftest import NOW
from tests.conduct.served import environment, inside, new_database, run
from tests.conduct.walking import browser, included

FIRST, SIGN_IN = "/demonstration/", "/demonstration/sign-in/"
SESSION = "_auth_user_id"


@pytest.fixture(autouse=True)
def at_the_time_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages ask the clock."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(minutes=1))


@pytest.fixture
def shown(settings: Settings) -> None:
    """The settings of ``serve --demo``."""
    settings.ROOT_URLCONF = demo_settings.ROOT_URLCONF
    settings.TEMPLATES = demo_settings.TEMPLATES


def signed_in(client: Client) -> str:
    key = client.session.get(SESSION)
    return User.objects.get(pk=key).username if key else ""


def test_one_click_on_any_page_is_another_user(
    people: dict[str, User], shown: None
) -> None:
    client = Client(enforce_csrf_checks=True)
    first = client.get(FIRST).content.decode()
    assert "Demonstration:" in first
    for role, user in people.items():
        page = client.get("/participants/" if role == "rater" else FIRST)
        text = page.content.decode()
        assert re.search(rf'<button\s+name="user"\s+value="{user.username}"', text)
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', text)
        assert token is not None
        sent = {"user": user.username, "csrfmiddlewaretoken": token[1]}
        answer = client.post(SIGN_IN, sent)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")
        assert signed_in(client) == user.username
        own = client.get("/").content.decode()
        assert re.search(rf'value="{user.username}"\s+aria-current="true"', own)
        assert "Demonstration:" in own
    assert client.post(SIGN_IN, {"user": "rater"}).status_code == 403  # no token


def test_the_first_page_says_who_does_what_and_counts_nothing_as_seen(
    people: dict[str, User], shown: None
) -> None:
    page = Client().get(FIRST).content.decode()
    for role in people:
        assert demo_page.DOES[role].partition(",")[0] in page, role
    assert "No open tasks" in page
    assert not Entry.objects.filter(act=SHOWN).exists()


def test_the_button_of_participants_takes_one_who_has_something_to_do(
    people: dict[str, User], shown: None
) -> None:
    person = included(people)
    account = User.objects.create_user(person.identifier.lower())
    ParticipantAccount.objects.create(user=account, identifier=person.identifier)
    client = Client()
    client.post(SIGN_IN, {"user": "participant"})
    assert signed_in(client) == account.username


def test_nobody_who_has_no_role_or_is_closed(
    people: dict[str, User], shown: None
) -> None:
    User.objects.create_user("stranger")
    people["monitor"].is_active = False
    people["monitor"].save()
    client = Client()
    for name in ("stranger", "monitor", "", "nobody"):
        assert client.post(SIGN_IN, {"user": name}).status_code == 404
        assert not signed_in(client)
    assert 'value="monitor"' not in client.get(FIRST).content.decode()
    assert client.get(SIGN_IN).status_code == 405


def test_a_trial_has_no_such_address_and_no_such_button(
    people: dict[str, User],
) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("sign_in_as")
    client = browser(people["rater"])
    for method in (client.get, client.post):
        for address in (FIRST, SIGN_IN):
            assert method(address, {"user": "statistician"}).status_code == 404
    assert signed_in(client) == "rater"
    assert "Sign in as" not in client.get("/").content.decode()


@pytest.mark.parametrize(("demo", "production"), [(False, False), (True, True)])
def test_were_the_addresses_there_they_would_refuse(
    people: dict[str, User],
    shown: None,
    settings: Settings,
    demo: bool,
    production: bool,
) -> None:
    settings.DEMO, settings.PRODUCTION = demo, production
    client = Client()
    assert client.post(SIGN_IN, {"user": "statistician"}).status_code == 404
    assert client.get(FIRST).status_code == 404
    assert not signed_in(client)


TOLD = """
from django.conf import settings
from django.urls import get_resolver
names = set(get_resolver().reverse_dict)
print(settings.SETTINGS_MODULE, settings.LOGIN_URL, "sign_in_as" in names)
"""


def test_only_serve_with_demo_has_it(tmp_path: Path) -> None:
    real = tmp_path / "real"
    base = ["serve", "beat-the-blues", "--prepare-only"]
    run(*base, *new_database(), "--folder", real)
    of_trial = ["equipoise.conduct.settings", "account_login", "False"]
    assert inside(real, TOLD).split() == of_trial
    demo = tmp_path / "demo"
    run(*base, *new_database(), "--folder", demo, "--demo")
    of_demonstration = [DEMO_SETTINGS, "demonstration", "True"]
    assert inside(demo, TOLD).split() == of_demonstration
    # Whoever forces these settings on a trial gets no application at all.
    forced = environment() | {"DJANGO_SETTINGS_MODULE": DEMO_SETTINGS}
    lines = "from django.conf import settings; settings.DEMO"
    for more in ({}, {"EQUIPOISE_DEMO": "1", "EQUIPOISE_PRODUCTION": "1"}):
        done = subprocess.run(  # noqa: S603  our own lines
            [sys.executable, "-c", lines], env=forced | more, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert "a trial has no page" in done.stderr
