"""The history of a participant is what the pages show of the same entries."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.record import append
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.export.history import History, histories, plain, why_excluded
from equipoise.conduct.export.snapshot import Snapshot
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW


def write(chain: str, *facts: Fact, at: datetime = NOW) -> None:
    append(chain, facts, actor="nurse", protocol="p", at=at)


def read(**heads: int) -> list[History]:
    zones = dict.fromkeys(heads, "UTC")
    return list(histories(Snapshot(heads, zones, "p", "h")))


FACTS = st.builds(
    lambda act, where, item, value: Fact(
        act, *where, item=item if act in ("answer", "correct") else "",
        value=value if act in ("answer", "correct") else None,
    ),
    st.sampled_from(["open", "answer", "correct", "complete", "freeze", "unfreeze",
                     "lock"]),
    st.sampled_from([("vitals", "infusion-1", -30), ("event#1", "", None)]),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["1", "2", None]),
)  # fmt: skip


@pytest.mark.property
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    facts=st.lists(FACTS, min_size=1, max_size=12), number=st.uuids(), data=st.data()
)
def test_an_export_holds_what_a_page_showed_at_that_moment(
    db: None, facts: list[Fact], number: object, data: st.DataObject
) -> None:
    chain = f"{number}"
    cut = data.draw(st.integers(1, len(facts)))
    before = current(chain).seq
    write(chain, *facts[:cut])
    page, last = current(chain), before + cut
    if facts[cut:]:
        write(chain, *facts[cut:])
    (found,) = read(**{chain: last})
    assert found.values == page.values
    assert found.status == page.status


def test_who_was_screened_planned_and_randomized(db: None) -> None:
    write("P0001", Fact("screen", value="north"))
    write("P0001", Fact("plan", "schedule", item="day0", value="2027-01-18"))
    write("P0001", Fact("plan", "schedule", item="day0", value="2027-01-25"))
    for day in (1, 2):
        fact = Fact("randomize", "randomization", item="kit", value="123456")
        write("P0001", fact, at=NOW + timedelta(days=day))
    (found,) = read(P0001=5)
    assert (found.site, found.day0) == ("north", date(2027, 1, 25))
    assert found.screened_at == datetime(2027, 1, 4, 9, 0)  # noqa: DTZ001
    assert found.randomized_at == datetime(2027, 1, 5, 9, 0)  # noqa: DTZ001
    assert found.status == {}  # neither a plan nor a kit is a form


def test_only_the_snapshot_is_read(db: None) -> None:
    for name in ("P0003", "P0001", "P0002", "study"):
        write(name, Fact("screen", value="north"), Fact("answer", "f", item="x"))
    assert [h.identifier for h in read(P0003=2, P0001=1)] == ["P0001", "P0003"]
    early, late = read(P0003=2, P0001=1)
    assert early.values == {}
    assert late.values.keys() == {("f", "", None)}
    assert read() == []
    many = {"P0001": 2, **{f"X{n}": 1 for n in range(300)}}  # the table as a whole
    (one,) = read(**many)
    assert one == read(P0001=2)[0]


def test_a_form_was_signed_when_it_was_signed_first(db: None) -> None:
    where = "f", "", None
    write("P0001", Fact("answer", "f", item="x", value="1"), Fact("complete", "f"))
    later = NOW + timedelta(days=1)
    write("P0001", Fact("reopen", "f"), Fact("complete", "f"), at=later)
    (found,) = read(P0001=4)
    assert found.signed[where].at == NOW
    assert found.status[where] == "complete"


@pytest.mark.parametrize(
    "after", [[], [Fact("lock", "exclusion")]], ids=["open", "locked"]
)
def test_a_form_that_was_not_done_says_nothing(
    db: None, feder: Protocol, after: list[Fact]
) -> None:
    """A lock makes no answer of it: nobody is excluded by a form that was set aside."""
    form = "exclusion"
    facts = Fact("open", form), Fact("not done", form, reason="opened in error"), *after
    write("P0001", *facts)
    (found,) = read(P0001=len(facts))
    assert why_excluded(feder, found) is None


def test_a_lock_of_somebody_without_forms_is_no_form(db: None) -> None:
    write("P0001", Fact("screen", value="north"), Fact("lock"))
    assert read(P0001=2)[0].status == {}


@pytest.mark.parametrize(
    ("on", "day"),
    [
        (date(2027, 1, 18), 0),
        (date(2027, 1, 4), -14),
        (datetime(2027, 2, 1, 23, 59), 14),  # noqa: DTZ001
        (None, None),
    ],
)
def test_days_count_from_day0(on: date | None, day: int | None) -> None:
    assert History("P0001", day0=date(2027, 1, 18)).day(on) == day
    assert History("P0001").day(on) is None


def test_events_go_by_their_number(db: None) -> None:
    for number in (2, 10, 1):
        fact = Fact("answer", f"event#{number}", item="term", value=f"e{number}")
        write("P0001", fact)
    write("P0001", Fact("answer", "event#3", item="term"))  # emptied again
    (found,) = read(P0001=4)
    assert [form for form, _ in found.numbered("event")] == [
        "event#1", "event#2", "event#10",
    ]  # fmt: skip


def test_a_time_is_kept_as_the_tables_hold_it() -> None:
    wall = datetime(2027, 1, 18, 10, 0)  # noqa: DTZ001 as a nurse wrote it down
    assert plain(wall) == wall
    assert plain(wall.replace(tzinfo=UTC)) == wall
