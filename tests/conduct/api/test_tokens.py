"""Tokens: shown once, kept as a hash, ended by time, by hand, and with the person."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.api.models import ApiToken
from equipoise.conduct.api.tokens import holder, issue, revoke
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.errors import ConductError
from tests.conduct.conftest import NOW


def test_a_token_is_found_and_stands_nowhere(people: dict[str, User]) -> None:
    made, text = issue(people["rater"], "script", days=7, at=NOW)
    assert holder(text, at=NOW) == people["rater"]
    stored = ApiToken.objects.values_list().get()
    assert not any(text in str(value) for value in stored)
    written = Entry.objects.get(chain=STUDY, act="issue token")
    assert (written.actor, written.item, written.value) == (
        "rater",
        str(made.pk),
        "script",
    )


def test_it_ends(people: dict[str, User]) -> None:
    made, text = issue(people["rater"], "script", days=7, at=NOW)
    assert holder(text, at=NOW + timedelta(days=8)) is None
    assert not revoke(people["monitor"], made.pk, at=NOW)
    assert holder(text, at=NOW) is not None
    assert revoke(people["rater"], made.pk, at=NOW)
    assert holder(text, at=NOW) is None


def test_it_ends_with_the_person(people: dict[str, User]) -> None:
    _, text = issue(people["rater"], "script", days=7, at=NOW)
    User.objects.filter(username="rater").update(is_active=False)
    assert holder(text, at=NOW) is None


@pytest.mark.parametrize(
    ("label", "days"), [("", 7), ("x", 0), ("x", 91), ("x" * 81, 7)]
)
def test_impossible_tokens(people: dict[str, User], label: str, days: int) -> None:
    with pytest.raises(ConductError, match="EQ963"):
        issue(people["rater"], label, days=days, at=NOW)
