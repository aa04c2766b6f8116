"""A refusal is a page for people and JSON for programs, and tells no more than it must."""

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from equipoise.conduct.error_responses import Refusals, shown_again
from equipoise.errors import AccessError, ConductError, EquipoiseError

NOT_YOURS = AccessError.single("EQ911", "you may not <b>", where="w", fix="ask")
CLOSED = ConductError.single("EQ921", "this form is locked", where="w", fix="none")


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


def shown(error: Exception, method: str) -> tuple[HttpResponse, HttpRequest]:
    """A page that refuses what is sent to it."""

    @shown_again
    def view(request: HttpRequest) -> HttpResponse:
        typed = request.POST  # read before by the middleware against forgery
        if request.method == method:
            raise error
        return HttpResponse(f"typed: {typed['strength']}")

    request = RequestFactory().generic(
        method, "/x/", "strength=0.5", "application/x-www-form-urlencoded"
    )
    request._messages = CookieStorage(request)
    return view(request), request


def test_a_refused_form_is_shown_again_with_what_was_typed() -> None:
    answer, request = shown(CLOSED, "POST")
    assert (answer.status_code, answer.content) == (409, b"typed: 0.5")
    assert [str(m) for m in get_messages(request)] == [
        "This form is locked. This was not done. None."
    ]


@pytest.mark.parametrize(("error", "method"), [(CLOSED, "GET"), (NOT_YOURS, "POST")])
def test_a_page_that_cannot_be_shown_is_refused_as_ever(
    error: EquipoiseError, method: str
) -> None:
    with pytest.raises(EquipoiseError) as raised:
        shown(error, method)
    assert raised.value is error
