"""A refusal is a page for people and JSON for programs, and tells no more than it must."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from equipoise.conduct.refusals import Refusals
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
