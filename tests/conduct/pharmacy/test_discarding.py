"""A syringe that breaks is thrown away and replaced; nobody blinded learns why."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from django.db import connections

from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.allocation.services import syringes, verification
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.form_saving import Saved
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participants import plan_day0
from equipoise.conduct.capture.syringe_release import released
from equipoise.conduct.export.services import export
from equipoise.conduct.inspection.audit_trail import readable
from equipoise.conduct.inspection.verification import compared
from equipoise.conduct.pharmacy import accountability
from equipoise.conduct.pharmacy.dispensing import next_of
from equipoise.conduct.safety import infusion
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.abuse.world import staff
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.test_preparation import checked, fill
from tests.conduct.pharmacy.treated import randomized, stocked
from tests.conduct.screened import form, write
from tests.conduct.walking import measure

By = Callable[[str], Actor]
WHY = "the ketamine was of an expired batch"
VISIT = "infusion-1"


@pytest.fixture
def person(key: Path, actor: By) -> Participant:
    made = randomized(key, actor("coordinator"))
    stocked(key)
    plan_day0(made, NOW.date(), actor=actor("coordinator"), at=NOW)
    return made


@pytest.fixture
def second(actor: By) -> Actor:
    return replace(actor("pharmacist"), name="second-pharmacist")


@pytest.fixture
def ready(person: Participant, key: Path, actor: By, second: Actor) -> str:
    """The number of a released syringe."""
    return prepared(person, key, actor("pharmacist"), second)


def prepared(person: Participant, key: Path, first: Actor, second: Actor) -> str:
    number = fill(person, key, first)
    checked(number, key, second)
    return number


def discard(number: str, key: Path, actor: Actor, reason: str = WHY) -> Any:
    return accountability.discard(number, reason=reason, key=key, actor=actor, at=NOW)


def start(person: Participant, actor: By, number: str) -> Saved:
    measure(person, actor("infusion team"), VISIT)
    return infusion.start(
        person, VISIT, plan_in_force().protocol, actor=actor("infusion team"), at=NOW,
        syringe=number, weight="82",
    )  # fmt: skip


def holds(person: Participant) -> str:
    return released(current(person.identifier), VISIT)


def test_from_a_broken_syringe_to_an_infusion(
    person: Participant, ready: str, key: Path, actor: By, second: Actor
) -> None:
    gone = discard(ready, key, actor("pharmacist"))
    assert (gone.discarded_by, gone.discarded_at) == ("pharmacist", NOW)
    assert holds(person) == ""
    with pytest.raises(ConductError, match=r"EQ927 the syringe.*was discarded"):
        start(person, actor, ready)
    due = next_of(person)
    assert due is not None
    assert (due.syringe, [one.number for one in due.gone]) == (None, [ready])
    new = prepared(person, key, actor("pharmacist"), second)
    assert new != ready
    assert holds(person) == new
    old = start(person, actor, ready)
    assert "replaced, enter the number on the new one" in old.errors["syringe"]
    assert "started_at" not in current(person.identifier).answers("infusion", VISIT)
    assert not start(person, actor, new).errors
    assert current(person.identifier).answers("infusion", VISIT)["syringe"] == new
    assert verification.verify(key) == []
    assert verify().findings == ()
    assert compared() == ([], [])


def test_a_syringe_that_was_not_released_leaves_no_trace_at_the_bedside(
    person: Participant, key: Path, actor: By
) -> None:
    number = fill(person, key, actor("pharmacist"))
    before = Entry.objects.filter(chain="P0001").count()
    discard(number, key, actor("pharmacist"))
    assert Entry.objects.filter(chain="P0001").count() == before
    with pytest.raises(ConductError, match="no syringe was released"):
        start(person, actor, number)


def test_the_reason_reaches_nobody_who_is_blinded(
    person: Participant, ready: str, key: Path, actor: By, study: Protocol
) -> None:
    discard(ready, key, actor("pharmacist"))
    for entry in Entry.objects.filter(form="syringe"):
        assert entry.reason == ""
    (last,) = Entry.objects.filter(act="discard")
    assert (last.item, last.value, last.visit) == ("number", None, VISIT)
    told = ["expired", "batch", *(arm.id for arm in study.arms)]
    for role in ("investigator", "monitor"):
        said = " ".join(map(str, readable("P0001", actor(role))))
        assert not [word for word in told if word in said]
    made = export(actor("monitor"), "csv", at=NOW).content()
    with ZipFile(io.BytesIO(made)) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    assert ready not in text
    assert "expired" not in text
    assert syringes.why_discarded(key, ready) == WHY


def test_not_after_the_infusion_has_started(
    person: Participant, ready: str, key: Path, actor: By
) -> None:
    assert not start(person, actor, ready).errors
    with pytest.raises(ConductError, match="EQ940 an infusion has started"):
        discard(ready, key, actor("pharmacist"))
    infusion.stop(person, VISIT, actor=actor("infusion team"), at=NOW)
    with pytest.raises(ConductError, match="EQ940 an infusion has started"):
        discard(ready, key, actor("pharmacist"))
    assert holds(person) == ready
    assert syringes.syringe(ready).stands


def test_a_syringe_that_nobody_needs_any_more_is_discarded(
    person: Participant, ready: str, key: Path, actor: By
) -> None:
    form(person.identifier, "visit", {"status": "missed"}, VISIT)
    discard(ready, key, actor("pharmacist"), "the participant did not come")
    assert holds(person) == ""


def test_nothing_changes_after_the_lock(
    person: Participant, ready: str, key: Path, actor: By
) -> None:
    write(person.identifier, [Fact("lock")])
    with pytest.raises(ConductError, match="EQ921"):
        discard(ready, key, actor("pharmacist"))
    assert (holds(person), syringes.syringe(ready).stands) == (ready, True)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 401])
def test_a_reason_is_asked_for_before_anything_is_done(
    person: Participant, ready: str, key: Path, actor: By, reason: str
) -> None:
    with pytest.raises(ConductError, match="EQ940"):
        discard(ready, key, actor("pharmacist"), reason)
    assert holds(person) == ready


def test_discarding_twice_is_discarding_once(
    person: Participant, ready: str, key: Path, actor: By, second: Actor
) -> None:
    first = discard(ready, key, actor("pharmacist"))
    assert discard(ready, key, actor("pharmacist"), "sent again") == first
    with pytest.raises(ConductError, match=r"EQ940.*already"):
        discard(ready, key, second)
    new = prepared(person, key, actor("pharmacist"), second)
    discard(ready, key, actor("pharmacist"))  # a page from before
    assert holds(person) == new
    assert syringes.why_discarded(key, ready) == WHY
    assert Entry.objects.filter(act="discard").count() == 1


def test_a_check_that_is_sent_again_releases_nothing(
    person: Participant, ready: str, key: Path, actor: By, second: Actor
) -> None:
    discard(ready, key, actor("pharmacist"))
    with pytest.raises(ConductError, match=r"EQ939.*out of use by pharmacist"):
        checked(ready, key, second)
    assert holds(person) == ""


def test_what_was_cut_off_is_safe_seen_and_completed(
    person: Participant, ready: str, key: Path, actor: By, second: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The chain is written first: the number starts nothing from then on."""

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(syringes, "discard_syringe", killed)
        with pytest.raises(KeyboardInterrupt):
            discard(ready, key, actor("pharmacist"))
    assert holds(person) == ""
    assert syringes.syringe(ready).stands
    assert ready in " ".join(compared()[1])
    accountability.check(
        ready, volume_ml="", key=key, actor=second, at=NOW
    )  # sent again
    assert holds(person) == ""
    discard(ready, key, actor("pharmacist"))
    assert not syringes.syringe(ready).stands
    assert compared()[1] == []
    assert Entry.objects.filter(act="discard").count() == 1


