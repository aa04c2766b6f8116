"""Lists know of a lock what the entries of each participant say."""

from collections.abc import Callable
from itertools import product

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.capture.current_values import current, locked, require_open
from equipoise.errors import ConductError
from tests.conduct.conftest import NOW
from tests.conduct.ended import unblinded
from tests.conduct.screened import screened, write

By = Callable[[str], Actor]


@pytest.mark.usefixtures("study")
def test_the_last_of_lock_and_unlock_counts_whatever_came_before() -> None:
    """Every sequence of up to four; a form that is locked alone locks nobody."""
    sequences = [s for n in range(5) for s in product(("lock", "unlock"), repeat=n)]
    for number, acts in enumerate(sequences, start=1):
        name = screened(number).identifier
        write(name, [Fact("screen"), *(Fact(act) for act in acts)])
        assert (name in locked([name])) == bool(acts and acts[-1] == "lock")
        assert locked([name]).get(name) == current(name).locked
    names = [f"P{n:04d}" for n in range(1, len(sequences) + 1)]
    some = {
        n for n, acts in zip(names, sequences, strict=True) if acts[-1:] == ("lock",)
    }
    assert set(locked(names)) == some
    assert set(locked([*names, *(f"Q{n}" for n in range(500))])) == some


def test_nothing_is_recorded_elsewhere_of_whom_is_locked(
    people: dict[str, User], actor: By
) -> None:
    person = screened()
    require_open(person.identifier)
    write(person.identifier, [Fact("lock")])
    with pytest.raises(ConductError, match="EQ921"):
        require_open(person.identifier)
    unblinded(actor, NOW)
    with pytest.raises(ConductError, match="EQ970"):
        require_open("P0002")
