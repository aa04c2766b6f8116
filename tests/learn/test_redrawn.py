"""Redrawn allocations are those of the protocol: blocks, strata, minimization."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from equipoise.errors import AnalysisError
from equipoise.learn.redrawn import Redrawn, redrawn
from equipoise.protocol.governance import Randomization
from tests.learn.responders_trial import trial, with_people

DRAWS = 400


def drawn(plan: dict[str, object], people: dict[str, object] | None = None) -> Redrawn:
    protocol, data = trial()
    randomization = Randomization.model_validate({"assumed": True} | plan)
    protocol = protocol.model_copy(update={"randomization": randomization})
    if people:
        table = data.participants[data.participants["arm"].notna()]
        data = with_people(data, table.assign(**people).reset_index(drop=True))
    return redrawn(
        protocol, data, arm="ketamine", versus="midazolam", draws=DRAWS, seed=1
    )


def test_blocks_of_four_are_balanced_after_each_four() -> None:
    found = drawn({"method": "permuted blocks", "block_sizes": [4]})
    sums = found.treated[:, :28].reshape(DRAWS, 7, 4).sum(axis=2)
    assert (sums == 2).all()
    assert len(np.unique(found.treated[:, :4], axis=0)) == 6


def test_each_stratum_has_its_own_blocks() -> None:
    """Whatever the order of randomization, which alternates between the levels."""
    levels = [("yes", "no")[k % 2] for k in range(30)]
    plan = {
        "method": "permuted blocks",
        "block_sizes": [2],
        "strata": ["psychotropics"],
    }
    found = drawn(plan, {"psychotropics": levels})
    _, data = trial()
    table = data.participants[data.participants["arm"].notna()].reset_index(drop=True)
    known = dict(zip(table["participant"], levels, strict=True))
    for level in ("yes", "no"):
        own = [known[name] == level for name in found.participants]
        pairs = found.treated[:, own][:, :14].reshape(DRAWS, 7, 2).sum(axis=2)
        assert (pairs == 1).all()


def test_minimization_keeps_the_factors_balanced() -> None:
    plan = {"method": "minimization", "strata": ["sex"], "probability": 0.9}
    spread = drawn(plan).treated.sum(axis=1).std()
    assert spread < drawn({"method": "complete"}).treated.sum(axis=1).std() / 2


@pytest.mark.parametrize("plan", [{"method": "complete"}, {"method": "urn"}])
def test_every_participant_is_treated_in_half_of_the_draws(
    plan: dict[str, object],
) -> None:
    """400 draws: standard error 2.5 points; four of them for the worst of 30."""
    found = drawn(plan)
    assert np.abs(found.treated.mean(axis=0) - 0.5).max() < 0.10


def test_participants_are_in_the_order_of_randomization() -> None:
    _, data = trial()
    table = data.participants[data.participants["arm"].notna()]
    expected = table.sort_values("randomized_at", kind="stable")["participant"]
    found = drawn({"method": "complete"})
    assert list(found.participants) == list(expected)
    assert found.ordered


def test_three_arms_are_permuted_within_strata() -> None:
    protocol, data = trial()
    third = protocol.arms[1].model_copy(update={"id": "saline"})
    plan = Randomization(method="complete", strata=("psychotropics",), assumed=True)
    protocol = protocol.model_copy(
        update={"arms": (*protocol.arms, third), "randomization": plan}
    )
    people = data.participants[data.participants["arm"].notna()].reset_index(drop=True)
    people.loc[:5, "arm"] = "saline"
    found = redrawn(
        protocol,
        with_people(data, people),
        arm="ketamine",
        versus="midazolam",
        draws=50,
        seed=1,
    )
    own = people.set_index("participant").loc[list(found.participants)]
    assert len(found.participants) == 24
    for level in ("yes", "no"):
        part = (own["psychotropics"] == level).to_numpy()
        count = int((own["arm"][part] == "ketamine").sum())
        assert (found.treated[:, part].sum(axis=1) == count).all()


def test_a_stratum_that_is_not_known_is_refused() -> None:
    plan = {"method": "permuted blocks", "block_sizes": [2], "strata": ["sex"]}
    with pytest.raises(AnalysisError, match=r"EQ853 .* no sex"):
        drawn(plan, {"sex": pd.NA})
