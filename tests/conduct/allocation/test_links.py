"""Every field of a row is in its hash, and so is the row before."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from equipoise.conduct.allocation import links
from equipoise.conduct.audit.chain import START
from tests.conduct.conftest import NOW


@dataclass(frozen=True)
class Row:
    seq: int = 1
    participant: str = "P0001"
    at: object = NOW
    actor: str = "ines"
    why: str = "emergency"
    reason: str = "coma"
    agrees: bool = True


@dataclass(frozen=True)
class Gone:
    seq: int = 1
    at: object = NOW
    actor: str = "ines"
    reason: bytes = b"sealed"


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 2},
        {"participant": "P0002"},
        {"at": NOW + timedelta(microseconds=1)},
        {"actor": "carla"},
        {"why": "pharmacy"},
        {"reason": ""},
    ],
)
def test_each_field_of_an_opening_counts(change: dict) -> None:
    hash_ = links.opening(START, Row())
    assert len(hash_) == 32
    assert links.opening(START, replace(Row(), **change)) != hash_
    assert links.opening(hash_, Row()) != hash_


def test_fields_do_not_run_into_each_other() -> None:
    one = replace(Row(), why="a", reason="bc")
    assert links.opening(START, one) != links.opening(
        START, replace(one, why="ab", reason="c")
    )


@pytest.mark.parametrize(
    "change", [{"seq": 2}, {"at": NOW + timedelta(days=1)}, {"agrees": False}]
)
def test_each_field_of_a_check_counts(change: dict) -> None:
    hash_ = links.check(START, Row(), "12345678")
    assert links.check(START, replace(Row(), **change), "12345678") != hash_
    assert links.check(START, Row(), "12345679") != hash_
    assert links.check(hash_, Row(), "12345678") != hash_


@pytest.mark.parametrize(
    "change",
    [{"seq": 2}, {"at": NOW + timedelta(days=1)}, {"actor": "carla"}, {"reason": b""}],
)
def test_each_field_of_a_discard_counts(change: dict) -> None:
    hash_ = links.discard(START, Gone(), "12345678")
    assert links.discard(START, replace(Gone(), **change), "12345678") != hash_
    assert links.discard(START, Gone(), "12345679") != hash_
    assert links.discard(hash_, Gone(), "12345678") != hash_
