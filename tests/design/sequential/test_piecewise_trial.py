"""Trials with a time to event in periods, beside the trial with constant hazards."""

from math import log, sqrt

import numpy as np
import pytest
from scipy import stats

from equipoise.design.fixed.enrolment import Enrolment
from equipoise.design.fixed.event_assumptions import EventAssumptions
from equipoise.design.sequential.boundaries import Rule
from equipoise.design.sequential.event_trial import event_trial
from equipoise.design.sequential.piecewise_events import PiecewiseEvents, delayed
from equipoise.design.sequential.piecewise_trial import piecewise_trial
from equipoise.design.sequential.recruitment import Recruitment
from equipoise.errors import DesignError
from equipoise.numerics.rng import stream

OF, HSD = Rule(kind="lan-demets-of"), Rule(kind="hwang-shih-decani", parameter=-10)
LOSS = -log(0.8) / 12
CONSTANT = PiecewiseEvents(
    hazards=(log(2) / 9.4,), hazard_ratios=(0.6,), durations=(), accrual=24,
    recruitment=Recruitment((1,)), follow_up=10, loss=LOSS,
)  # fmt: skip
HAZARDS, RATIOS, DURATIONS = delayed(0.05, 0.6, 3)
DELAYED = PiecewiseEvents(
    hazards=HAZARDS, hazard_ratios=RATIOS, durations=DURATIONS, accrual=14,
    recruitment=Recruitment((3, 6, 9), (2, 2)), follow_up=16,
)  # fmt: skip


@pytest.mark.parametrize("futility", [None, HSD])
@pytest.mark.parametrize("binding", [False, True])
def test_constant_hazards_are_the_plain_trial(
    futility: Rule | None, binding: bool
) -> None:
    """With HSD(-10): SAS SEQDESIGN, 234.43 events and 396.92 participants, at 25.3638."""
    if binding and futility is None:
        with pytest.raises(DesignError, match="EQ809"):
            piecewise_trial(CONSTANT, OF, [0.75, 1], binding=True)
        return
    options = {"alpha": 0.0125, "power": 0.95, "futility": futility, "binding": binding}
    assumed = EventAssumptions(
        hazard_ratio=0.6, hazard=log(2) / 9.4, loss=LOSS,
        enrolment=Enrolment(duration=24), follow_up=10,
    )  # fmt: skip
    wanted = event_trial(assumed, OF, [0.75, 1], **options)  # type: ignore[arg-type]
    found = piecewise_trial(CONSTANT, OF, [0.75, 1], **options)  # type: ignore[arg-type]
    assert found.participants == pytest.approx(wanted.participants, rel=1e-7)
    for a, b in zip(found.analyses, wanted.analyses, strict=True):
        assert a.events == pytest.approx(b.events, rel=1e-7)
        assert a.time == pytest.approx(b.time, rel=1e-9)
        assert a.efficacy_z == pytest.approx(b.efficacy_z, abs=1e-7)
        assert a.efficacy_hazard_ratio == pytest.approx(b.efficacy_hazard_ratio)
        assert a.spent == pytest.approx(b.spent, abs=1e-9)
        assert a.stops_with_effect == pytest.approx(b.stops_with_effect, abs=1e-7)
    assert found.expected_events == pytest.approx(wanted.expected_events, rel=1e-7)


def test_a_delay_weakens_the_first_analysis_most() -> None:
    trial = piecewise_trial(DELAYED, OF, [0.5, 0.75, 1])
    ratios = [a.hazard_ratio for a in trial.analyses]
    assert ratios == sorted(ratios, reverse=True)
    prompt = PiecewiseEvents(
        hazards=(0.05,), hazard_ratios=(ratios[-1],), durations=(), accrual=14,
        recruitment=Recruitment((3, 6, 9), (2, 2)), follow_up=16,
    )  # fmt: skip
    same_end = piecewise_trial(prompt, OF, [0.5, 0.75, 1])
    assert trial.analyses[0].power < same_end.analyses[0].power
    assert trial.analyses[-1].power == pytest.approx(0.9, abs=1e-8)
    assert trial.analyses[-1].spent == pytest.approx(0.025, abs=1e-9)


@pytest.mark.calibration
def test_simulated_trials_with_a_delay_have_the_power() -> None:
    """1,000 trials with the log-rank test at the planned events; error 1%."""
    trial = piecewise_trial(DELAYED, OF, [0.7, 1])
    n = round(trial.participants)
    rng = stream(7, "piecewise")
    stopped = np.zeros(2)
    for _ in range(1000):
        u = rng.uniform(0, 108, n)
        start = np.select([u < 6, u < 18], [u / 3, 2 + (u - 6) / 6], 4 + (u - 18) / 9)
        arm = rng.permutation(n) % 2
        target = rng.exponential(1, n) / 0.05
        late = np.where(arm == 1, 0.6, 1.0)
        time = np.where(target < 3, target, 3 + (target - 3) / late)
        order = np.sort(start + time)
        for k, analysis in enumerate(trial.analyses):
            cut = order[round(analysis.events) - 1]
            seen = start < cut
            end = np.minimum(time, cut - start)[seen]
            z = _log_rank(end, (start + time <= cut)[seen], arm[seen])
            if z >= analysis.efficacy_z:
                stopped[k] += 1
                break
    assert stopped[0] / 1000 == pytest.approx(trial.analyses[0].power, abs=0.05)
    assert stopped.sum() / 1000 == pytest.approx(0.9, abs=0.03)


def _log_rank(time: np.ndarray, event: np.ndarray, arm: np.ndarray) -> float:
    order = np.argsort(time)
    event, arm = event[order], arm[order]
    at_risk = np.arange(len(arm), 0, -1)
    first = np.cumsum(arm[::-1])[::-1] / at_risk
    score = (arm - first)[event].sum()
    return float(-score / sqrt((first * (1 - first))[event].sum()))


def test_conditional_power_at_the_boundary_by_hand() -> None:
    trial = piecewise_trial(DELAYED, OF, [0.7, 1], futility=HSD)
    first, last = trial.analyses
    root = [sqrt(a.information) * -log(a.hazard_ratio) for a in trial.analyses]
    more = root[1] - root[0] * sqrt(0.7)
    need = last.efficacy_z - first.futility_z * sqrt(0.7) - more
    wanted = stats.norm.sf(need / sqrt(0.3))
    assert first.conditional_power[0] == pytest.approx(wanted, abs=1e-7)
