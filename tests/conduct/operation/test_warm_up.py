"""A worker has read what its first requests need, and answers whatever is away."""

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from equipoise.conduct.capture import participant_facts
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.participant_facts import facts_of_many
from equipoise.conduct.operation import warm_up
from tests.conduct.walking import included


def test_lists_are_read_before_somebody_asks(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    persons, plan = [included(people) for _ in range(2)], plan_in_force()
    # The data of a test are its own transaction's: nothing may close its connection.
    monkeypatch.setattr(warm_up.connections, "close_all", lambda: None)
    warm_up._lists()
    with CaptureQueriesContext(connection) as asked:
        facts_of_many(persons, plan)
    assert len(asked) == 1
    assert {p.identifier for p in persons} <= set(participant_facts._kept)


@pytest.mark.parametrize("error", [DatabaseError("away"), None])
def test_a_worker_answers_without_a_database_or_a_protocol(
    db: None, monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    def away() -> None:
        if error is not None:
            raise error
        plan_in_force()  # EQ901

    closed = []
    monkeypatch.setattr(warm_up.connections, "close_all", lambda: closed.append(1))
    monkeypatch.setattr(warm_up, "plan_in_force", away)
    monkeypatch.setattr(warm_up.Thread, "start", lambda self: self.run())
    warm_up.warm()
    assert closed == [1, 1]
