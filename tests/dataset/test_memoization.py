"""A table is derived once for each data set and each value of the arguments."""

from __future__ import annotations

import gc
import weakref

from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import TrialData
from equipoise.protocol.model import Protocol
from tests.analyze.small import data, protocol

CALLS: list[tuple[object, ...]] = []


@derived_once
def doubled(known: TrialData, name: str, times: int = 2) -> list[object]:
    CALLS.append((name, times))
    return [name] * times


@derived_once
def visits(known: TrialData, trial: Protocol) -> int:
    CALLS.append((id(trial),))
    return len(trial.schedule.visits)


def calls() -> int:
    count = len(CALLS)
    CALLS.clear()
    return count


def test_the_same_question_is_answered_once() -> None:
    known = data()
    first = doubled(known, "a")
    assert doubled(known, "a") is first
    assert doubled(known, "b") == ["b", "b"]
    assert doubled(known, "a", times=3) == ["a"] * 3
    assert calls() == 3


def test_another_data_set_is_another_question() -> None:
    doubled(data(), "a")
    doubled(data(), "a")
    assert calls() == 2


def test_a_protocol_is_told_apart_by_identity_and_kept() -> None:
    known = data()
    for _ in range(3):
        # A protocol that is gone could give its identity to the next one.
        assert visits(known, protocol()) == 6
    assert calls() == 3
    trial = protocol()
    visits(known, trial)
    visits(known, trial)
    assert calls() == 1


def test_nothing_outlives_its_data_set() -> None:
    known = data()
    doubled(known, "a")
    calls()
    gone = weakref.ref(known)
    del known
    gc.collect()
    assert gone() is None
