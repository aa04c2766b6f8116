"""Each refusal of the interface has one shape, and sends nothing back."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from equipoise.conduct.api.tokens import issue

SENT = "sent-and-not-sent-back"


def asked(people: dict[str, User], path: str, body: str | None = None) -> HttpResponse:
    _, text = issue(people["statistician"], "test", days=1, at=timezone.now())
    client = Client(headers={"authorization": f"Bearer {text}"})
    if body is None:
        return client.get(path)  # type: ignore[return-value]
    return client.post(path, body, content_type="application/json")  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("status", "path", "body"),
    [
        (400, "/api/participants", "{" + SENT),
        (404, "/api/tokens/987654", "DELETE"),
        (422, "/api/participants", f'{{"place": "{SENT}"}}'),
        (422, "/api/participants", '{"site": NaN}'),
        (422, "/api/participants", '{"site": "\\ud800"}'),
        (422, f"/api/export?format={SENT}", None),
        (403, "/api/participants/P9999", None),
    ],
)
def test_a_refusal_has_problems(
    people: dict[str, User], status: int, path: str, body: str | None
) -> None:
    if body == "DELETE":
        client = Client(headers={"authorization": f"Bearer {_token(people)}"})
        answer = client.delete(path)
    else:
        answer = asked(people, path, body)
    assert answer.status_code == status
    (problem,) = answer.json()["problems"][:1]
    assert set(problem) == {"code", "what", "fix", "mend"}
    assert problem["code"] == ("EQ911" if status == 403 else "EQ967")
    assert SENT not in answer.content.decode()


def _token(people: dict[str, User]) -> str:
    return issue(people["statistician"], "test", days=1, at=timezone.now())[1]


def test_a_stranger_is_told_how_to_ask(people: dict[str, User]) -> None:
    answer = Client().get("/api/me")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["problems"][0]["code"] == "EQ912"


def test_every_operation_says_what_it_refuses(people: dict[str, User]) -> None:
    described = Client().get("/api/openapi.json").json()
    for path, operations in described["paths"].items():
        for verb, operation in operations.items():
            known = set(operation["responses"])
            assert {"400", "401", "403", "409", "422"} <= known, (verb, path)
            assert ("404" in known) == ("{" in path), (verb, path)
