"""The first page: what waits for whom."""

from datetime import timedelta

from django.contrib.auth.models import User

from tests.conduct.conftest import NOW
from tests.conduct.walking import browser, included


def test_each_role_finds_its_own_work(people: dict[str, User]) -> None:
    included(people, day0=NOW.date())
    included(people, day0=NOW.date() - timedelta(days=40))
    for role, word, other in (
        ("rater", "Baseline", "Infusion 1"),
        ("infusion team", "Infusion 1", "Baseline"),
        ("coordinator", "Infusion 1", "nothing"),
    ):
        text = browser(people[role]).get("/").content.decode()
        assert word in text, role
        assert other not in text, role
        assert "Late (" in text, role
    assert (
        "Nothing else waits" in browser(people["pharmacist"]).get("/").content.decode()
    )
