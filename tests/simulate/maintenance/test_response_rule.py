"""When a score is a response."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.exchange.protocols import load_protocol
from equipoise.simulate.maintenance.response_rule import Rule
from equipoise.simulate.relapse import bound

PROTOCOL = load_protocol("feder2021")
STATES = [d for d in PROTOCOL.definitions if d.rule != "loss-of"]


@given(st.lists(st.integers(0, 80), min_size=1, max_size=20), st.integers(0, 80))
@pytest.mark.parametrize("state", STATES, ids=lambda d: d.id)
def test_for_whole_scores_it_is_the_rule_of_a_simulated_trial(
    state, baselines: list[int], score: int
) -> None:
    baseline = np.array(baselines, dtype=float)
    scores = np.full(len(baseline), float(score))
    rule = Rule.of(state, "lower")
    wanted = bound(state, baseline, "lower").holds(scores)
    assert rule.holds(scores, baseline).tolist() == wanted.tolist()
    assert rule.holds(scores[:, None], baseline)[:, 0].tolist() == wanted.tolist()


def test_thresholds_are_met_in_spite_of_their_last_binary_digit() -> None:
    rule = Rule("percent-reduction", 30, -1)
    assert rule.holds(np.array([28.0, 28.001]), np.array([40.0, 40.0])).tolist() == [
        True,
        False,
    ]


def test_where_high_scores_are_good_response_is_a_rise() -> None:
    rise = Rule("points-reduction", 10, 1)
    assert rise.holds(np.array([50.0, 49.0]), np.array([40.0, 40.0])).tolist() == [
        True,
        False,
    ]
