"""Whether it is the same person still."""

import pytest
from allauth.core.context import request_context
from django.contrib.auth.models import User
from django.core.cache import cache
from django.http import HttpRequest
from django.test import Client, RequestFactory

from equipoise.conduct.pages.account_reset import is_still_the_same, just_shown
from tests.conduct.conftest import PASSWORD


@pytest.fixture
def client(people: dict[str, User]) -> Client:
    cache.clear()
    made = Client()
    made.force_login(people["rater"])
    return made


def request(client: Client, user: User, **given: str) -> HttpRequest:
    made = RequestFactory().post("/", given)
    made.user, made.session = user, client.session
    return made


@pytest.mark.parametrize(
    ("given", "same"),
    [({"password": PASSWORD}, True), ({"password": "wrong"}, False), ({}, False)],
)
def test_by_the_password(
    client: Client, people: dict[str, User], given: dict[str, str], same: bool
) -> None:
    asked = request(client, people["rater"], **given)
    with request_context(asked):
        assert is_still_the_same(asked) is same


def test_or_because_it_was_shown_just_now(
    client: Client, people: dict[str, User]
) -> None:
    assert not just_shown(request(client, people["rater"]))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    asked = request(client, people["rater"])
    assert just_shown(asked)
    assert is_still_the_same(asked)
    assert not just_shown(request(client, people["monitor"]))
