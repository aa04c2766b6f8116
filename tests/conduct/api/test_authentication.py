"""Who asks: a token in the header and nowhere else, and the password given just now."""

from datetime import timedelta
from importlib import import_module

import pytest
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from equipoise.conduct.access.actor import who
from equipoise.conduct.access.models import Membership
from equipoise.conduct.api.authentication import Token, just_confirmed
from equipoise.conduct.api.tokens import issue, revoke
from equipoise.errors import AccessError

ME = "/api/me"


def request_of(user: User | AnonymousUser) -> HttpRequest:
    made = RequestFactory().get(ME)
    made.user = user
    made.session = import_module(settings.SESSION_ENGINE).SessionStore()
    return made


@pytest.fixture
def text(people: dict[str, User]) -> str:
    """A token of the coordinator."""
    return issue(people["coordinator"], "script", days=1, at=timezone.now())[1]


def test_the_token_brings_its_person(people: dict[str, User], text: str) -> None:
    asked = request_of(AnonymousUser())
    assert Token().authenticate(asked, text) == people["coordinator"]
    assert who(asked)[0].name == "coordinator"
    assert who(asked)[0].roles == {"coordinator": frozenset({"north"})}


@pytest.mark.parametrize("wrong", ["", "eqp_", "eqp_unknown", "'; --", "é"])
def test_what_is_no_token_brings_nobody(text: str, wrong: str) -> None:
    asked = request_of(AnonymousUser())
    assert Token().authenticate(asked, wrong) is None
    assert Token().authenticate(asked, text + "x") is None
    with pytest.raises(AccessError, match="EQ912"):
        who(asked)[0]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Basic {}"},
        {"authorization": "{}"},
        {"authorization": "Bearer"},
        {"x-token": "{}"},
        {"cookie": "token={}; sessionid={}"},
    ],
)
def test_a_token_counts_in_its_header_alone(text: str, headers: dict[str, str]) -> None:
    # An address with a token in it would stand in every log.
    sent = {name: value.replace("{}", text) for name, value in headers.items()}
    assert Client(headers=sent).get(f"{ME}?token={text}").status_code == 401
    right = Client(headers={"authorization": f"Bearer {text}"}).get(ME)
    assert right.json() == {"name": "coordinator", "roles": {"coordinator": ["north"]}}
    assert text not in right.content.decode()


def test_rights_are_those_of_the_moment(people: dict[str, User], text: str) -> None:
    client = Client(headers={"authorization": f"Bearer {text}"})
    Membership.objects.filter(role="coordinator").update(until=timezone.now())
    assert client.get(ME).json()["roles"] == {}
    User.objects.filter(username="coordinator").update(is_active=False)
    assert client.get(ME).status_code == 401


def test_a_token_that_was_taken_back_opens_nothing(people: dict[str, User]) -> None:
    made, text = issue(people["rater"], "lost", days=1, at=timezone.now())
    revoke(people["rater"], made.pk, at=timezone.now())
    long_ago = timezone.now() - timedelta(days=30)
    old = issue(people["rater"], "old", days=29, at=long_ago)[1]
    for each in (text, old):
        client = Client(headers={"authorization": f"Bearer {each}"})
        assert client.get(ME).status_code == 401


def test_a_password_counts_for_a_minute(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, clock = request_of(people["statistician"]), 1_800_000_000.0
    monkeypatch.setattr("time.time", lambda: clock)
    with pytest.raises(AccessError, match="EQ966"):
        just_confirmed(asked)  # logged in, and nothing more
    reauthenticate_by_password(asked)
    for later in (0, 59):
        monkeypatch.setattr("time.time", lambda later=later: clock + later)
        just_confirmed(asked)
    for later in (61, 3600):
        monkeypatch.setattr("time.time", lambda later=later: clock + later)
        with pytest.raises(AccessError, match="EQ966"):
            just_confirmed(asked)


def test_nobody_confirms_nothing(db: None) -> None:
    with pytest.raises(AccessError, match="EQ966"):
        just_confirmed(request_of(AnonymousUser()))