def test_a_release_in_between_is_not_overlooked(
    person: Participant, key: Path, actor: By, second: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Released after the first look and before the vault: nothing is discarded yet."""
    number = fill(person, key, actor("pharmacist"))
    plain, looks = accountability._take_back, []

    def take_back(made: Any, *rest: Any) -> bool:
        found = plain(made, *rest)
        if not looks:
            looks.append(found)
            checked(number, key, second)
        return found

    monkeypatch.setattr(accountability, "_take_back", take_back)
    with pytest.raises(ConductError, match="EQ940 the second pharmacist has released"):
        discard(number, key, actor("pharmacist"))
    assert (looks, holds(person)) == ([False], number)
    discard(number, key, actor("pharmacist"))
    assert holds(person) == ""


@pytest.mark.parametrize(
    "role", ["rater", "coordinator", "investigator", "infusion team", "administrator",
             "statistician", "monitor"],
)  # fmt: skip
def test_nobody_else_discards(ready: str, key: Path, actor: By, role: str) -> None:
    said = []
    for number in (ready, "00000000"):
        with pytest.raises(AccessError) as refusal:
            discard(number, key, actor(role))
        said.append(str(refusal.value))
    assert said[0] == said[1]
    assert "EQ911" in said[0]
    assert syringes.syringe(ready).stands


def test_a_pharmacist_of_another_site_is_told_that_there_is_none(
    ready: str, key: Path, people: dict[str, User]
) -> None:
    other = actor_of(staff("south", "pharmacist"), at=NOW)
    said = []
    for number in (ready, "00000000"):
        with pytest.raises(ConductError) as refusal:
            discard(number, key, other)
        said.append(str(refusal.value).replace(number, "N"))
    assert said[0] == said[1]
    assert "EQ939 there is no such syringe" in said[0]


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_many_at_once_discard_once_and_fill_once(key: Path, actor: By) -> None:
    person = randomized(key, actor("coordinator"))
    stocked(key)
    plan_day0(person, NOW.date(), actor=actor("coordinator"), at=NOW)
    who = actor("pharmacist")
    number = prepared(person, key, who, replace(who, name="second"))

    def at_once(act: Callable[[Actor], object]) -> list[str]:
        def one(place: int) -> str:
            try:
                act(replace(who, name=f"p{place}"))
            except ConductError as refusal:
                return refusal.code
            else:
                return "done"
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            return sorted(pool.map(one, range(4)))

    one = ["EQ940"] * 3
    assert at_once(lambda me: discard(number, key, me)) == [*one, "done"]
    assert Entry.objects.filter(act="discard").count() == 1
    assert at_once(lambda me: fill(person, key, me)) == ["EQ938"] * 3 + ["done"]
    assert [made.stands for made in syringes.syringes_of()] == [False, True]
    assert verification.verify(key) == []


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_a_start_and_a_discard_at_once_are_one_or_the_other(
    key: Path, actor: By
) -> None:
    person = randomized(key, actor("coordinator"))
    stocked(key)
    plan_day0(person, NOW.date(), actor=actor("coordinator"), at=NOW)
    who, nurse = actor("pharmacist"), actor("infusion team")
    number = prepared(person, key, who, replace(who, name="second"))
    measure(person, nurse, VISIT)

    def one(place: int) -> str:
        try:
            if place % 2:
                discard(number, key, who)
                return "discarded"
            made = infusion.start(
                person, VISIT, plan_in_force().protocol, actor=nurse, at=NOW,
                syringe=number, weight="82",
            )  # fmt: skip
            return "started" if not made.errors else "refused"
        except ConductError as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(one, range(4)))
    assert found in ({"started", "EQ940"}, {"discarded", "EQ927"})
    begun = "started_at" in current(person.identifier).answers("infusion", VISIT)
    assert begun == syringes.syringe(number).stands == ("started" in found)
