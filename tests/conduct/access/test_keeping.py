"""Pages, files and refusals are not stored; static files are."""

import pytest
from django.contrib.auth.models import User
from django.test import Client


@pytest.mark.parametrize("path", ["/accounts/", "/api/me", "/nowhere/", "/people/"])
def test_nothing_is_kept(people: dict[str, User], path: str) -> None:
    client = Client()
    client.force_login(people["administrator"])
    told = client.get(path).headers["Cache-Control"]
    assert "no-store" in told
    assert "private" in told


def test_static_files_are_kept(people: dict[str, User]) -> None:
    answer = Client().get("/static/site.js")
    assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert "no-store" not in answer.headers.get("Cache-Control", "")
