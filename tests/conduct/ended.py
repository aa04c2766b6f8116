"""Trials of tests that have come to their end, step by step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from equipoise.conduct.access import proposals
from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture import end_of_trial
from equipoise.conduct.capture.locking import lock_database
from tests.conduct.conftest import NOW

FULL = "the planned number of participants is reached"
FINAL = "final analysis of the trial"


def closed(actor: Callable[[str], Actor], at: datetime = NOW) -> None:
    """Recruitment is closed, and every participant is locked."""
    end_of_trial.close_recruitment(actor=actor("administrator"), at=at, reason=FULL)
    lock_database(actor=actor("statistician"), at=at)


def unblinded(actor: Callable[[str], Actor], at: datetime = NOW) -> None:
    """The trial is unblinded, by two people."""
    closed(actor, at)
    made = end_of_trial.propose_unblinding(
        actor=actor("statistician"), at=at, reason=FINAL
    )
    assert proposals.confirm(made, actor=actor("administrator"), at=at) == ""
