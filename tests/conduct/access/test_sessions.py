"""A session that has ended, or never was, holds nothing; any other what was put in."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from equipoise.conduct.access.sessions import SessionStore


def test_what_was_put_in_comes_out(db: None) -> None:
    store = SessionStore()
    store["last"] = 1.5
    store.save()
    assert dict(SessionStore(store.session_key).items()) == {"last": 1.5}


def test_an_ended_session_is_empty_and_gets_another_key(db: None) -> None:
    store = SessionStore()
    store["last"] = 1.5
    store.save()
    key = store.session_key
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    ended = SessionStore(key)
    assert "last" not in ended
    ended["last"] = 2.0
    ended.save()
    assert ended.session_key != key


def test_a_key_that_somebody_made_up_is_not_taken(db: None) -> None:
    made_up = SessionStore("a" * 32)
    made_up["last"] = 1.5
    made_up.save()
    assert made_up.session_key != "a" * 32


def test_a_session_that_was_tampered_with_is_empty(db: None) -> None:
    store = SessionStore()
    store["last"] = 1.5
    store.save()
    Session.objects.update(session_data="e30:tampered:with")
    assert not list(SessionStore(store.session_key).keys())
