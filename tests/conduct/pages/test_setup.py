"""The first-run page: once, with the token of the terminal."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from equipoise.conduct.operation.first_run import new_token
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import PASSWORD

GIVEN = {"username": "ada", "full_name": "Ada", "password": PASSWORD}


@pytest.fixture
def token(study: Protocol, settings: Settings, tmp_path) -> str:
    settings.HOME = tmp_path
    return new_token(tmp_path)


def test_the_first_administrator_is_made_once(token: str) -> None:
    assert token in Client().get(f"/setup/?token={token}").content.decode()
    made = Client().post("/setup/", GIVEN | {"token": token})
    assert made["Location"] == "/accounts/login/"
    assert User.objects.get().check_password(PASSWORD)
    assert Client().get("/setup/").status_code == 404
    assert Client().post("/setup/", GIVEN | {"token": token}).status_code == 404


@pytest.mark.parametrize("wrong", ["", "x", "0" * 32])
def test_a_wrong_token_makes_nobody(token: str, wrong: str) -> None:
    page = Client().post("/setup/", GIVEN | {"token": wrong})
    assert page.status_code == 400
    assert not User.objects.exists()


def test_a_weak_password_makes_nobody_and_the_token_stays(token: str) -> None:
    weak = GIVEN | {"token": token, "password": "short"}
    assert Client().post("/setup/", weak).status_code == 400
    assert not User.objects.exists()
    assert Client().post("/setup/", GIVEN | {"token": token}).status_code == 302


def test_csrf_holds_here_too(token: str) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/setup/", GIVEN | {"token": token}).status_code == 403


def test_there_is_no_such_page_in_a_running_trial(people: dict[str, User]) -> None:
    assert Client().get("/setup/").status_code == 404
