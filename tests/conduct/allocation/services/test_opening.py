"""Opening arms: written down before they are shown."""

from pathlib import Path

import pytest
from django.db import connections

from equipoise.conduct.allocation import services
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from equipoise.randomize.sequence import allocation_sequence
from tests.conduct.conftest import NOW


def openings() -> list[tuple]:
    with connections["vault"].cursor() as cursor:
        cursor.execute("SELECT participant, actor, why FROM allocation_opening")
        return cursor.fetchall()


def test_an_arm_is_shown_after_it_was_written_down(study: Protocol, key: Path) -> None:
    services.allocate(study, key, "P0001", {}, actor="c", at=NOW)
    shown = services.open_one(
        key, "P0001", why="emergency", reason="r", actor="i", at=NOW
    )
    assert shown.arm == allocation_sequence(study, 1, seed=7)[0]
    assert openings() == [("P0001", "i", "emergency")]


def test_it_is_written_down_even_if_it_does_not_open(
    study: Protocol, key: Path, tmp_path: Path
) -> None:
    services.allocate(study, key, "P0001", {}, actor="c", at=NOW)
    with pytest.raises(ConductError, match="EQ931"):
        services.open_one(
            tmp_path / "none", "P0001", why="emergency", reason="r", actor="i", at=NOW
        )
    assert len(openings()) == 1


def test_nobody_is_opened_who_was_not_randomized(study: Protocol, key: Path) -> None:
    with pytest.raises(ConductError, match="EQ936"):
        services.open_one(key, "P1", why="emergency", reason="r", actor="i", at=NOW)


def test_all_are_opened_in_their_order(study: Protocol, key: Path) -> None:
    for number in range(5):
        services.allocate(study, key, f"P{number}", {}, actor="c", at=NOW)
    shown = services.open_all(key, reason="end", actor="s", at=NOW)
    assert [row.arm for row in shown] == allocation_sequence(study, 5, seed=7)
    assert len(openings()) == 5
