"""A request sees one version of the protocol, whatever is accepted meanwhile."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext

from equipoise.conduct.study.protocols import OneVersion, hash_in_force
from equipoise.protocol.amend import content_hash
from equipoise.protocol.model import Protocol
from tests.conduct.study.test_protocols import TEXT, amended, put


def test_a_request_asks_once_and_the_next_one_anew(db: None, feder: Protocol) -> None:
    put(feder, TEXT)
    seen = []

    def page(request: HttpRequest) -> HttpResponse:
        with CaptureQueriesContext(connection) as asked:
            seen.extend([hash_in_force(), hash_in_force()])
        assert len(asked) == 1
        return HttpResponse()

    handle = OneVersion(page)
    handle(HttpRequest())
    new, text = amended()
    put(new, text, reason="a day more")
    handle(HttpRequest())
    assert seen == [content_hash(feder)] * 2 + [content_hash(new)] * 2


def test_what_a_request_accepts_itself_is_in_force_in_it(
    db: None, feder: Protocol
) -> None:
    def page(request: HttpRequest) -> HttpResponse:
        put(feder, TEXT)
        assert hash_in_force() == content_hash(feder)
        new, text = amended()
        put(new, text, reason="a day more")
        return HttpResponse(hash_in_force())

    assert OneVersion(page)(HttpRequest()).content.decode() == content_hash(
        amended()[0]
    )
