"""A NUL is refused wherever it stands, before anything is looked up."""

import pytest
from django.contrib.auth.models import User
from django.test import Client


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/people/a%00b/", None),
        ("/people/?q=a%00b", None),
        ("/people/invite/", {"username": "a\x00b", "full_name": "A B"}),
        ("/people/invite/", {"user\x00name": "ab", "full_name": "A B"}),
    ],
)
def test_a_nul_is_refused(
    people: dict[str, User], path: str, sent: dict[str, str] | None
) -> None:
    client = Client()
    client.force_login(people["administrator"])
    answer = client.get(path) if sent is None else client.post(path, sent)
    assert answer.status_code == 400
    assert User.objects.count() == len(people)


def test_a_program_is_told_in_its_own_words(people: dict[str, User]) -> None:
    answer = Client().get("/api/me?x=%00")
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["code"] == "EQ967"


def test_everything_else_passes(people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people["administrator"])
    sent = {"username": "newcomer", "full_name": "Zoë \u202e 李"}
    assert client.post("/people/invite/?q=ü", sent).status_code == 200
