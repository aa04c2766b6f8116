"""A refusal as an answer: the right status, its remedy, and nothing else."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
"""A refusal is a page for people and JSON for programs, and tells no more than it must."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from equipoise.conduct.refusals import Refusals
from equipoise.errors import AccessError, ConductError

MIDDLEWARE = Refusals(lambda _: HttpResponse("fine"))
CLOSED = ConductError.single(
    "EQ921", "this form is <b>frozen</b>", where="the vault key", mend="ask"
)
NOT_YOURS = AccessError.single("EQ911", "no", where="roles", mend="ask")


@pytest.mark.parametrize(("error", "status"), [(CLOSED, 409), (NOT_YOURS, 403)])
def test_a_page_says_what_and_how_to_mend(db, error, status: int) -> None:
    request = RequestFactory().get("/x")
    request.user = AnonymousUser()
    answer = MIDDLEWARE.process_exception(request, error)
    assert answer is not None
    assert answer.status_code == status
    text = answer.content.decode()
    assert error.problems[0].code in text
    assert "<b>" not in text
    assert error.problems[0].where not in text  # a place inside is nobody's business


def test_the_interface_is_answered_in_json(db: None) -> None:
    answer = MIDDLEWARE.process_exception(RequestFactory().get("/api/x"), CLOSED)
    assert answer is not None
    found = json.loads(answer.content)["problems"]
    assert found == [
        {"code": "EQ921", "what": "this form is <b>frozen</b>", "mend": "ask"}
    ]


def test_other_errors_are_left_to_the_server() -> None:
    assert MIDDLEWARE.process_exception(RequestFactory().get("/"), KeyError()) is None
from equipoise.errors import AccessError, ConductError, EquipoiseError

NOT_YOURS = AccessError.single("EQ911", "you may not <b>", where="w", mend="ask")
CLOSED = ConductError.single("EQ921", "this form is locked", where="w", mend="none")


def answered(error: Exception, path: str = "/x/", **headers: str) -> HttpResponse:
    middle = Refusals(lambda request: HttpResponse("through"))
    request = RequestFactory().get(path, headers=headers)
    request.user = None
    assert middle(request).content == b"through"
    return middle.process_exception(request, error)


@pytest.mark.parametrize(("error", "status"), [(NOT_YOURS, 403), (CLOSED, 409)])
def test_a_program_gets_json(error: EquipoiseError, status: int) -> None:
    for answer in (
        answered(error, "/api/x"),
        answered(error, accept="application/json"),
    ):
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/json"
        assert error.code.encode() in answer.content
        assert b'"where"' not in answer.content


def test_any_other_error_goes_on() -> None:
    assert answered(ValueError("x")) is None
