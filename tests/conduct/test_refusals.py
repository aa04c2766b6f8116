"""A refusal as an answer: the right status, its remedy, and nothing else."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
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
