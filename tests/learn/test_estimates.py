"""Estimates about responders: those of the command, and only with candidates."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipoise.analyze.result import Provenance, Results
from equipoise.dataset.trialdata import TrialData
from equipoise.learn import estimates as module
from equipoise.learn.estimates import candidate_id, estimates, with_responders
from equipoise.learn.responders import responders
from equipoise.protocol.amend import content_hash
from equipoise.protocol.model import Protocol
from tests.learn.responders_trial import candidate, declaring, trial

AGE, SEX = candidate("age"), candidate("sex", direction="F", declared="post hoc")


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        module, "responders", lambda *a, **b: responders(*a, draws=199, **b)
    )


def empty(protocol: Protocol, data: TrialData, allocation: str = "actual") -> Results:
    known = Provenance(
        protocol=protocol.trial.id,
        protocol_version=protocol.trial.version,
        protocol_hash=content_hash(protocol),
        data_hash=data.content_hash,
        software="",
        seed=3,
        allocation=allocation,  # type: ignore[arg-type]
    )
    return Results(provenance=known, estimates=())


def test_a_protocol_without_candidates_has_none() -> None:
    protocol, data = trial()
    before = empty(protocol, data)
    assert with_responders(protocol, data, before) is before


def test_every_number_is_that_of_the_command() -> None:
    protocol, data = trial()
    protocol = declaring(protocol, AGE, SEX)
    found = responders(protocol, data, draws=199)
    made = with_responders(protocol, data, empty(protocol, data))
    by_id = made.by_id
    assert len(by_id) == len(made.estimates)  # ids are unique
    assert made["responders.joint"].p == found.test.p
    assert made["responders.joint"].n == 30
    assert made["responders.gap"].estimate == found.gap.estimate
    assert made["responders.randomized"].estimate == found.planned.halves
    assert str(made["responders.rule"].note).startswith("This trial cannot tell")
    for line in found.lines:
        row = by_id[candidate_id(line.column.candidate, line.column.level)]
        assert (row.estimate, row.lower, row.upper) == line.interval
        standing = "post hoc" if line.column.candidate == SEX else "declared"
        assert standing in str(row.note)
    assert made["responders.candidate.age.sd"].estimate == found.lines[0].column.sd


def test_blinded_data_use_the_dummy_allocation_of_the_results() -> None:
    protocol, data = trial()
    protocol = declaring(protocol, AGE)
    masked = data.blinded()
    real = with_responders(protocol, data, empty(protocol, data))
    dummy = with_responders(protocol, masked, empty(protocol, masked, "dummy"))
    again = with_responders(protocol, masked, empty(protocol, masked, "dummy"))
    assert dummy.estimates == again.estimates
    assert dummy["responders.effect"].estimate != real["responders.effect"].estimate


def test_a_trial_that_is_too_small_states_why() -> None:
    protocol, data = trial(12)
    protocol = declaring(protocol, AGE)
    (row,) = with_responders(protocol, data, empty(protocol, data)).estimates
    assert row.estimate is None
    assert "fewer than 10 in an arm" in str(row.note)


def test_an_excluded_candidate_is_stated() -> None:
    protocol, data = trial()
    found = responders(declaring(protocol, AGE, SEX), data, draws=199)
    named = [one.id for one in estimates(found)]
    assert named.count("responders.excluded.1") == len(found.excluded) == 1
    none = estimates(replace(found, excluded=()))
    assert not [one for one in none if one.analysis == "excluded-candidate"]
