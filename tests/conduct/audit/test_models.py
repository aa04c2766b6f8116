"""Entries: read back, they are what was hashed, whatever the database made of them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise.conduct.audit.hash_chain import START, Fact, link
from equipoise.conduct.audit.models import Entry, Head, stamp
from equipoise.conduct.audit.record import append, entries
from tests.conduct.conftest import NOW

# What a database could change in silence: an empty text and none, blanks, case, signs.
TEXTS = ("", " ", "x ", "X", "0", "é", "e\N{COMBINING ACUTE ACCENT}", "=1+1", "a'b\"", "\n",
         "\N{PILE OF POO}", "x" * 5000)  # fmt: skip
FACTS = st.builds(
    Fact,
    act=st.sampled_from(["answer", "correct"]),
    form=st.sampled_from(["", "vitals"]),
    visit=st.sampled_from(["", "week-2"]),
    minute=st.none() | st.integers(-(2**31), 2**31 - 1),
    item=st.sampled_from(["", "1"]),
    value=st.none() | st.sampled_from(TEXTS),
    reason=st.sampled_from(TEXTS),
)
TIMES = st.datetimes(
    datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)  # noqa: DTZ001
)  # fmt: skip


def fact_of(e: Entry) -> Fact:
    return Fact(e.act, e.form, e.visit, e.minute, e.item, e.value, e.reason)


def linked(previous: bytes, e: Entry) -> bytes:
    return link(previous, e.chain, e.seq, stamp(e.at), e.actor, e.protocol, fact_of(e))


@pytest.mark.property
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fact=FACTS, at=TIMES)
def test_an_entry_comes_back_as_it_was_hashed(
    db: None, fact: Fact, at: datetime
) -> None:
    (made,) = append("P0001", [fact], actor="nurse", protocol="p", at=at)
    stored = Entry.objects.get(chain="P0001", seq=made.seq)
    assert fact_of(stored) == fact
    assert stored.at == at
    before = entries("P0001").filter(seq=made.seq - 1).first()
    previous = bytes(before.hash) if before else START
    assert bytes(stored.hash) == linked(previous, stored)
    assert bytes(Head.objects.get(pk="P0001").hash) == bytes(stored.hash)


def test_a_time_is_hashed_as_the_same_instant_everywhere() -> None:
    at = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    assert stamp(at) == "2027-01-04T09:00:00.000000+00:00"
    for hours in (-11, 1, 14):
        assert stamp(at.astimezone(timezone(timedelta(hours=hours)))) == stamp(at)
    assert stamp(at + timedelta(microseconds=1)) != stamp(at)


def test_two_entries_have_no_place_together(db: None) -> None:
    append("P0001", [Fact("screen", value="north")], actor="c", protocol="p", at=NOW)
    second = Entry(chain="P0001", seq=1, at=NOW, actor="x", protocol="p", act="screen",
                   hash=b"x")  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()
    second.chain = "P0002"  # another participant begins at 1 too
    second.save()


def test_a_fact_that_cannot_be_hashed_leaves_nothing_behind(db: None) -> None:
    good, bad = Fact("screen", value="north"), Fact("answer", form=None)  # type: ignore[arg-type]
    with pytest.raises(TypeError), transaction.atomic():
        append("P0001", [good, bad], actor="c", protocol="p", at=NOW)
    assert not Entry.objects.exists()
    assert not Head.objects.exists()


def test_what_is_printed_holds_no_value(db: None) -> None:
    fact = Fact("answer", "instrument:caps5", "week-2", item="1", value="secret")
    (made,) = append("P0001", [fact], actor="rater", protocol="p", at=NOW)
    assert str(made) == "P0001 1 answer"
    assert str(Head.objects.get()) == "P0001 1"
