"""One way for every act that takes two people: proposed, judged, recorded, or lapsed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access import proposing
from equipoise.conduct.access.acting import Actor, actor_of
from equipoise.conduct.access.models import Proposal
from equipoise.conduct.access.proposing import require_substance
from equipoise.conduct.access.second_person import confirmers
from equipoise.conduct.audit.acts import ACTS
from equipoise.conduct.audit.models import Entry
from equipoise.errors import AccessError, ConductError
from tests.conduct.conftest import NOW
from tests.conduct.resetting.people import another

By = Callable[[str], Actor]
WHY = "it has to be done"


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[Proposal]:
    """A kind of act that does nothing but note that it was carried out."""
    found: list[Proposal] = []

    def carry_out(held: Proposal, at: object) -> str:
        found.append(held)
        return ""

    kind = proposing.Kind("lock", lambda held, at: None, carry_out)
    monkeypatch.setitem(proposing.kinds, "unlock", kind)
    return found


def unlock(actor: By, about: str = "P0001") -> Proposal:
    who = actor("statistician")
    return proposing.propose("unlock", actor=who, at=NOW, reason=WHY, about=about)


def test_every_kind_is_recorded_in_each_of_its_steps() -> None:
    assert set(proposing.kinds) == {"role", "unlock", "reopening", "unblinding"}
    for kind in proposing.kinds:
        for step in ("propose", "confirm", "refuse", "withdraw"):
            assert ACTS[f"{step} {kind}"] == "study"


def test_it_is_done_when_it_is_confirmed_and_once(
    people: dict[str, User], actor: By, done: list[Proposal]
) -> None:
    one = unlock(actor)
    assert done == []
    assert one.label == "unlock P0001"
    assert proposing.pending("unlock", "P0001", at=NOW) == one
    assert proposing.waiting(actor("monitor"), at=NOW) == []
    assert proposing.waiting(actor("administrator"), at=NOW) == [one]
    assert proposing.confirm(one, actor=actor("administrator"), at=NOW) == ""
    assert done == [one]
    one.refresh_from_db()
    assert (one.outcome, one.confirmed_by) == ("done", "administrator")
    assert proposing.pending("unlock", "P0001", at=NOW) is None
    with pytest.raises(AccessError, match="EQ916"):
        proposing.confirm(one, actor=actor("administrator"), at=NOW)
    said = Entry.objects.filter(form="second person").order_by("seq")
    assert [(e.act, e.actor, e.value) for e in said] == [
        ("propose unlock", "statistician", "P0001"),
        ("confirm unlock", "administrator", "P0001"),
    ]
    assert said[1].reason == f"proposed by statistician: {WHY}"


def test_it_lapses(people: dict[str, User], actor: By, done: list[Proposal]) -> None:
    one = unlock(actor)
    assert proposing.lapses() == timedelta(days=17)
    late = NOW + proposing.lapses()
    assert proposing.waiting(actor("administrator"), at=late) == []
    assert proposing.pending("unlock", "P0001", at=late) is None
    with pytest.raises(AccessError, match="too old"):
        proposing.confirm(one, actor=actor("administrator"), at=late)
    two = proposing.propose(
        "unlock", actor=actor("statistician"), at=late, reason=WHY, about="P0001"
    )
    proposing.confirm(two, actor=actor("administrator"), at=late)
    assert done == [two]


def test_the_same_is_proposed_once_and_another_beside_it(
    people: dict[str, User], actor: By, done: list[Proposal]
) -> None:
    unlock(actor)
    two, other = unlock(actor), unlock(actor, "P0002")
    assert proposing.waiting(actor("administrator"), at=NOW) == [two, other]
    with pytest.raises(AccessError, match="EQ911"):
        proposing.withdraw(two, actor=actor("administrator"), at=NOW)
    proposing.withdraw(two, actor=actor("statistician"), at=NOW)
    assert proposing.waiting(actor("administrator"), at=NOW) == [other]


def test_who_was_made_lately_by_who_asks_is_no_second_person(
    people: dict[str, User], actor: By, done: list[Proposal]
) -> None:
    user = another("new", "statistician", by="statistician",
                   since=NOW - timedelta(days=1))  # fmt: skip
    new = actor_of(user, at=NOW)
    one = unlock(actor)
    assert "new" not in confirmers(one, at=NOW)
    with pytest.raises(AccessError, match="EQ916"):
        proposing.confirm(one, actor=new, at=NOW)
    assert done == []


def test_where_nobody_is_left_it_is_refused_at_once(
    people: dict[str, User], actor: By, done: list[Proposal]
) -> None:
    for role in ("administrator", "investigator"):
        people[role].is_active = False
        people[role].save()
    with pytest.raises(AccessError, match=r"EQ916[\s\S]*equipoise recover"):
        unlock(actor)
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("reason", "least", "fits"),
    [
        ("final analysis", 10, True),
        ("die Auswertung", 10, True),
        ("最終解析を行うためです", 10, True),
        ("because", 10, False),
        ("seizure", 5, True),
        ("xxxxxxxxxxxx", 10, False),
        ("abcabcabcabc", 10, False),
        ("1234567890", 10, False),
        ("", 1, False),
    ],
)
def test_a_reason_of_substance(reason: str, least: int, fits: bool) -> None:
    if fits:
        require_substance(reason, "EQ922", "it is done", least=least)
        return
    with pytest.raises(ConductError, match="EQ922 it is done only"):
        require_substance(reason, "EQ922", "it is done", least=least)
