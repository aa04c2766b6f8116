"""Opening arms: written down before they are shown."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connections

from equipoise.conduct.allocation.key import make_key
from equipoise.conduct.allocation.services import (
    assignment,
    concealed_list,
    syringes,
    unblinding,
)
from equipoise.errors import ConductError
from equipoise.exchange.disclosed_list import wrong_with
from equipoise.protocol.model import Protocol
from equipoise.randomize.methods import allocation_sequence
from tests.conduct.allocation.services.test_syringes import CONTENT, fill
from tests.conduct.conftest import NOW


def openings() -> list[tuple]:
    with connections["vault"].cursor() as cursor:
        cursor.execute("SELECT participant, actor, why FROM allocation_opening")
        return cursor.fetchall()


def test_an_arm_is_shown_after_it_was_written_down(study: Protocol, key: Path) -> None:
    assignment.allocate(study, key, "P0001", {}, actor="c", at=NOW)
    shown = unblinding.open_one(
        key, "P0001", why="emergency", reason="r", actor="i", at=NOW
    )
    assert shown.arm == allocation_sequence(study, 1, seed=7)[0]
    assert openings() == [("P0001", "i", "emergency")]


def test_it_is_written_down_even_if_it_does_not_open(
    study: Protocol, key: Path, tmp_path: Path
) -> None:
    assignment.allocate(study, key, "P0001", {}, actor="c", at=NOW)
    with pytest.raises(ConductError, match="EQ931"):
        unblinding.open_one(
            tmp_path / "none", "P0001", why="emergency", reason="r", actor="i", at=NOW
        )
    assert len(openings()) == 1


def test_nobody_is_opened_who_was_not_randomized(study: Protocol, key: Path) -> None:
    with pytest.raises(ConductError, match="EQ936"):
        unblinding.open_one(key, "P1", why="emergency", reason="r", actor="i", at=NOW)


def test_all_are_opened_in_their_order(study: Protocol, key: Path) -> None:
    for number in range(5):
        assignment.allocate(study, key, f"P{number}", {}, actor="c", at=NOW)
    shown = unblinding.open_all(key, reason="end", actor="s", at=NOW)
    assert [row.arm for row in shown] == allocation_sequence(study, 5, seed=7)
    assert len(openings()) == 5


def test_contents_come_in_the_order_of_filling(study: Protocol, key: Path) -> None:
    first = fill(key)
    syringes.check_syringe(first, agrees=False, actor="q", at=NOW)
    second = fill(key, content=replace(CONTENT, volume_ml="0.81"))
    syringes.check_syringe(second, agrees=True, actor="q", at=NOW)
    found = unblinding.contents(key)
    assert [one.syringe.number for one in found] == [first, second]
    assert [one.syringe.agrees for one in found] == [False, True]
    assert [one.content.volume_ml for one in found] == ["0.82", "0.81"]


def test_what_was_discarded_says_why(study: Protocol, key: Path) -> None:
    first = fill(key)
    syringes.discard_syringe(key, first, reason="leaked", actor="p", at=NOW)
    fill(key)
    found = unblinding.contents(key)
    assert [(one.syringe.discarded_by, one.why) for one in found] == [
        ("p", "leaked"), ("", "")
    ]  # fmt: skip


def test_a_trial_without_syringes_has_none(study: Protocol, key: Path) -> None:
    assert unblinding.contents(key) == []


def test_another_key_opens_nothing(study: Protocol, key: Path, tmp_path: Path) -> None:
    fill(key)
    other = tmp_path / "other.key"
    make_key(other)
    with pytest.raises(ConductError, match="EQ932"):
        unblinding.contents(other)


def test_it_gives_what_was_published(study: Protocol, key: Path) -> None:
    published = concealed_list.commitment().hash
    for number in range(5):
        assignment.allocate(study, key, f"P{number}", {}, actor="c", at=NOW)
    shown = unblinding.open_all(key, reason="end", actor="s", at=NOW)
    told = unblinding.disclose(key, study.trial.id)
    assert not list(wrong_with(told, published, study))
    assert [r["arm"] for r in told.allocations] == [row.arm for row in shown]
    assert told.about["trial"] == "feder2021"
    assert len(told.lines) == 60
