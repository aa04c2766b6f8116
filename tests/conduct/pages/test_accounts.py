"""Logging in, accounts, and what an attacker tries with a session."""

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from equipoise.conduct.access import accounts
from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.access.models import ParticipantAccount
from equipoise.conduct.account_reset import ask
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.participants import screen
from tests.conduct.conftest import NOW, PASSWORD

LOGIN = "/accounts/login/"
DATA = {"login": "administrator", "password": PASSWORD}


@pytest.fixture(autouse=True)
def fresh(people: dict[str, User]) -> None:
    cache.clear()


def test_a_login_changes_the_key_of_the_session() -> None:
    client = Client()
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    assert client.post(LOGIN, DATA).status_code == 302
    assert client.cookies["sessionid"].value != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get("/people/").status_code == 302


def test_a_logout_ends_the_session_everywhere() -> None:
    client = Client()
    client.post(LOGIN, DATA)
    key = client.cookies["sessionid"].value
    assert (
        client.get("/accounts/logout/").status_code == 200
    )  # a link alone does nothing
    assert client.get("/people/").status_code == 200
    client.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get("/people/").status_code == 302


def test_cookies_cannot_be_read_by_scripts_nor_sent_from_elsewhere() -> None:
    client = Client()
    client.post(LOGIN, DATA)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"]  # ends with the browser


@pytest.mark.parametrize(
    "address",
    [
        LOGIN,
        "/resets/1/",
        "/accounts/reset/read/",
        "/accounts/logout/",
        "/people/invite/",
        "/people/rater/grant/",
        "/people/rater/end/1/",
        "/people/rater/reset/",
        "/people/rater/close/",
        "/participants/P0001/account/",
        "/accounts/password/change/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/recovery-codes/generate/",
    ],
)
def test_a_request_from_another_page_is_refused(
    people: dict[str, User], address: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["administrator"])
    answer = client.post(address, {"role": "monitor", "site": "north", **DATA})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "address",
    ["/people/invite/", "/people/rater/grant/", "/people/rater/reset/"],
)
def test_nothing_is_changed_by_looking(people: dict[str, User], address: str) -> None:
    client = Client()
    client.force_login(people["administrator"])
    assert client.get(address).status_code == 405


def test_nobody_is_led_to_another_machine() -> None:
    answer = Client().post(f"{LOGIN}?next=https://elsewhere.example/", DATA)
    assert answer["Location"] == "/"


def test_one_sees_the_own_roles(people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people["rater"])
    page = client.get("/accounts/").content.decode()
    assert "<b>rater</b> at north" in " ".join(page.split())


def test_every_page_of_the_account_opens(people: dict[str, User]) -> None:
    client = Client()
    client.post(LOGIN, DATA)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for page in (
        "password/change/",
        "2fa/",
        "2fa/totp/activate/",
        "2fa/webauthn/add/",
        "2fa/webauthn/",
        "logout/",
        "reauthenticate/",
    ):
        answer = client.get(f"/accounts/{page}")
        assert answer.status_code == 200, page
        text = answer.content.decode()
        assert 'id="content"' in text or "<main" in text
        assert "onclick" not in text
        assert "<style" not in text


def test_an_invited_person_joins(people: dict[str, User]) -> None:
    admin = actor_of(people["administrator"], at=NOW)
    user = accounts.invite("ann", "Ann <b>B</b>", actor=admin, at=NOW)
    link = accounts.link(user)
    address = reverse("join", args=[link.account, link.token])
    page = Client().get(address)
    assert "Ann &lt;b&gt;B&lt;/b&gt;" in page.content.decode()
    weak = Client().post(address, {"password": "short"})
    assert weak.status_code == 400
    assert Client().post(address, {"password": PASSWORD})["Location"] == LOGIN
    assert Client().get(address).status_code == 410
    assert Client().post(address, {"password": "another password 1"}).status_code == 410
    client = Client()
    client.post(LOGIN, {"login": "ann", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_reset_ends_the_sessions_of_the_person(people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people["rater"])
    admin = actor_of(people["administrator"], at=NOW)
    ask(people["rater"], actor=admin, at=NOW, reason="lost")
    assert client.get("/accounts/").status_code == 302


def test_the_coordinator_makes_the_account_of_a_participant(
    people: dict[str, User],
) -> None:
    person = screen("north", actor=actor_of(people["coordinator"], at=NOW), at=NOW)
    address = f"/participants/{person.identifier}/account/"
    client = Client()
    client.force_login(people["rater"])
    assert client.post(address).status_code == 403
    client.force_login(people["coordinator"])
    page = client.post(address)
    assert "/join/" in page.content.decode()
    user = ParticipantAccount.objects.get(identifier=person.identifier).user
    assert actor_of(user, at=timezone.now()).own == person.identifier
    client.force_login(user)
    assert client.get("/people/").status_code == 403


def test_a_new_link_for_a_participant_needs_a_reason_and_is_written_down(
    people: dict[str, User],
) -> None:
    person = screen("north", actor=actor_of(people["coordinator"], at=NOW), at=NOW)
    address = f"/participants/{person.identifier}/account/"
    client = Client()
    client.force_login(people["coordinator"])
    client.post(address)
    user = ParticipantAccount.objects.get(identifier=person.identifier).user
    user.set_password(PASSWORD)
    user.save()
    assert client.post(address).status_code == 403
    user.refresh_from_db()
    assert user.has_usable_password()
    page = client.post(address, {"reason": "forgotten"}).content.decode()
    assert "/join/" in page
    assert "second approver" not in page
    user.refresh_from_db()
    assert not user.has_usable_password()
    written = Entry.objects.get(act="reset account")
    assert (written.actor, written.reason) == ("coordinator", "forgotten")
