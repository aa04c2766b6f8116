"""The treatment in an open trial: written down twice, then told to who treats."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connections

from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.allocation.services import assignment, hash_chains
from equipoise.conduct.allocation.services.unblinding import shown
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.inspection.verification import compared
from equipoise.conduct.unblinding import open_label
from equipoise.conduct.unblinding.open_label import Treatment, read
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW, ROLES
from tests.conduct.open_trial import allocated, labels, ready
from tests.conduct.pharmacy.treated import randomized

TOLD = ("coordinator", "investigator")
Act = Callable[[str], Actor]


@pytest.fixture
def person(key: Path, crew: dict[str, User]) -> Participant:
    return allocated(key, crew)


@pytest.fixture
def role(crew: dict[str, User]) -> Act:
    return lambda name: actor_of(crew[name], at=NOW)


def ask(person: Participant, key: Path, actor: Actor) -> Treatment:
    return read(person, key=key, actor=actor, at=NOW)


def looks() -> tuple[int, int]:
    """Entries that say so, and openings of the vault."""
    return Entry.objects.filter(act="show treatment").count(), len(shown())


@pytest.mark.parametrize("name", TOLD)
def test_who_treats_learns_what_to_give(
    person: Participant, key: Path, role: Act, open_trial: Protocol, name: str
) -> None:
    told = ask(person, key, role(name))
    assert told.arm.label == labels(open_trial, 1)[0]
    assert [given.id for given in told.given] == [told.arm.intervention]
    assert told.kit == assignment.kit("P0001")


def test_both_arms_are_told_as_they_were_drawn(
    key: Path, crew: dict[str, User], role: Act, open_trial: Protocol
) -> None:
    people = [allocated(key, crew, number) for number in range(1, 7)]
    told = [ask(one, key, role("coordinator")).arm.label for one in people]
    assert told == labels(open_trial, 6)
    assert len(set(told)) == 2


def test_it_is_written_down_who_read_it_and_never_what(
    person: Participant, key: Path, role: Act
) -> None:
    ask(person, key, role("coordinator"))
    ask(person, key, role("investigator"))
    rows = Entry.objects.filter(act="show treatment").order_by("seq")
    said = [(e.chain, e.actor, e.form, e.item, e.value, e.reason) for e in rows]
    assert said == [("P0001", name, "treatment", "", None, "") for name in TOLD]
    assert [(s.participant, s.actor, s.why) for s in shown()] == [
        ("P0001", name, "open label") for name in TOLD
    ]
    assert compared() == ([], [])


def test_it_is_written_down_before_it_is_shown(
    person: Participant, key: Path, role: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConductError, match="EQ931"):  # the vault does not open
        ask(person, key.with_name("none.key"), role("coordinator"))
    assert looks() == (1, 1)

    def away(*_: object, **__: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(open_label, "record", away)
    with pytest.raises(ConnectionError):  # what cannot be written is not told
        ask(person, key, role("coordinator"))
    assert looks() == (1, 1)


@pytest.mark.parametrize("name", [r for r in ROLES if r not in TOLD])
def test_nobody_else_is_told(
    person: Participant, key: Path, role: Act, name: str
) -> None:
    with pytest.raises(AccessError, match="EQ911"):
        ask(person, key, role(name))
    assert looks() == (0, 0)


def test_a_participant_is_not_told(person: Participant, key: Path) -> None:
    own = Actor("p0001", {"participant": frozenset({"*"})}, "P0001")
    with pytest.raises(AccessError, match="EQ911"):
        ask(person, key, own)
    assert looks() == (0, 0)


@pytest.mark.parametrize("other", ["rater", "statistician", "monitor", "infusion team"])
def test_of_two_roles_the_stricter_one_holds(
    person: Participant, key: Path, other: str
) -> None:
    here = frozenset({"north"})
    both = Actor("both", {"coordinator": here, other: here})  # type: ignore[dict-item]
    with pytest.raises(AccessError, match="EQ911"):
        ask(person, key, both)
    assert looks() == (0, 0)


def test_the_coordinator_of_another_site_is_not_told(
    person: Participant, key: Path, role: Act
) -> None:
    with pytest.raises(AccessError, match="EQ911"):
        ask(person, key, role("next door"))
    assert looks() == (0, 0)


def test_before_randomization_there_is_nothing_to_tell(key: Path, role: Act) -> None:
    with pytest.raises(ConductError, match="EQ936"):
        ask(ready(2), key, role("coordinator"))
    assert looks() == (0, 0)


def test_a_click_that_was_cut_off_is_completed_first(
    key: Path, role: Act, open_trial: Protocol
) -> None:
    person = ready(3)
    assignment.allocate(open_trial, key, "P0003", {}, actor="coordinator", at=NOW)
    with pytest.raises(ConductError, match="EQ936"):
        ask(person, key, role("coordinator"))
    assert looks() == (0, 0)


@pytest.mark.parametrize("name", ROLES)
def test_in_a_blinded_trial_nobody_is_told(
    key: Path, actor: Act, people: dict[str, User], name: str
) -> None:
    treated = randomized(key, actor("coordinator"))
    with pytest.raises(AccessError, match="EQ911"):
        ask(treated, key, actor(name))
    assert looks() == (0, 0)


def test_the_openings_are_a_chain(person: Participant, key: Path, role: Act) -> None:
    ask(person, key, role("coordinator"))
    with connections["vault"].cursor() as cursor:
        cursor.execute("SELECT seq, why FROM allocation_opening")
        assert cursor.fetchall() == [(1, "open label")]
    assert hash_chains.heads()["openings"][0] == 1
