"""Group sequential trials with a time to event."""

from dataclasses import replace
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from equipoise.design.fixed.enrolment import Enrolment
from equipoise.design.fixed.event_assumptions import EventAssumptions, Variance
from equipoise.design.sequential.boundaries import Rule
from equipoise.design.sequential.event_trial import (
    accrual_at_rate,
    event_trial,
    event_trial_with,
)
from equipoise.errors import DesignError

OF = Rule(kind="lan-demets-of")
HSD = Rule(kind="hwang-shih-decani", parameter=-10)
PFS = EventAssumptions(
    hazard_ratio=0.6, hazard=log(2) / 9.4, loss=-log(0.8) / 12, follow_up=10,
    enrolment=Enrolment(duration=24),
)  # fmt: skip


@pytest.mark.parametrize(
    ("looks", "events"), [(2, 247.706), (3, 249.945), (5, 252.888)]
)
def test_maximum_events_as_rpact(looks: int, events: float) -> None:
    """rpact 3.3.4, asOF, hazard ratio 0.7, power 0.8: 247.7064, 249.9447, 252.8877."""
    made = EventAssumptions(
        hazard_ratio=0.7, hazard=log(2) / 12, follow_up=12,
        enrolment=Enrolment(duration=12),
    )  # fmt: skip
    timing = np.arange(1, looks + 1) / looks
    trial = event_trial(made, OF, timing, power=0.8)
    assert trial.analyses[-1].events == pytest.approx(events, abs=6e-4)


@settings(deadline=None, max_examples=20)
@given(st.floats(0.6, 0.97), st.booleans())
def test_events_and_power_are_each_other(power: float, futile: bool) -> None:
    """The events of a power have this power when they are planned."""
    futility = HSD if futile else None
    trial = event_trial(PFS, OF, [0.5, 0.8, 1], power=power, futility=futility)
    events = [analysis.events for analysis in trial.analyses]
    again = event_trial_with(PFS, OF, events, futility=futility)
    assert again.power == pytest.approx(power, abs=1e-8)
    assert again.participants == pytest.approx(trial.participants, rel=1e-9)


def test_a_hazard_ratio_above_one_is_the_mirror() -> None:
    """The boundary is then a hazard ratio above 1, and the z are the same."""
    turned = EventAssumptions(
        hazard_ratio=1 / 0.6,
        hazard=0.05,
        follow_up=10,
        enrolment=Enrolment(duration=24),
    )
    one, other = (event_trial(a, OF, [0.5, 1]) for a in (PFS, turned))
    for a, b in zip(one.analyses, other.analyses, strict=True):
        assert a.efficacy_hazard_ratio * b.efficacy_hazard_ratio == pytest.approx(1)
        assert a.efficacy_z == b.efficacy_z


def test_a_rate_is_a_duration() -> None:
    assert accrual_at_rate(10, 4, lambda duration: 100) == pytest.approx(12)
    with pytest.raises(DesignError, match="EQ810"):
        accrual_at_rate(10, 0, lambda duration: 20 * duration + 1)


@pytest.mark.parametrize("variance", ["schoenfeld", "freedman", "lachin-foulkes"])
def test_the_design_has_the_same_boundaries_with_another_enrolment(
    variance: Variance,
) -> None:
    longer = replace(PFS, enrolment=Enrolment(duration=30), follow_up=6)
    one, other = (
        event_trial(each, OF, [0.5, 1], futility=HSD, variance=variance)
        for each in (PFS, longer)
    )
    assert (one.design.upper == other.design.upper).all()
    assert one.participants_with(longer) == other.participants
    planned = event_trial_with(PFS, OF, [100, 200])
    assert planned.participants_with(longer) == pytest.approx(
        event_trial_with(longer, OF, [100, 200]).participants, rel=1e-12
    )


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(DesignError, match="EQ808"):
        event_trial_with(PFS, OF, [5000, 10000])
    with pytest.raises(DesignError, match="EQ804"):
        event_trial_with(PFS, OF, [])
    with pytest.raises(DesignError, match="EQ809"):
        event_trial_with(PFS, OF, [100, 200], binding=True)


@pytest.mark.calibration
def test_simulated_trials_have_the_power_and_the_events() -> None:
    """2,000 trials of 398 with log-rank tests at 176 and 235 events (seed 18).

    Tolerance: 4 Monte Carlo errors, 1.9 percentage points for the power, and as much for
    the approximation of the log-rank statistic. Times: 4 errors of their mean.
    """
    trial = event_trial_with(PFS, OF, [176, 235], alpha=0.0125)
    bounds = [a.efficacy_z for a in trial.analyses]
    draws = stats.uniform.rvs(size=(2000, 3, 398), random_state=18)
    found, times = 0, []
    first = np.arange(398) % 2 == 0
    hazard = np.where(first, 0.6, 1.0) * PFS.hazard
    for entry, event, loss in draws:
        entered = 24 * entry
        survived, stayed = -np.log(event) / hazard, -np.log(loss) / PFS.loss
        calendar = np.sort((entered + survived)[survived <= stayed])
        times.append(calendar[175])
        for number, bound in zip((175, 234), bounds, strict=True):
            cut = calendar[number] if number < len(calendar) else calendar[-1]
            if _log_rank(first, survived, stayed, cut - entered) >= bound:
                found += 1
                break
    assert found / 2000 == pytest.approx(trial.power, abs=0.038)
    assert np.mean(times) == pytest.approx(trial.analyses[0].time, abs=0.12)


def _log_rank(
    first: np.ndarray, survived: np.ndarray, stayed: np.ndarray, followed: np.ndarray
) -> float:
    """z of the log-rank test in favour of the first arm, without ties."""
    here = followed > 0
    limit = np.minimum(stayed, followed)
    time, event = np.minimum(survived, limit)[here], (survived <= limit)[here]
    order = np.argsort(time)
    arm, event = first[here][order], event[order]
    at_risk = np.arange(len(arm), 0, -1)
    share = np.cumsum(arm[::-1])[::-1] / at_risk
    expected, variance = share[event].sum(), (share * (1 - share))[event].sum()
    return float((expected - arm[event].sum()) / np.sqrt(variance))
