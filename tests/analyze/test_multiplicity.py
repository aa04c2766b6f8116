"""The testing procedure that a protocol names, and what it decides."""

from __future__ import annotations

import pytest

from equipoise.analyze.multiplicity import adjusted, decisions
from equipoise.analyze.result import Estimate
from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.multiplicity import Multiplicity


def _answer(p: float | None) -> Estimate:
    return Estimate(
        id="x", endpoint="x", analysis="difference", population="itt", p=p, n=30
    )


def test_the_decisions_of_the_reference_trial_go_down_its_sequence() -> None:
    trial = load_protocol("feder2021")
    assert trial.multiplicity is not None
    names = trial.multiplicity.endpoints
    p = dict(zip(names, (0.005, 0.2, 0.001), strict=False))
    found = decisions(trial, {name: _answer(p.get(name)) for name in names})
    assert [row.p for row in found][:3] == [0.005, 0.2, 0.2]
    assert (found[0].note or "").startswith(
        "rejected at a two-sided alpha of 0.05 by the fixed-sequence procedure"
    )
    assert (found[1].note or "").startswith("not rejected")


def test_what_could_not_be_tested_is_not_rejected_and_says_so() -> None:
    trial = load_protocol("feder2021")
    assert trial.multiplicity is not None
    found = decisions(trial, {n: _answer(None) for n in trial.multiplicity.endpoints})
    assert found[0].p == 1.0
    assert "could not be tested" in (found[0].note or "")


@pytest.mark.parametrize("name", ["holm", "hochberg", "fixed-sequence"])
def test_a_family_of_one_is_its_own_p_value(name: str) -> None:
    family = Multiplicity.model_validate(
        {"procedure": name, "endpoints": ["x"], "assumed": True}
    )
    assert adjusted(family, [0.03]).tolist() == [0.03]
