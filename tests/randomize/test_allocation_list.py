"""A list that is handed over: complete, repeatable, and silent about the arms."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import DesignError
from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.model import Protocol
from equipoise.randomize.allocation_list import LETTERS, allocation_list
from equipoise.randomize.methods import allocation_sequence

TRIAL = load_protocol("feder2021")


def planned(**changes: object) -> Protocol:
    plan = TRIAL.randomization.model_copy(update=changes)
    return TRIAL.model_copy(update={"randomization": plan})


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**130),
    n=st.integers(1, 30),
    sites=st.lists(st.sampled_from(["Mount Sinai", "Yale", "Zürich"]), unique=True),
    strata=st.sampled_from([(), ("sex",), ("site",), ("sex", "site")]),
)
def test_every_stratum_of_every_site_has_the_arms_of_its_sequence(
    seed: int, n: int, sites: list[str], strata: tuple[str, ...]
) -> None:
    protocol = planned(strata=strata)
    if "site" in strata and not sites:
        with pytest.raises(DesignError, match="no site is given"):
            allocation_list(protocol, n, seed=seed)
        return
    made = allocation_list(protocol, n, seed=seed, sites=sites)
    assert len({one.code for one in made.allocations}) == len(made.allocations)
    assert len(made.allocations) == n * len(made.strata)
    for site, stratum, name in made.strata:
        own = [a for a in made.allocations if (a.site, a.stratum) == (site, stratum)]
        assert [a.position for a in own] == list(range(1, n + 1))
        known = protocol if not sites or "site" in strata else planned(strata=())
        right = allocation_sequence(known, n, seed=seed, stratum=name)
        assert [a.arm for a in own] == right


def test_blocks_are_complete_and_balanced() -> None:
    made = allocation_list(TRIAL, 60, seed=2**100)
    blocks: dict[int | None, list[str]] = {}
    for one in made.allocations:
        blocks.setdefault(one.block, []).append(one.arm)
    *whole, _ = blocks.values()  # the last block can be cut
    assert {len(arms) for arms in whole} == {4, 6}
    assert all(2 * arms.count("ketamine") == len(arms) for arms in whole)


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "complete", "block_sizes": ()},
        {"method": "big stick", "block_sizes": (), "bound": 2},
        {"method": "urn", "block_sizes": ()},
    ],
)
def test_a_method_without_blocks_has_no_block(changes: dict[str, object]) -> None:
    made = allocation_list(planned(**changes), 10, seed=1, sites=["A"])
    assert {one.block for one in made.allocations} == {None}


def test_codes_show_neither_arm_nor_seed() -> None:
    """The codes follow from the commitment, which a salt of the seed protects."""
    made = allocation_list(TRIAL, 10, seed=7)
    other = allocation_list(TRIAL, 10, seed=8)
    assert made.commitment != other.commitment
    assert {a.code for a in made.allocations}.isdisjoint(
        a.code for a in other.allocations
    )
    for one in made.allocations:
        assert re.fullmatch(f"[{LETTERS}]{{4}}-[{LETTERS}]{{4}}", one.code)
    assert made.seed_is_guessable
    assert not allocation_list(TRIAL, 1, seed=2**64).seed_is_guessable
    assert "8" not in repr(allocation_list(TRIAL, 1, seed=888888))


@pytest.mark.parametrize(
    ("n", "sites", "part"),
    [
        (0, [], "0 allocations"),
        (-1, [], "-1 allocations"),
        (10**9, [], "1000000000 allocations"),
        (4, ["A", "A"], "given twice"),
        (4, [""], "cannot be the name"),
        (4, ["A; B"], "cannot be the name"),
        (4, ["=1+1"], "cannot be the name"),
        (4, ["A\nB"], "cannot be the name"),
    ],
)
def test_what_cannot_be_a_list_is_refused(n: int, sites: list[str], part: str) -> None:
    with pytest.raises(DesignError, match=f"EQ840[\\s\\S]*{part}"):
        allocation_list(TRIAL, n, seed=1, sites=sites)


def test_minimization_has_no_list() -> None:
    protocol = planned(method="minimization", block_sizes=(), strata=("sex",))
    with pytest.raises(DesignError, match="no list in advance"):
        allocation_list(protocol, 4, seed=1)
