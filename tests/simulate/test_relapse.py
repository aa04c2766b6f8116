"""Where a definition holds, and how a state is lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import expon, kstest

from equipoise.dataset.attendance import attendance
from equipoise.dataset.derive import first_loss
from equipoise.protocol.relapse import is_met
from equipoise.simulate.context import Context
from equipoise.simulate.relapse import Bound, Loss, bound, bound_of, met_at
from equipoise.simulate.screening import Cohort, screen
from equipoise.simulate.trial import simulate
from tests.protocol.test_relapse import RULES, rule_of, whole
from tests.simulate.chance import FAR, rate_error
from tests.simulate.trials import (
    Staged,
    feder_stages,
    misfits,
    small_protocol,
    small_scenario,
    small_stages,
    staged,
)

N = 4000


def within(edge: Bound, scores: np.ndarray) -> np.ndarray:
    """Whether scores are on the side of the definition: reflection leaves them."""
    return edge.keep(scores) == scores


@pytest.mark.property
@given(
    name=st.sampled_from(RULES),
    tenths=st.integers(1, 1000),
    better=st.sampled_from(["lower", "higher"]),
    baseline=whole,
)
def test_a_bound_is_where_the_definition_begins_to_hold(
    name: str, tenths: int, better: str, baseline: int
) -> None:
    rule = rule_of(name, tenths / 10)
    scores = np.arange(0.0, 161)
    start = np.full(len(scores), float(baseline))
    met, _ = is_met(rule, better, scores, start)
    assert within(bound(rule, start, better), scores).tolist() == met.tolist()


@pytest.mark.parametrize(("start", "last"), [(40, 28), (30, 21), (70, 49), (33, 23)])
def test_a_threshold_is_met_in_spite_of_its_last_binary_digit(start, last) -> None:
    """30% of 40, 30, 70: 28, 21 and 49 are responses, and one point more is none."""
    edge = bound(rule_of("percent-reduction", 30), np.full(2, float(start)), "lower")
    assert within(edge, np.array([last, last + 1.0])).tolist() == [True, False]


@pytest.mark.property
@given(
    name=st.sampled_from(RULES),
    tenths=st.integers(1, 1000),
    better=st.sampled_from(["lower", "higher"]),
    baseline=st.integers(1, 80),
    score=whole,
)
def test_a_reflected_score_is_on_the_other_side_and_as_far(
    name: str, tenths: int, better: str, baseline: int, score: int
) -> None:
    edge = bound(rule_of(name, tenths / 10), np.array([float(baseline)]), better)
    at = np.array([float(score)])
    kept, lost = edge.keep(at), edge.lose(at)
    assert within(edge, kept).all()
    assert not within(edge, lost).any()
    assert (lost == at).all() == (not within(edge, at).any())
    first_out = edge.value - edge.side
    assert abs(kept - edge.value) == abs(at - edge.value)
    assert abs(lost - first_out) == abs(at - first_out)


def test_the_baseline_of_a_definition_is_that_of_the_protocol() -> None:
    history = feder_stages()
    context, scores = history.context, history.scores
    k, edge = bound_of(context, context.protocol.definition("response"), scores)
    start = scores[
        :, context.visit["baseline"], context.plan.instruments.index("caps5")
    ]
    assert context.plan.instruments[k] == "caps5"
    assert edge.value.tolist() == [s * 7 // 10 for s in start.astype(int)]
    at = context.visit["week-2"]
    responds = met_at(context, context.protocol.definition("response"), scores, at)
    assert responds.tolist() == within(edge, scores[:, at, k]).tolist()


# --- the loss of a state ---------------------------------------------------------------


def waits(n: int) -> tuple[Context, Cohort, Loss]:
    context = Context.of(small_protocol(), small_scenario())
    cohort = screen(context, (8,), n)
    return context, cohort, Loss.of(context, context.scenario.relapses[0], cohort)


@pytest.mark.parametrize(("arm", "median"), [("walk", 40), ("wait", 20)])
def test_the_time_to_the_loss_is_exponential_with_the_stated_median(
    arm: str, median: float
) -> None:
    context, cohort, loss = waits(N)
    drawn = loss.waits[cohort.arms == context.arm[arm]]
    assert len(drawn) > N / 4
    assert kstest(drawn, expon(scale=median / np.log(2)).cdf).pvalue > 1e-4
    assert abs(rate_error(drawn > median, 0.5)) < FAR


def test_who_has_no_arm_or_no_median_loses_nothing() -> None:
    context, cohort, loss = waits(30)
    assert np.isnan(loss.waits[~cohort.randomized]).all()
    stated = context.scenario.relapses[0]
    one = stated.model_copy(update={"medians": stated.medians[:1]})
    only = Loss.of(context, one, cohort).waits
    assert np.array_equal(np.isfinite(only), cohort.arms == context.arm["walk"])


def in_state(history: Staged) -> np.ndarray:
    """(people, visits) better by two points, as the protocol words it."""
    scores = history.scores[:, :, 0]
    return scores[:, [history.context.baseline]] - scores >= 2


def lost_by(history: Staged) -> np.ndarray:
    """(people, visits) whether the time of the loss has come."""
    loss = Loss.of(
        history.context, history.context.scenario.relapses[0], history.cohort
    )
    since = history.days - history.days[:, [history.context.visit["month-1"]]]
    return since >= loss.waits[:, None]


def test_the_state_lasts_until_the_loss_and_is_over_after_it() -> None:
    history = small_stages(N)
    zero = history.context.visit["month-1"]
    state, lost = in_state(history), lost_by(history)
    had = state[:, zero] & history.inside
    assert 200 < had.sum() < history.inside.sum() - 200
    later = slice(zero + 1, None)
    assert np.array_equal(state[had, later], ~lost[had, later])
    assert 0.1 < lost[had, later].mean() < 0.9


def without_loss(history: Staged, n: int) -> Staged:
    context = history.context
    calm = context.scenario.model_copy(update={"relapses": ()})
    return staged(context.protocol, calm, n)


def test_the_loss_touches_only_who_had_the_state_and_only_afterwards() -> None:
    history = small_stages(N)
    calm = without_loss(history, N)
    zero = history.context.visit["month-1"]
    had = in_state(history)[:, zero] & history.inside
    touched = (history.scores != calm.scores).any(axis=2)
    assert not touched[:, : zero + 1].any()
    assert not touched[~had].any()
    assert touched[had].any()


def test_of_the_change_in_other_instruments_the_stated_share_is_kept() -> None:
    """Half of the 10 points of `third` in walkers; waiters gained nothing to lose."""
    history = small_stages(N)
    calm = without_loss(history, N)
    context, zero = history.context, history.context.visit["month-1"]
    had, lost = in_state(history)[:, zero] & history.inside, lost_by(history)
    kept = context.scenario.relapses[0].kept.value
    for arm, gain in (("walk", 10), ("wait", 0)):
        here = had & (history.cohort.arms == context.arm[arm])
        for v in (zero + 1, zero + 2):
            before, after = calm.scores[here, v, 2], history.scores[here, v, 2]
            free = (after > 0) & (before < 100)  # the ends of the scale cut both
            away = (before - after)[free]
            gone = lost[here, v][free]
            assert gone.any()
            assert np.allclose(away[gone], (1 - kept) * gain)
            assert not away[~gone].any()


def test_losses_in_the_data_come_when_the_medians_say() -> None:
    """Through all tables: scored from items, and judged by the rules of an analysis."""
    protocol, scenario = small_protocol(), small_scenario()
    data = simulate(protocol, scenario, seed=21, n=3000)
    lost = first_loss(data, protocol, "loss").set_index("participant")
    zero, end = lost["start_day"], lost["day"]
    followed = lost[(end > zero)]
    visits = data.visits[data.visits["status"] == "done"]
    visits = visits[visits["participant"].isin(followed.index)]
    day = visits.pivot(index="participant", columns="visit", values="actual_day")
    median = data.arm.reindex(followed.index).map(
        {m.arm: m.days for m in scenario.relapses[0].medians}
    )
    # Who was seen at month 2 was in the state at month 1: lost or not by that day?
    seen = day["month-2"].dropna().index
    since = (day.loc[seen, "month-2"] - day.loc[seen, "month-1"]).astype(float)
    chance = 1 - 2.0 ** -(since / median.loc[seen])
    first = followed.loc[seen]
    gone = first["event"] & (first["day"] == day.loc[seen, "month-2"])
    assert len(seen) > 500
    assert abs(rate_error(gone, chance)) < FAR


# --- a visit that the loss triggers ----------------------------------------------------

AGAIN = (
    '  { id = "month-3", label',
    '  { id = "again", label = "Again", day = 62, window = [0, 0], phase = "follow-up", '
    'only_if = "loss", assumed = true },\n  { id = "month-3", label',
)
REGAINED = (
    "kept = { value = 0.5, assumed = true }",
    "kept = { value = 0.5, assumed = true }\nregained = [\n"
    '  { arm = "walk", probability = 0.8, assumed = true },\n'
    '  { arm = "wait", probability = 0.2, assumed = true },\n]',
)


def test_a_triggered_visit_restores_the_state_with_the_stated_probability() -> None:
    """At most the stated share is back a month later: some lose the state again."""
    protocol, scenario = small_protocol(AGAIN), small_scenario(REGAINED)
    history = staged(protocol, scenario, 3 * N)
    context = history.context
    v, later = context.visit["again"], context.visit["month-3"]
    zero, decides = context.visit["month-1"], context.visit["month-2"]
    state, done = in_state(history), history.attended.done
    # Exactly those who had the state at time zero and were out of it at the last rating.
    due = done[:, zero] & state[:, zero] & done[:, decides] & ~state[:, decides]
    came = done[:, v]
    assert came.sum() > 300
    assert not (came & ~due).any()
    assert (came[due & history.inside]).mean() > 0.8
    since = history.days[:, later] - history.days[:, v]
    for arm, back, median in (("walk", 0.8, 40), ("wait", 0.2, 20)):
        here = came & (history.cohort.arms == context.arm[arm])
        expected = back * 0.5 ** (since[here] / median).mean()
        assert abs(rate_error(state[here, later], expected)) < FAR
        missed = due & ~came & (history.cohort.arms == context.arm[arm])
        assert not state[missed, later].any()


def test_what_a_triggered_visit_does_must_be_stated() -> None:
    problems = misfits(protocol=small_protocol(AGAIN))
    assert [(p.code, p.where.rpartition(", ")[2]) for p in problems] == [
        ("EQ612", "relapses[1].regained")
    ]
    assert "how often that restores the response" in problems[0].what
    assert misfits(REGAINED, protocol=small_protocol(AGAIN)) == []


LIMIT = (
    'anchor = "start"\n',
    'anchor = "start"\nretreatments = [{ trigger = "loss", maximum = 2, '
    "interval_days = 20, assumed = true }]\n",
)
WEEKS = (
    AGAIN[0],
    "".join(
        f'  {{ id = "again-{day}", label = "Day {day}", day = {day}, phase = '
        '"follow-up", only_if = "loss", assumed = true },\n'
        for day in (62, 69, 76, 83)
    )
    + AGAIN[0],
)


def test_a_simulated_trial_and_its_attendance_keep_the_same_limits() -> None:
    """What the simulation gave is what the analysis expects, from the data alone."""
    protocol, scenario = small_protocol(LIMIT, WEEKS), small_scenario(REGAINED)
    data = simulate(protocol, scenario, seed=4, n=900)
    visits = attendance(data, protocol)
    again = visits[visits["visit"].str.startswith("again")]
    held = again[again["held"]]
    counts = held.groupby("participant").size()
    assert counts.max() == 2
    gaps = held.groupby("participant")["day"].diff().dropna()
    assert gaps.min() >= 20
    own = data.visits.set_index(["participant", "visit"])["status"]
    keys = list(zip(again["participant"], again["visit"], strict=True))
    known = own.reindex(keys).to_numpy()
    inside = again["participant"].isin(data.arm.index).to_numpy()
    expected = again["expected"].fillna(False).to_numpy(bool)
    assert (known[expected & inside] != "not applicable").all()
    assert (known[again["held"].to_numpy()] == "done").all()
    late = [visit.id for visit in protocol.triggered()]
    assert late == ["again-62", "again-69", "again-76", "again-83"]
