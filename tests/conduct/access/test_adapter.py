"""Nobody signs up, and nothing is sent by mail."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from equipoise.conduct.access.lockout import ClosedAdapter
from equipoise.conduct.access.sessions import SessionStore


def test_no_sign_up(db: None) -> None:
    assert not ClosedAdapter().is_open_for_signup(RequestFactory().get("/"))


@pytest.mark.parametrize(
    "page",
    [
        "signup/",
        "email/",
        "password/reset/",
        "password/set/",
        "confirm-email/",
        "login/code/",
    ],
)
def test_pages_that_this_application_does_not_have(study: object, page: str) -> None:
    for answer in (
        Client().get(f"/accounts/{page}"),
        Client().post(f"/accounts/{page}", {"email": "a@b.cd", "username": "x"}),
    ):
        assert answer.status_code == 404


def test_who_is_known_is_counted_apart_behind_one_address(people: object) -> None:
    asked = RequestFactory().get("/")
    asked.user, asked.session = AnonymousUser(), SessionStore()
    assert ClosedAdapter().get_client_ip(asked) == "127.0.0.1"
    asked.seated = "rater"
    assert ClosedAdapter().get_client_ip(asked).startswith("127.0.0.1#")
