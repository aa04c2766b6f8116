"""Sessions end when nobody works; pages that ask by themselves do not keep them."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from equipoise.conduct.access.middleware import ENDED, LAST, NOTED
from tests.conduct.walking import BACKEND


@pytest.fixture
def client(people: dict[str, User], settings: Settings) -> Client:
    settings.IDLE_MINUTES = 20
    made = Client()
    made.force_login(people["administrator"])
    assert made.get("/people/").status_code == 200
    return made


def rest(client: Client, minutes: float) -> None:
    """Some minutes pass without a request."""
    session = client.session
    session[LAST] = session[LAST] - timedelta(minutes=minutes).total_seconds()
    session.save()


def test_work_goes_on_within_the_time(client: Client) -> None:
    for _ in range(3):
        rest(client, 19)
        assert client.get("/people/").status_code == 200


def test_an_idle_session_ends_and_leads_back_after_the_login(client: Client) -> None:
    rest(client, 21)
    answer = client.get("/people/")
    assert answer["Location"] == "/accounts/login/?next=/people/"
    assert client.get("/people/").status_code == 302


def test_a_page_that_asks_by_itself_keeps_no_session_alive(client: Client) -> None:
    rest(client, 15)
    assert client.get("/people/", headers={"X-Background": "1"}).status_code == 200
    rest(client, 6)
    assert client.get("/people/").status_code == 302


def test_a_use_is_not_written_down_again_within_seconds(client: Client) -> None:
    noted = client.session[LAST]
    client.get("/people/")
    assert client.session[LAST] == noted
    rest(client, NOTED / 60)
    client.get("/people/")
    assert client.session[LAST] == pytest.approx(timezone.now().timestamp(), abs=10)


def test_a_session_without_a_time_begins_now(client: Client) -> None:
    session = client.session
    del session[LAST]
    session.save()
    client.get("/people/")
    assert client.session[LAST] == pytest.approx(timezone.now().timestamp(), abs=60)


def test_a_clock_that_went_back_ends_a_session(client: Client) -> None:
    rest(client, -0.5)
    assert client.get("/people/").status_code == 200
    rest(client, -2)
    assert client.get("/people/").status_code == 302


def test_the_page_for_logging_in_says_that_the_session_ended(client: Client) -> None:
    rest(client, 21)
    client.get("/people/")
    assert "Your session ended" in client.get("/accounts/login/").content.decode()
    client.force_login(User.objects.get(username="administrator"), backend=BACKEND)
    client.get("/people/")
    assert not client.cookies[ENDED].value
    client.logout()
    assert "Your session ended" not in client.get("/accounts/login/").content.decode()
