"""The person concerned is told, until it was read; and can look it up afterwards."""

from datetime import timedelta

from django.contrib.auth.models import User

from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.account_reset import ask, history, read, unread
from equipoise.conduct.audit.models import Entry
from tests.conduct.conftest import NOW


def test_it_is_told_until_it_was_read_and_never_forgotten(
    people: dict[str, User],
) -> None:
    user, admin = people["rater"], actor_of(people["administrator"], at=NOW)
    ask(user, actor=admin, at=NOW, reason="first")
    ask(user, actor=admin, at=NOW + timedelta(hours=1), reason="second")
    assert [r.reason for r in unread(user)] == ["first", "second"]
    assert unread(people["monitor"]) == []
    read(people["monitor"], at=NOW)
    read(user, at=NOW)
    read(user, at=NOW)
    assert unread(user) == []
    assert [r.reason for r in history(user)] == ["second", "first"]
    assert Entry.objects.filter(act="read of reset").count() == 1
