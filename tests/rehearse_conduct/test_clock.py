"""The clock of a rehearsal: only for who knows the secret of the process."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.utils import timezone

from equipoise.rehearse_conduct.clock import Clock, set_to

AT = datetime(2015, 5, 25, 9, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The middleware around a view that tells the time."""
    real = timezone.now

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(timezone.now().isoformat())

    with override_settings(REHEARSAL_KEY="secret"):
        yield Clock(view)
    timezone.now = real


def told(clock: Clock, key: str) -> datetime:
    headers = {"X-Rehearsal-Time": AT.isoformat(), "X-Rehearsal-Key": key}
    answer = clock(RequestFactory().get("/", headers=headers))
    return datetime.fromisoformat(answer.content.decode())


def test_a_request_states_its_time(clock: Clock) -> None:
    assert told(clock, "secret") == AT
    assert timezone.now() > AT


@pytest.mark.parametrize("key", ["", "guess"])
def test_nobody_else_sets_the_clock(clock: Clock, key: str) -> None:
    assert told(clock, key) > AT


def test_without_a_secret_nobody_does(clock: Clock) -> None:
    with override_settings(REHEARSAL_KEY=""):
        assert told(clock, "") > AT


def test_a_stated_time_may_be_that_of_the_clock_of_a_site(clock: Clock) -> None:
    there = AT.astimezone(ZoneInfo("America/New_York"))
    headers = {"X-Rehearsal-Time": there.isoformat(), "X-Rehearsal-Key": "secret"}
    answer = clock(RequestFactory().get("/", headers=headers))
    assert answer.content.decode() == AT.isoformat()  # UTC, as the application has it


def test_a_block_happens_at_one_moment() -> None:
    with set_to(AT):
        assert timezone.now() == AT
    assert timezone.now() > AT
