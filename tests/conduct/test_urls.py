"""Each address is looked at, posted to, or both, and answers no other verb."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern

from equipoise.conduct import urls

LOOKS = {"GET", "HEAD"}
VERBS = (*LOOKS, "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# Of Django's own kind: allauth's views, what there is not, and the health page.
PLAIN = (None, "health")


def view(request: HttpRequest, kind: str) -> HttpResponse:
    return HttpResponse(kind)


@pytest.mark.parametrize(
    ("by", "answered"),
    [(urls.get, LOOKS), (urls.post, {"POST"}), (urls.both, {*LOOKS, "POST"})],
)
def test_an_address_answers_its_verbs_alone(
    by: Callable[..., URLPattern], answered: set[str]
) -> None:
    made = by("x/", view, "x", kind="event")
    assert (made.name, made.default_args) == ("x", {"kind": "event"})
    found = {}
    for verb in VERBS:
        request = RequestFactory().generic(verb, "/x/")
        found[verb] = made.callback(request, **made.default_args).status_code
    assert found == {verb: 200 if verb in answered else 405 for verb in VERBS}


def test_every_page_says_its_verbs() -> None:
    ours = [one for one in urls.urlpatterns if isinstance(one, URLPattern)]
    stated = [one for one in ours if one.name not in PLAIN]
    assert len(stated) > 70
    for one in stated:
        assert one.callback(RequestFactory().put("/")).status_code == 405, one.name
