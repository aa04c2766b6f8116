"""E-mail: who gets it, and that nothing fails with it."""

import logging
from datetime import timedelta
from threading import enumerate as threads

import pytest
from django.contrib.auth.models import User
from django.core import mail as outbox

from equipoise.conduct import mail
from equipoise.conduct.access.models import Membership
from equipoise.conduct.study.models import Site
from tests.conduct.conftest import NOW


@pytest.fixture
def north(people: dict[str, User]) -> Site:
    for role, user in people.items():
        user.email = f"{role.replace(' ', '-')}@unit.org"
        user.save()
    return Site.objects.get(code="north")


def wait() -> None:
    for thread in threads():
        if thread.name == "mail":
            thread.join(10)


def test_the_people_of_the_site_are_told(north: Site) -> None:
    assert mail.addresses("investigator", north, NOW) == ["investigator@unit.org"]
    south = Site.objects.get(code="south")
    assert mail.addresses("investigator", south, NOW) == []
    assert mail.addresses("statistician", south, NOW) == ["statistician@unit.org"]


def test_who_has_left_or_has_no_address_is_not(north: Site) -> None:
    Membership.objects.filter(role="investigator").update(until=NOW)
    assert mail.addresses("investigator", north, NOW - timedelta(seconds=1))
    assert mail.addresses("investigator", north, NOW + timedelta(seconds=1)) == []
    User.objects.filter(username="rater").update(email="")
    assert mail.addresses("rater", north, NOW) == []


def test_a_message_for_each(north: Site) -> None:
    other = User.objects.create_user("second", email="second@unit.org")
    Membership.objects.create(
        user=other,
        role="investigator",
        granted_by="setup",
        since=NOW - timedelta(days=365),
    )
    assert mail.tell("investigator", north, "A task", "Log in.") == 2
    wait()
    sent = sorted((m.to, m.subject, m.body) for m in outbox.outbox)
    assert sent == [
        (["investigator@unit.org"], "[Equipoise] A task", "Log in."),
        (["second@unit.org"], "[Equipoise] A task", "Log in."),
    ]


def test_a_server_that_does_not_answer_is_noted_and_stops_nothing(
    north: Site, settings: object, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens
    with caplog.at_level(logging.WARNING):
        assert mail.tell("investigator", north, "A task", "Log in.") == 1
        wait()
    assert "mail was not sent" in caplog.text
    assert "unit.org" not in caplog.text


def test_nothing_is_sent_where_no_server_is_named(
    north: Site, settings: object
) -> None:
    settings.EMAIL_BACKEND = mail.DUMMY
    before = {thread.name for thread in threads()}
    assert mail.tell("investigator", north, "A task", "Log in.") == 1
    assert {thread.name for thread in threads()} == before
