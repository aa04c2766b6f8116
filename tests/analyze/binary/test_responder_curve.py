"""Response at every cut-off."""

import pytest

from equipoise.analyze.binary.estimates import binary
from equipoise.analyze.binary.responder_curve import CUTS
from equipoise.analyze.result import Estimate
from tests.analyze.small import data, protocol, random_scores, with_strategy

TRIAL = protocol()


def curve(found: list[Estimate]) -> dict[tuple[str, int], Estimate]:
    rows = [e for e in found if e.analysis == "responder-curve"]
    return {(str(e.contrast), int(e.statistic or 0)): e for e in rows}


def test_the_curve_falls_and_passes_through_the_endpoint() -> None:
    found = binary(TRIAL, data(random_scores(2)), TRIAL.endpoint("response"))
    drawn = curve(found)
    assert len(drawn) == 2 * len(CUTS)
    for arm in ("active", "placebo"):
        values = [drawn[arm, cut].estimate for cut in CUTS]
        assert values == sorted(values, reverse=True)
        own = next(e for e in found if e.id == f"response.proportion.{arm}")
        assert drawn[arm, 50].estimate == own.estimate  # the definition of this trial
        assert drawn[arm, 50].lower == own.lower


def test_missing_and_intercurrent_events_count_as_in_the_endpoint() -> None:
    for strategy in ("hypothetical", "composite", "treatment policy"):
        trial = with_strategy("response", strategy)
        known = data(milestones=[("A1", "new-treatment", 5, None)])
        found = binary(trial, known, trial.endpoint("response"))
        row = next(e for e in found if e.id == "response.proportion.active")
        assert curve(found)["active", 50].estimate == pytest.approx(row.estimate)
        assert curve(found)["active", 50].n == row.n
