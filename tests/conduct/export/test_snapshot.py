"""A snapshot names the data: earlier lengths of the chains give the earlier data."""

from collections.abc import Callable
from dataclasses import replace

from equipoise.conduct.access.acting import Actor
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


def test_many_participants_are_read_in_one_pass(
    trial: Protocol, actor: Callable[[str], Actor]
) -> None:
    few = take(actor("statistician"))
    many = replace(few, heads={**few.heads, **{f"X{i}": 1 for i in range(300)}})
    assert not many.few
    who = actor("statistician")
    assert list(rows(many, who)) == list(rows(few, who))
