"""A clock that went back is written down and never corrected; what waits can wait."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.accounts import invited, link
from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.access.models import Membership
from equipoise.conduct.access.role_grants import end
from equipoise.conduct.api.tokens import holder, issue
from equipoise.conduct.audit.clock import behind, has_passed, in_words, newest
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import Entry, Head, stamp
from equipoise.conduct.audit.record import append
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.enrolment.randomization import randomize
from equipoise.conduct.operation.checkpoint_schedule import anchor_now
from equipoise.conduct.operation.health import parts
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.screened import CHARACTERISTICS, eligible, form, screened

HOUR = timedelta(hours=1)


def test_a_time_is_recorded_as_it_was_said_and_that_it_is_wrong_stands_before_it(
    study: Protocol, actor: Callable[[str], Actor]
) -> None:
    person = screened()
    name = person.identifier
    form(name, "consent", {"version": "1.0", "signed_at": "2027-01-04T08:00"})
    early = NOW - HOUR
    made = save(
        place_of(person, "characteristics"), CHARACTERISTICS,
        actor=actor("coordinator"), at=early, seen=10**6, complete=True,
    )  # fmt: skip
    rows = list(Entry.objects.filter(chain=name, seq__gt=3).order_by("seq"))
    assert [row.act for row in rows] == ["clock", *["answer"] * 5, "complete"]
    assert {row.at for row in rows} == {early}  # nothing is re-coded
    assert rows[0].value == stamp(NOW)
    assert "entry 3 was later" in rows[0].reason
    assert made.seq == rows[-1].seq == Head.objects.get(pk=name).seq
    assert Head.objects.get(pk=name).at == NOW
    found = verify()
    assert not found.findings
    assert "the clock had been set back" in found.notices[0].what


def test_less_than_a_minute_is_no_fact(study: Protocol) -> None:
    for at in (NOW, NOW - timedelta(seconds=59), NOW + HOUR):
        append("P0001", [Fact("screen")], actor="a", protocol="p" * 64, at=at)
    assert not Entry.objects.filter(act="clock").exists()
    assert newest() == NOW + HOUR
    assert behind(NOW, NOW - timedelta(seconds=59)) == timedelta(0)
    assert behind(NOW, NOW - HOUR) == HOUR
    assert (in_words(HOUR), in_words(HOUR / 60)) == ("60 minutes", "1 minute")


def test_nobody_is_allocated_before_the_clock_is_right(
    study: Protocol, key: Path, tmp_path: Path, actor: Callable[[str], Actor]
) -> None:
    person, by = eligible(), actor("coordinator")
    with pytest.raises(ConductError, match="60 minutes behind") as refused:
        randomize(person, key=key, anchors=tmp_path, actor=by, at=NOW - HOUR)
    assert refused.value.code == "EQ947"
    made = randomize(person, key=key, anchors=tmp_path, actor=by, at=NOW)
    # Asked again it is shown, whatever the clock says: it is allocated.
    again = randomize(person, key=key, anchors=tmp_path, actor=by, at=NOW - HOUR)
    assert again.number == made.number


def test_the_health_page_tells(study: Protocol, key: Path, tmp_path: Path) -> None:
    anchor_now(tmp_path, at=NOW)
    found = parts(key.parent, tmp_path, key, at=NOW - HOUR)
    unwell = {part.name: part.said for part in found if not part.well}
    assert unwell == {
        "clock": "it went back: 60 minutes behind the latest entry",
        "anchors": "the last one is 60 minutes ahead of the clock",
    }


def test_what_has_ended_stays_ended(
    study: Protocol, people: dict[str, User], actor: Callable[[str], Actor]
) -> None:
    rater = people["rater"]
    end(
        Membership.objects.get(user=rater), actor=actor("administrator"),
        reason="left", at=NOW + HOUR,
    )  # fmt: skip
    assert "rater" not in actor_of(rater, at=NOW).roles
    _, token = issue(people["coordinator"], "t", days=1, at=NOW)
    assert holder(token, at=NOW + HOUR) == people["coordinator"]
    later = NOW + timedelta(days=2)
    append("P0001", [Fact("screen")], actor="a", protocol="p" * 64, at=later)
    assert holder(token, at=NOW) is None
    assert has_passed(NOW + HOUR, NOW)
    assert not has_passed(later + HOUR, later)


def test_a_link_that_has_expired_stays_void(
    study: Protocol, people: dict[str, User]
) -> None:
    append("P0001", [Fact("screen")], actor="a", protocol="p" * 64, at=NOW)
    given = link(people["rater"])
    assert invited(given.account, given.token) == people["rater"]
    later = NOW + timedelta(days=4)
    append("P0001", [Fact("screen")], actor="a", protocol="p" * 64, at=later)
    assert invited(given.account, given.token) is None
