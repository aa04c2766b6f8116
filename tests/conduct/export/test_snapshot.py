"""A snapshot names the data: earlier lengths of the chains give the earlier data."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.export import history
from equipoise.conduct.export.services import frames, rows
from equipoise.conduct.export.snapshot import take
from equipoise.protocol.model import Protocol


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
