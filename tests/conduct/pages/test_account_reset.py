"""The pages of a reset, from who asks to who is told."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.access.models import Reset
from equipoise.conduct.capture.participants import screen
from equipoise.conduct.study.models import Site
from tests.conduct.conftest import NOW, PASSWORD, ROLES

NEW = "another horse battery staple"


@pytest.fixture(autouse=True)
def fresh(people: dict[str, User]) -> None:
    cache.clear()


def logged_in(people: dict[str, User], role: str) -> Client:
    client = Client()
    client.force_login(people[role])
    return client


@pytest.fixture
def link(people: dict[str, User]) -> str:
    """The address that the administrator has."""
    admin = logged_in(people, "administrator")
    page = admin.post("/people/investigator/reset/", {"reason": "<b>lost</b>"})
    text = page.content.decode()
    assert "The link does not work yet" in text
    assert "<b>statistician</b>" in text
    assert "no-store" in page["Cache-Control"]
    found = re.search(r"/join/[^\"]+", text)
    assert found
    return found[0]


def test_from_the_request_to_the_person_who_is_told(
    people: dict[str, User], link: str
) -> None:
    waits = Client().get(link)
    assert waits.status_code == 409
    assert "second approver" in waits.content.decode()
    assert Client().post(link, {"password": NEW, "code": "x"}).status_code == 409

    second = logged_in(people, "statistician")
    assert 'href="/resets/"' in second.get("/").content.decode()
    page = second.get("/resets/").content.decode()
    assert "&lt;b&gt;lost" in page
    key = Reset.objects.get().pk
    for password in ("", "wrong"):
        refused = second.post(f"/resets/{key}/", {"password": password})
        assert refused.status_code == 409
        assert "could not be verified" in refused.content.decode()
    shown = second.post(f"/resets/{key}/", {"password": PASSWORD})
    assert "no-store" in shown["Cache-Control"]
    code = re.search(r'value="([A-Z2-9]{4}-[A-Z2-9]{4})"', shown.content.decode())
    assert code
    assert second.post(f"/resets/{key}/", {"password": PASSWORD}).status_code == 409

    form = " ".join(Client().get(link).content.decode().split())
    assert "Code from statistician" in form
    assert "reset by <b>administrator</b>" in form
    wrong = Client().post(link, {"password": NEW, "code": "AAAA"})
    assert wrong.status_code == 400
    done = Client().post(link, {"password": NEW, "code": code[1]})
    assert done["Location"] == "/accounts/login/"
    assert Client().get(link).status_code == 410

    Site.objects.update(timezone="America/New_York")
    own = Client()
    own.post("/accounts/login/", {"login": "investigator", "password": NEW})
    told = " ".join(own.get("/").content.decode().split())
    assert "reset by <b>administrator</b>" in told
    assert "confirmed by <b>statistician</b>" in told
    assert "&lt;b&gt;lost" in told
    assert "04:01 EST" in told  # pages of this person are in New York
    own.post("/accounts/reset/read/")
    assert "reset by" not in own.get("/").content.decode()
    again = " ".join(own.get("/accounts/").content.decode().split())
    assert "reset by <b>administrator</b>" in again


def test_who_asked_confirms_nothing(people: dict[str, User], link: str) -> None:
    admin = logged_in(people, "administrator")
    assert "No open requests" in admin.get("/resets/").content.decode()
    key = Reset.objects.get().pk
    page = admin.post(f"/resets/{key}/", {"password": PASSWORD})
    assert page.status_code == 409
    assert "you requested it yourself" in page.content.decode()
    assert Reset.objects.get().waits
    person = admin.get("/people/investigator/").content.decode()
    assert "a second approver must confirm it" in person
    assert "reset, not confirmed" in admin.get("/people/").content.decode()


@pytest.mark.parametrize(
    "role",
    [r for r in ROLES if r not in ("administrator", "investigator", "statistician")],
)
def test_others_neither_see_nor_confirm(
    people: dict[str, User], link: str, role: str
) -> None:
    client = logged_in(people, role)
    assert client.get("/resets/").status_code == 403
    key = Reset.objects.get().pk
    assert client.post(f"/resets/{key}/", {"password": PASSWORD}).status_code == 403
    assert 'href="/resets/"' not in client.get("/").content.decode()


def test_a_session_of_before_opens_nothing(people: dict[str, User]) -> None:
    who = screen("north", actor=actor_of(people["coordinator"], at=NOW), at=NOW)
    who = who.identifier
    old, admin = logged_in(people, "investigator"), logged_in(people, "administrator")
    admin.post("/people/investigator/reset/", {"reason": "stolen"})
    assert old.get("/participants/").status_code == 302
    people["investigator"].refresh_from_db()
    again = logged_in(people, "investigator")  # as if ending it had failed
    for page in ("/export/", "/audit/", "/resets/", f"/participants/{who}/"):
        assert again.get(page).status_code == 403, page
    assert f"/participants/{who}/" not in again.get("/participants/").content.decode()
    unblind = again.post(f"/participants/{who}/unblind/", {"reason": "x"})
    assert unblind.status_code == 403


def test_strangers_are_asked_to_log_in() -> None:
    for address in ("/resets/1/", "/accounts/reset/read/"):
        assert "/accounts/login/" in Client().post(address)["Location"]
    assert "/accounts/login/" in Client().get("/resets/")["Location"]


def test_who_stood_before_the_second_factor_does_not_come_in(
    people: dict[str, User],
) -> None:
    """The reset takes the factor away: that must not let a waiting log-in through."""
    TOTP.activate(people["investigator"], generate_totp_secret())
    half = Client()
    half.post("/accounts/login/", {"login": "investigator", "password": PASSWORD})
    logged_in(people, "administrator").post(
        "/people/investigator/reset/", {"reason": "stolen"}
    )
    half.get("/accounts/2fa/authenticate/")
    half.post("/accounts/2fa/authenticate/", {"code": "000000"})
    half.get("/accounts/login/")
    half.post("/accounts/login/", {"login": "investigator", "password": PASSWORD})
    assert "_auth_user_id" not in half.session
