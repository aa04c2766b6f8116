"""``equipoise.analyze`` adds what the trial says about its candidates."""

from __future__ import annotations

import pytest

import equipoise as eq
from equipoise.learn import whole_analysis
from tests.learn.responders_trial import candidate, declaring, trial
from tests.learn.test_estimates import empty


def test_the_public_analysis_has_the_candidates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The planned analysis itself is tested elsewhere, and is not repeated here."""
    protocol, data = trial()
    protocol = declaring(protocol, candidate("age"))
    monkeypatch.setattr(
        whole_analysis.run, "analyze", lambda *_, **__: empty(protocol, data)
    )
    steps: list[str] = []
    found = eq.analyze(protocol, data, progress=steps.append)
    assert found["responders.joint"].p is not None
    assert steps == ["candidates for a difference of the effect"]
