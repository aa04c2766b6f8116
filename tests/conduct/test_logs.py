"""Logs hold no name, arm or secret, even where an error speaks of one."""

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from equipoise.conduct.logs import Line

NAMES = ("Maria Muster", "ketamine", "midazolam", "hunter2")


def said(name: str, message: str, error: Exception | None = None) -> str:
    info = (type(error), error, None) if error else None
    record = logging.LogRecord(name, logging.ERROR, "x.py", 1, message, (), info, "f")
    return Line().format(record)


@pytest.mark.parametrize("name", NAMES)
def test_an_error_that_speaks_of_a_person_is_logged_by_its_type(name: str) -> None:
    error = ValueError(f"cannot save {name}")
    for logger in ("django.request", "django.db.backends", "axes", "gunicorn.error"):
        line = said(logger, f"Internal Server Error: {name}", error)
        assert name not in line
        assert "ValueError" in line
    line = said("equipoise.anchoring", "no external checkpoint was written", error)
    assert "no external checkpoint was written" in line
    assert name not in line


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the application writes into its log."""
    handler = logging.StreamHandler(StringIO())
    handler.setFormatter(Line())
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


def test_a_request_that_fails_leaves_no_name_in_the_log(
    people: dict[str, User], log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("Maria Muster got ketamine")

    monkeypatch.setattr("equipoise.conduct.pages.users.people", fail)
    client = Client(raise_request_exception=False)
    client.force_login(people["administrator"])
    answer = client.get("/people/?who=Maria+Muster")
    assert answer.status_code == 500
    assert "Maria" not in answer.content.decode()
    assert "RuntimeError" in log.getvalue()
    for name in ("Maria", "ketamine"):
        assert name not in log.getvalue()


def test_a_wrong_password_is_not_logged(people: dict[str, User], log: StringIO) -> None:
    cache.clear()
    for _ in range(6):
        given = {"login": "maria.muster", "password": "hunter2"}
        Client().post("/accounts/login/", given)
    assert "axes" in log.getvalue()
    assert "maria" not in log.getvalue()
    assert "hunter2" not in log.getvalue()
