"""A snapshot names the data: earlier lengths of the chains give the earlier data."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.export import history
from equipoise.conduct.export.services import rows
from equipoise.conduct.export.snapshot import take
from equipoise.conduct.study.models import Site
from equipoise.protocol.model import Protocol
from tests.conduct.export.conftest import DAY0
from tests.conduct.exported import frames

ONE = timedelta(days=1)


def test_it_changes_with_every_entry(
    trial: Protocol, actor: Callable[[str], Actor], fill: Callable[..., None]
) -> None:
    who = actor("coordinator")
    before = take(who)
    assert take(who) == before
    items = {"1": "3"}
    why = "typing error"
    fill("P0001", "rater", "instrument:caps5", items, "week-2", reason=why)
    after = take(who)
    assert after.hash != before.hash
    answers = frames(rows(after, who))["answers"].set_index("item")["value"]
    earlier = frames(rows(before, who))["answers"].set_index("item")["value"]
    assert (earlier["1"], answers["1"]) == (2.0, 3.0)


def test_some_chains_at_a_time_are_read_and_no_cursor_is_held(
    trial: Protocol, actor: Callable[[str], Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    who = actor("statistician")
    few = take(who)
    whole = list(rows(few, who))
    many = replace(few, heads={**few.heads, **{f"X{i:03d}": 1 for i in range(300)}})
    monkeypatch.setattr(history, "BATCH", 100)
    with CaptureQueriesContext(connection) as asked:
        assert list(rows(many, who)) == whole
    read = [one["sql"] for one in asked if 'FROM "audit_entry"' in one["sql"]]
    assert len(read) >= 3
    assert max(sql.count("X") for sql in read) <= 101
    assert not any("DECLARE" in sql for sql in read)


def test_a_site_in_new_york_is_exported_in_utc_with_days_of_its_calendar(
    trial: Protocol, actor: Callable[[str], Actor], fill: Callable[..., None]
) -> None:
    who = actor("coordinator")
    in_utc = take(who)
    before = frames(rows(in_utc, who))
    Site.objects.filter(code="north").update(timezone="America/New_York")
    assert take(who).hash != in_utc.hash
    same = frames(rows(take(who), who))
    # What was kept keeps its moment.
    assert same["exposures"].equals(before["exposures"])
    assert same["answers"].equals(before["answers"])
    late = {"started_at": f"{DAY0}T23:30", "stopped_at": f"{DAY0 + ONE}T00:10"}
    fill("P0001", "infusion team", "infusion", late, "infusion-1", reason="misread")
    signed = {"signed_at": f"{DAY0 - ONE}T22:00"}
    fill("P0001", "investigator", "consent", signed, reason="misread")
    found = frames(rows(take(who), who))
    given = found["exposures"].iloc[0]
    assert str(given["started_at"]) == f"{DAY0 + ONE} 04:30:00"
    assert str(given["stopped_at"]) == f"{DAY0 + ONE} 05:10:00"
    person = found["participants"].set_index("participant").loc["P0001"]
    assert str(person["consented_at"]) == f"{DAY0} 03:00:00"
    days = found["dispositions"].set_index(["participant", "milestone"])["day"]
    assert days["P0001", "consented"] == -1  # the evening before day 0, there
