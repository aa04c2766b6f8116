"""What is written by hand holds the same as what the object mapper writes."""

from datetime import UTC, datetime

from equipoise.conduct.access.models import Membership
from equipoise.conduct.sql_statements import change, moment, rows, stored
from tests.conduct.conftest import NOW


def test_a_time_comes_back_as_it_was_stored(people: dict[str, object]) -> None:
    at = datetime(2027, 3, 28, 1, 30, 0, 123456, tzinfo=UTC)
    count = change("UPDATE access_membership SET since = %s", [stored(at)])
    assert count == Membership.objects.count()
    (held,) = {
        moment(since) for (since,) in rows("SELECT since FROM access_membership")
    }
    assert held == at
    assert set(Membership.objects.values_list("since", flat=True)) == {at}


def test_times_are_compared_as_times(people: dict[str, object]) -> None:
    asked = "SELECT COUNT(*) FROM access_membership WHERE since > %s"
    Membership.objects.update(since=NOW)
    before = datetime(NOW.year, NOW.month, NOW.day, tzinfo=UTC)
    assert rows(asked, [stored(before)]) == [(Membership.objects.count(),)]
    assert rows(asked, [stored(NOW)]) == [(0,)]


def test_a_value_is_never_read_as_a_statement(people: dict[str, object]) -> None:
    evil = "x' OR '1'='1"
    assert rows("SELECT 1 FROM auth_user WHERE username = %s", [evil]) == []
