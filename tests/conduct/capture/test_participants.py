"""Who takes part: numbers without gaps, dates on record, and nobody of another site."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connections

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.record import entries
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.locking import lock_participant
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participants import (
    find,
    moved,
    plan_day0,
    screen,
    timing,
    visible,
)
from equipoise.conduct.study.protocols import hash_in_force
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.ended import closed
from tests.conduct.screened import screened
from tests.conduct.walking import included, measured_by, release

By = Callable[[str], Actor]
MONDAY = date(2027, 1, 18)
FAR = Actor("far", {"coordinator": frozenset({"south"})})


def test_identifiers_follow_each_other_across_sites(study: Protocol) -> None:
    both = Actor("c", {"coordinator": frozenset({"north", "south"})})
    made = [screen(s, actor=both, at=NOW) for s in ("north", "south", "north")]
    assert [p.identifier for p in made] == ["P0001", "P0002", "P0003"]
    assert [p.site.code for p in made] == ["north", "south", "north"]
    (entry,) = entries("P0002")
    assert (entry.act, entry.value, entry.actor) == ("screen", "south", "c")
    assert entry.protocol == hash_in_force()


def test_an_identifier_is_never_used_again(study: Protocol, actor: By) -> None:
    screened(7)  # what a restored copy may leave: P0007, and nobody before
    assert screen("north", actor=actor("coordinator"), at=NOW).identifier == "P0008"


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_two_sites_screen_at_once(study: Protocol) -> None:
    both = Actor("c", {"coordinator": frozenset({"north", "south"})})

    def one(number: int) -> str:
        try:
            site = ("north", "south")[number % 2]
            return screen(site, actor=both, at=NOW).identifier
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(one, range(12)))
    assert sorted(made) == [f"P{n:04d}" for n in range(1, 13)]


@pytest.mark.parametrize(
    "role", ["rater", "infusion team", "pharmacist", "administrator", "statistician"]
)
def test_who_may_not_screen_enters_nobody(actor: By, role: str) -> None:
    with pytest.raises(AccessError, match="EQ911"):
        screen("north", actor=actor(role), at=NOW)
    assert not Participant.objects.exists()


def test_another_site_and_nobody_have_one_answer(actor: By) -> None:
    screened(1, "north")
    said = set()
    for name, who in (
        ("P0001", FAR),
        ("P9999", FAR),
        ("P9999", actor("coordinator")),
        ("P0001", Actor("own", {"participant": frozenset({"*"})}, "P0002")),
        ("P0001", Actor("nobody", {})),
    ):
        with pytest.raises(AccessError) as refusal:
            find(name, who)
        said.add(str(refusal.value))
    assert len(said) == 1
    assert find("P0001", actor("rater")).identifier == "P0001"


def test_a_list_holds_whom_one_may_find(actor: By) -> None:
    for number, site in ((2, "south"), (1, "north"), (3, "north")):
        screened(number, site)
    own = Actor("own", {"participant": frozenset({"*"})}, "P0002")
    assert [p.identifier for p in visible(actor("rater"))] == ["P0001", "P0003"]
    assert [p.identifier for p in visible(FAR)] == ["P0002"]
    assert [p.identifier for p in visible(own)] == ["P0002"]
    assert len(visible(actor("statistician"))) == 3  # of all sites
    assert visible(Actor("nobody", {})) == []


def test_a_new_day0_keeps_the_old_one_on_record(actor: By) -> None:
    person, who = screened(), actor("coordinator")
    assert person.day0 is None
    for day in (MONDAY, MONDAY + timedelta(days=7)):
        plan_day0(person, day, actor=who, at=NOW)
    person.refresh_from_db()
    assert person.day0 == date(2027, 1, 25)
    kept = entries("P0001").filter(act="plan").values_list("value", flat=True)
    assert list(kept) == ["2027-01-18", "2027-01-25"]
    with pytest.raises(AccessError):
        plan_day0(person, MONDAY, actor=actor("rater"), at=NOW)


def test_once_treatment_began_day0_is_corrected_with_a_reason(
    people: dict[str, User], actor: By
) -> None:
    person, nurse = included(people, day0=NOW.date()), actor("infusion team")
    number = release(person, "infusion-1")
    measured_by(person, "infusion-1", "2027-01-04T08:40")
    started = {"syringe": number, "started_at": "2027-01-04T09:00"}
    save(
        place_of(person, "infusion", "infusion-1"),
        started,
        actor=nurse,
        at=NOW,
        seen=99,
    )
    with pytest.raises(AccessError, match="EQ911"):
        plan_day0(person, MONDAY, actor=actor("coordinator"), at=NOW, reason="misread")
    doctor = actor("investigator")
    with pytest.raises(ConductError, match="EQ922"):
        plan_day0(person, MONDAY, actor=doctor, at=NOW)
    plan_day0(person, MONDAY, actor=doctor, at=NOW, reason="misread")
    (told,) = moved(person, current(str(person)))
    assert (told.before, told.after, told.actor, told.reason) == (
        NOW.date(), MONDAY, "investigator", "misread"
    )  # fmt: skip


def test_day0_is_not_before_the_consent(people: dict[str, User], actor: By) -> None:
    person = included(people)
    with pytest.raises(ConductError, match="before the consent"):
        plan_day0(person, date(2026, 12, 1), actor=actor("coordinator"), at=NOW)


@pytest.mark.parametrize(
    ("visit", "on", "day", "in_window"),
    [
        ("baseline", "2027-01-11", -7, True),  # day -3, window [-4, 2]
        ("baseline", "2027-01-10", -8, False),
        ("baseline", "2027-01-17", -1, True),
        ("baseline", "2027-01-18", 0, False),
        ("infusion-1", "2027-01-18", 0, True),  # no window
        ("infusion-1", "2027-01-19", 1, False),
        ("infusion-2", "2027-01-21", 3, True),  # day 2, window [0, 1]
        ("infusion-2", "2027-01-19", 1, False),
        ("week-2", "2027-02-03", 16, True),  # day 14, window [-1, 2]
        ("week-2", "2027-02-04", 17, False),
    ],
)
def test_windows_hold_their_edges(
    study: Protocol, visit: str, on: str, day: int, in_window: bool
) -> None:
    person = Participant(identifier="P0001", day0=MONDAY)
    found = timing(person, study.schedule.visit(visit), date.fromisoformat(on))
    assert (found.day, found.in_window) == (day, in_window)


def test_without_a_day0_no_day_is_counted(study: Protocol) -> None:
    with pytest.raises(ConductError, match="EQ923"):
        timing(Participant(identifier="P0001"), study.schedule.visit("week-2"), MONDAY)


def test_after_the_lock_no_date_moves_and_nobody_comes(
    actor: By, people: dict[str, User]
) -> None:
    # Every day of the data counts from day 0: a new one would change all of them.
    person = screened()
    plan_day0(person, MONDAY, actor=actor("coordinator"), at=NOW)
    lock_participant(person, actor=actor("statistician"), at=NOW)
    with pytest.raises(ConductError, match="EQ921"):
        plan_day0(person, MONDAY, actor=actor("coordinator"), at=NOW)
    assert screen("north", actor=actor("coordinator"), at=NOW).identifier == "P0002"
    closed(actor)
    with pytest.raises(ConductError, match="EQ921"):
        screen("north", actor=actor("coordinator"), at=NOW)
    assert Participant.objects.count() == 2
