"""The end of a trial: each step in its order, by whom it may, and never back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from equipoise.conduct.access import proposals
from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.actions import ACTS, AFTER_UNBLINDING
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.audit.record import append, is_unblinded
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.capture import end_of_trial, locking
from equipoise.conduct.capture.locking import lock_database
from equipoise.conduct.capture.participants import screen
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import hash_in_force
from equipoise.conduct.study.sites import set_timezone
from equipoise.errors import AccessError, ConductError
from tests.conduct.conftest import NOW
from tests.conduct.ended import FINAL, FULL, closed, unblinded
from tests.conduct.screened import screened, write

By = Callable[[str], Actor]
WHY = "two more participants are needed"


def test_closed_recruitment_ends_screening_until_two_people_reopen_it(
    people: dict[str, User], actor: By
) -> None:
    nurse, admin = actor("coordinator"), actor("administrator")
    assert end_of_trial.phase() == end_of_trial.Phase(None, None)
    for _ in range(2):  # twice is once
        end_of_trial.close_recruitment(actor=actor("statistician"), at=NOW, reason=FULL)
    entry = end_of_trial.phase().closed
    assert entry is not None
    assert (entry.actor, entry.reason) == ("statistician", FULL)
    assert Entry.objects.filter(act="close recruitment").count() == 1
    with pytest.raises(ConductError, match="recruitment is closed"):
        screen("north", actor=nurse, at=NOW)
    made = end_of_trial.propose_reopening(actor=admin, at=NOW, reason=WHY)
    with pytest.raises(ConductError):
        screen("north", actor=nurse, at=NOW)
    with pytest.raises(AccessError, match="EQ916"):
        proposals.confirm(made, actor=admin, at=NOW)
    proposals.confirm(made, actor=actor("statistician"), at=NOW)
    assert end_of_trial.phase().closed is None
    assert screen("north", actor=nurse, at=NOW).identifier == "P0001"
    with pytest.raises(ConductError, match="recruitment is open"):
        end_of_trial.propose_reopening(actor=admin, at=NOW, reason=WHY)
    assert verify().findings == ()


def test_a_database_that_an_earlier_version_locked_stays_closed(
    people: dict[str, User], actor: By
) -> None:
    write(STUDY, [Fact("lock", value="3 forms")])
    with pytest.raises(ConductError, match="EQ921"):
        screen("north", actor=actor("coordinator"), at=NOW)


@pytest.mark.parametrize("role", ["coordinator", "investigator", "monitor", "rater"])
def test_nobody_else_closes_or_unblinds(
    people: dict[str, User], actor: By, role: str
) -> None:
    steps = (end_of_trial.close_recruitment, end_of_trial.propose_reopening,
             end_of_trial.propose_unblinding)  # fmt: skip
    for step in steps:
        with pytest.raises(AccessError, match="EQ911"):
            step(actor=actor(role), at=NOW, reason=FINAL)


def test_everything_in_the_way_is_named_and_asked_again_at_the_confirmation(
    people: dict[str, User], actor: By
) -> None:
    statistician, admin = actor("statistician"), actor("administrator")
    with pytest.raises(ConductError, match=r"still open[\s\S]*no participant"):
        end_of_trial.propose_unblinding(actor=statistician, at=NOW, reason=FINAL)
    first, second = screened(1), screened(2)
    end_of_trial.close_recruitment(actor=admin, at=NOW, reason=FULL)
    locking.lock_participant(first, actor=statistician, at=NOW)
    with pytest.raises(ConductError, match="1 participant is not locked"):
        end_of_trial.propose_unblinding(actor=statistician, at=NOW, reason=FINAL)
    locking.lock_participant(second, actor=statistician, at=NOW)
    made = end_of_trial.propose_unblinding(actor=statistician, at=NOW, reason=FINAL)
    assert proposals.pending("unblinding", at=NOW) == made
    again = locking.propose_unlock(second, actor=statistician, at=NOW, reason=WHY)
    proposals.confirm(again, actor=actor("investigator"), at=NOW)
    with pytest.raises(ConductError, match="1 participant is not locked"):
        proposals.confirm(made, actor=admin, at=NOW)
    assert not is_unblinded()
    locking.lock_participant(second, actor=statistician, at=NOW)
    for late in (statistician, Actor("x", {})):
        with pytest.raises(AccessError, match="EQ916"):
            proposals.confirm(made, actor=late, at=NOW)
    proposals.confirm(made, actor=admin, at=NOW)
    entry = end_of_trial.phase().unblinded
    assert entry is not None
    assert (entry.actor, entry.value) == ("administrator", "all")
    assert entry.reason == f"proposed by statistician: {FINAL}"
    assert verify().findings == ()


@pytest.mark.parametrize(
    "reason", ["", "x", "done done", "aaaaaaaaaaaa", "12345678901"]
)
def test_a_reason_says_something(
    people: dict[str, User], actor: By, reason: str
) -> None:
    closed(actor)
    with pytest.raises(ConductError, match="EQ962"):
        end_of_trial.propose_unblinding(
            actor=actor("statistician"), at=NOW, reason=reason
        )
    with pytest.raises(ConductError, match="EQ922"):
        end_of_trial.close_recruitment(
            actor=actor("statistician"), at=NOW, reason=reason
        )


def test_after_unblinding_no_chain_takes_any_act_but_of_accounts_and_reading(
    people: dict[str, User], actor: By, key: Path
) -> None:
    """Every act that there is, in the chain of a participant and in that of the study."""
    person = screened()
    unblinded(actor)
    for act in ACTS:
        for chain in (person.identifier, STUDY):
            before = Entry.objects.count()
            facts = [Fact(act, form="people")]
            given = {"actor": "a", "protocol": hash_in_force(), "at": NOW}
            if act in AFTER_UNBLINDING:
                append(chain, facts, **given)
                continue
            with pytest.raises(ConductError, match="EQ970"), transaction.atomic():
                append(chain, facts, **given)
            assert Entry.objects.count() == before
    assert ACTS.keys() >= AFTER_UNBLINDING
    assert not {a for a in AFTER_UNBLINDING if ACTS[a] in ("value", "form")}


def test_nothing_leads_back(people: dict[str, User], actor: By) -> None:
    person = screened()
    unblinded(actor)
    statistician = actor("statistician")
    with pytest.raises(ConductError, match="EQ970"):
        locking.propose_unlock(person, actor=statistician, at=NOW, reason=WHY)
    with pytest.raises(ConductError, match="EQ970"):
        end_of_trial.propose_reopening(actor=statistician, at=NOW, reason=WHY)
    with pytest.raises(ConductError, match="EQ970"):
        end_of_trial.propose_unblinding(actor=statistician, at=NOW, reason=FINAL)
    with pytest.raises(ConductError, match="EQ970"):
        screen("north", actor=actor("coordinator"), at=NOW)
    site = Site.objects.get(code="north")
    with pytest.raises(ConductError, match="EQ970"):
        set_timezone(site, "Asia/Tokyo", actor="x", at=NOW, reason=WHY)
    assert Site.objects.get(code="north").timezone == "UTC"
    assert lock_database(actor=statistician, at=NOW) == 0  # nothing is left to lock
