"""The sample: allocations by the real services, in the order of the sealed list."""

import numpy as np
import pytest

from equipoise.errors import ConductError
from equipoise.exchange.protocols import load_protocol
from equipoise.leaktest.run import _allocated
from equipoise.randomize.sequence import allocation_sequence

FEDER = load_protocol("feder2021")
PEOPLE = 24


def test_what_the_program_beside_allocates() -> None:
    made = _allocated(FEDER, "feder2021", seed=5, people=PEOPLE)
    for column in (made.arms, made.kits, made.seconds, made.sizes):
        assert column.shape == (PEOPLE,)
    # Arms are those of the list: out of step with the kits no leak could be found.
    listed = allocation_sequence(FEDER, PEOPLE, seed=5)
    assert made.arms.tolist() == [float(arm != "ketamine") for arm in listed]
    # Blocks of 4 and 6: after any participant the arms are at most 3 apart.
    apart = np.cumsum(np.where(made.arms == 0, 1, -1))
    assert np.abs(apart).max() <= 3
    # What the vault stores has one size, whatever the arm.
    assert len(set(made.sizes.tolist())) == 1
    assert made.sizes[0] > len("midazolam")
    assert len(set(made.kits.tolist())) == PEOPLE
    assert all(0 <= kit <= 999_999 for kit in made.kits)
    assert (made.seconds > 0).all()


def test_a_sample_that_fails_is_no_sample_without_leaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("equipoise.leaktest.run.sys.executable", "false")
    with pytest.raises(ConductError, match="EQ964"):
        _allocated(FEDER, "feder2021", seed=5, people=1)
