"""Response by its definition, in exact numbers; relapse, read visit by visit."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.protocol.estimand import Definition
from equipoise.protocol.relapse import first_relapse, is_met

RULES = ("percent-reduction", "points-reduction", "at-most", "at-least")
whole = st.integers(0, 80)


def rule_of(name: str, threshold: float | None) -> Definition:
    return Definition(
        id="d",
        label="D",
        kind="response",
        rule=name,
        score="small.total",
        threshold=threshold,
        assumed=True,
    )


def met_by_words(rule: Definition, baseline: int, score: int, better: str) -> bool:
    """The definition as a protocol words it, in exact numbers."""
    threshold = Fraction(str(rule.threshold))
    improved = (baseline - score) * (1 if better == "lower" else -1)
    if rule.rule == "percent-reduction":  # of nothing, there is no percentage
        return baseline > 0 and Fraction(improved * 100, baseline) >= threshold
    if rule.rule == "points-reduction":
        return improved >= threshold
    return score <= threshold if rule.rule == "at-most" else score >= threshold


@pytest.mark.property
@given(
    name=st.sampled_from(RULES),
    tenths=st.integers(1, 1000),
    better=st.sampled_from(["lower", "higher"]),
    baseline=whole,
)
def test_a_definition_is_met_at_the_scores_that_it_names(
    name: str, tenths: int, better: str, baseline: int
) -> None:
    """At every score of a scale, against the definition worked out in fractions."""
    rule = rule_of(name, tenths / 10)
    scores = np.arange(0.0, 161)
    met, known = is_met(rule, better, scores, np.full(len(scores), float(baseline)))
    expected = [met_by_words(rule, baseline, int(s), better) for s in scores]
    assert met.tolist() == expected
    assert known.all() == (name != "percent-reduction" or baseline > 0)


def test_what_is_missing_is_not_known_and_not_met() -> None:
    values, baseline = np.array([2.0, np.nan, 2.0]), np.array([9.0, 9.0, np.nan])
    for name, expected in (
        ("percent-reduction", [True, False, False]),
        ("points-reduction", [True, False, False]),
        ("at-most", [True, False, True]),
    ):
        met, known = is_met(rule_of(name, 3), "lower", values, baseline)
        assert met.tolist() == known.tolist() == expected


@pytest.mark.parametrize(("rule", "threshold"), [("loss-of", 1), ("at-most", None)])
def test_a_loss_and_a_rule_without_threshold_are_met_by_no_score(
    rule: str, threshold: float | None
) -> None:
    with pytest.raises(ValueError, match="definition"):
        is_met(rule_of(rule, threshold), "lower", np.ones(1), np.ones(1))


@pytest.mark.property
@given(st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=6))
def test_a_relapse_is_what_reading_visit_by_visit_finds(
    states: list[bool | None],
) -> None:
    met = np.array([[state is True for state in states]])
    known = np.array([[state is not None for state in states]])
    relapse = first_relapse(met, known)
    assert relapse.at_risk.tolist() == [states[0] is True]
    assert relapse.event.tolist() == [states[0] is True and False in states]
    if relapse.at_risk[0]:
        end = states.index(False) if False in states else len(states)
        assert relapse.visit[0] == (end if relapse.event[0] else 0)
        assert relapse.last_met[0] == max(v for v in range(end) if states[v])
