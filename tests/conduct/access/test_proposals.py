"""One way for every act that takes two people: proposed, judged, recorded, or lapsed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access import proposals
from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.access.models import Proposal
from equipoise.conduct.access.proposals import require_substance
from equipoise.conduct.access.second_approver import confirmers
from equipoise.conduct.audit.actions import ACTS
from equipoise.conduct.audit.models import Entry
from equipoise.errors import AccessError, ConductError
from tests.conduct.account_reset.people import another
from tests.conduct.conftest import NOW

By = Callable[[str], Actor]
WHY = "it has to be done"


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[Proposal]:
    """A kind of act that does nothing but note that it was carried out."""
    found: list[Proposal] = []

    def carry_out(held: Proposal, at: object) -> str:
        found.append(held)
        return ""

    kind = proposals.Kind("lock", lambda held, at: None, carry_out)
    monkeypatch.setitem(proposals.kinds, "unlock", kind)
    return found


def unlock(actor: By, about: str = "P0001") -> Proposal:
    who = actor("statistician")
    return proposals.propose("unlock", actor=who, at=NOW, reason=WHY, about=about)


def test_every_kind_is_recorded_in_each_of_its_steps() -> None:
    assert set(proposals.kinds) == {"role", "unlock", "reopening", "unblinding"}
    for kind in proposals.kinds:
        for step in ("propose", "confirm", "refuse", "withdraw"):
            assert ACTS[f"{step} {kind}"] == "study"


def test_it_is_done_when_it_is_confirmed_and_once(
    people: dict[str, User], actor: By, done: list[Proposal]
) -> None:
    one = unlock(actor)
    assert done == []
    assert one.label == "unlock P0001"
    assert proposals.pending("unlock", "P0001", at=NOW) == one
    assert proposals.waiting(actor("monitor"), at=NOW) == []
    assert proposals.waiting(actor("administrator"), at=NOW) == [one]
    assert proposals.confirm(one, actor=actor("administrator"), at=NOW) == ""
    assert done == [one]
    one.refresh_from_db()
    assert (one.outcome, one.confirmed_by) == ("done", "administrator")
    assert proposals.pending("unlock", "P0001", at=NOW) is None
    with pytest.raises(AccessError, match="EQ916"):
        proposals.confirm(one, actor=actor("administrator"), at=NOW)
    said = Entry.objects.filter(form="second person").order_by("seq")
    assert [(e.act, e.actor, e.value) for e in said] == [
        ("propose unlock", "statistician", "P0001"),
        ("confirm unlock", "administrator", "P0001"),
    ]
    assert said[1].reason == f"proposed by statistician: {WHY}"


def test_it_lapses(people: dict[str, User], actor: By, done: list[Proposal]) -> None:
    one = unlock(actor)
    assert proposals.lapses() == timedelta(days=17)
    late = NOW + proposals.lapses()
    assert proposals.waiting(actor("administrator"), at=late) == []
    assert proposals.pending("unlock", "P0001", at=late) is None
    with pytest.raises(AccessError, match="has lapsed"):
        proposals.confirm(one, actor=actor("administrator"), at=late)
    two = proposals.propose(
        "unlock", actor=actor("statistician"), at=late, reason=WHY, about="P0001"
    )
    proposals.confirm(two, actor=actor("administrator"), at=late)
    assert done == [two]


def test_the_same_is_proposed_once_and_another_beside_it(
    people: dict[str, User], actor: By, done: list[Proposal]
) -> None:
    unlock(actor)
    two, other = unlock(actor), unlock(actor, "P0002")
    assert proposals.waiting(actor("administrator"), at=NOW) == [two, other]
    with pytest.raises(AccessError, match="EQ911"):
        proposals.withdraw(two, actor=actor("administrator"), at=NOW)
    proposals.withdraw(two, actor=actor("statistician"), at=NOW)
    assert proposals.waiting(actor("administrator"), at=NOW) == [other]


def test_who_was_made_lately_by_who_asks_is_no_second_person(
    people: dict[str, User], actor: By, done: list[Proposal]
) -> None:
    user = another("new", "statistician", by="statistician",
                   since=NOW - timedelta(days=1))  # fmt: skip
    new = actor_of(user, at=NOW)
    one = unlock(actor)
    assert "new" not in confirmers(one, at=NOW)
    with pytest.raises(AccessError, match="EQ916"):
        proposals.confirm(one, actor=new, at=NOW)
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
