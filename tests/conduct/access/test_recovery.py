"""Nobody is left: two of the sponsor bring somebody in, slowly and before all eyes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from equipoise.conduct import mail
from equipoise.conduct.access import proposals, recovery
from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.access.models import Proposal
from equipoise.conduct.access.role_grants import grant
from equipoise.conduct.account_reset import join
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.verify import verify
from equipoise.errors import AccessError, ConductError
from tests.conduct.conftest import NOW

By = Callable[[str], Actor]
TWO = ("Peter Paulsen", "Rita Roth")
WHY = "the only investigator left on 3 May"
LATER = NOW + timedelta(hours=25)


@pytest.fixture(autouse=True)
def real(settings: Settings) -> None:
    settings.DEMO = False


def begin(**other: object) -> recovery.Recovery:
    given = {"people": TWO, "reason": WHY, "at": NOW} | other
    return recovery.begin("olga", "Olga Orlova", "administrator", **given)  # type: ignore[arg-type]


@pytest.fixture
def alone(people: dict[str, User]) -> None:
    """One administrator, and nobody who could confirm anything."""
    for role in ("investigator", "statistician"):
        people[role].is_active = False
        people[role].save()


@pytest.mark.usefixtures("alone")
def test_the_way_is_open_again_a_day_later(people: dict[str, User], actor: By) -> None:
    ann = User.objects.create_user("ann")
    with pytest.raises(AccessError, match="equipoise recover"):
        grant(ann, "investigator", "north", actor=actor("administrator"), at=NOW)
    made = begin()
    assert (made.people, made.reason, made.finished) == (TWO, WHY, None)
    assert not User.objects.filter(username="olga").exists()
    for hours in (0, 23.9):
        with pytest.raises(ConductError, match=r"EQ971.*the waiting time ends"):
            recovery.finish(at=NOW + timedelta(hours=hours))
    link, code = recovery.finish(at=LATER)
    password = {"password": "a horse that nobody knows"}
    # Who has the link alone, or the code alone, does not come in.
    assert join(link.account, link.token, code="", at=LATER, **password)
    assert join(link.account, "x-y", code=code, at=LATER, **password)
    assert not join(link.account, link.token, code=code, at=LATER, **password)
    olga = actor_of(User.objects.get(username="olga"), at=LATER)
    assert olga.roles == {"administrator": frozenset({"*"})}
    one = grant(ann, "investigator", "north", actor=actor("administrator"), at=LATER)
    assert isinstance(one, Proposal)
    assert proposals.confirm(one, actor=olga, at=LATER)
    assert recovery.recoveries()[-1].finished == LATER
    acts = Entry.objects.filter(actor="terminal").order_by("seq")
    assert [e.act for e in acts] == ["begin recovery", "invite", "grant", "recover"]
    said = acts.get(act="recover").reason
    assert all(word in said for word in (*TWO, WHY))
    told = "".join(f"{e.value} {e.reason}" for e in Entry.objects.all())
    assert code not in told
    assert not verify().findings


@pytest.mark.usefixtures("people")
def test_not_while_two_people_of_the_trial_are_left() -> None:
    with pytest.raises(ConductError, match=r"EQ971.*investigator or statistician"):
        begin()
    with pytest.raises(ConductError, match=r"EQ971.*statistician can confirm"):
        begin(without=["investigator"])
    made = begin(without=["statistician", "investigator"])
    assert made.without == ("investigator", "statistician")


def test_nor_if_somebody_has_come_back_meanwhile(
    people: dict[str, User], alone: None
) -> None:
    begin()
    people["investigator"].is_active = True
    people["investigator"].save()
    with pytest.raises(ConductError, match="investigator can confirm"):
        recovery.finish(at=LATER)


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"people": ("Rita Roth", " rita  ROTH ")}, "two different people"),
        ({"people": ("Rita Roth", "")}, "two different people"),
        ({"reason": "gone"}, "reason"),
        ({"hours": 23.0}, "too short"),
    ],
)
def test_what_is_missing_is_refused(given: dict[str, object], words: str) -> None:
    with pytest.raises(ConductError, match=f"EQ971.*{words}"):
        begin(**given)
    assert recovery.recoveries() == []


@pytest.mark.usefixtures("alone")
def test_roles_and_names_that_cannot_be() -> None:
    given = {"people": TWO, "reason": WHY, "at": NOW}
    with pytest.raises(ConductError, match="'pharmacist' is not a role"):
        recovery.begin("olga", "Olga", "pharmacist", **given)  # type: ignore[arg-type]
    with pytest.raises(AccessError, match="EQ952"):
        recovery.begin("rater", "Olga", "administrator", **given)  # type: ignore[arg-type]


@pytest.mark.usefixtures("alone")
def test_one_at_a_time_and_not_for_ever() -> None:
    with pytest.raises(ConductError, match="no recovery was started"):
        recovery.finish(at=NOW)
    begin()
    with pytest.raises(ConductError, match="started already"):
        begin()
    late = NOW + timedelta(days=31)
    with pytest.raises(ConductError, match="no recovery was started"):
        recovery.finish(at=late)
    begin(at=late)
    recovery.finish(at=late + timedelta(days=2))
    with pytest.raises(ConductError, match="no recovery was started"):
        recovery.finish(at=late + timedelta(days=2))


@pytest.mark.usefixtures("alone")
def test_everybody_is_told_by_message(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    got: list[tuple[object, ...]] = []
    monkeypatch.setattr(mail, "tell", lambda *sent: got.append(sent))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        begin()
    assert {str(role) for role, *_ in got} >= {"rater", "pharmacist", "monitor"}
    assert all("Peter Paulsen and Rita Roth" in str(text) for *_, text in got)
    assert all(role != "participant" for role, *_ in got)
