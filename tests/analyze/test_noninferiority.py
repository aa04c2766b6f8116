"""Non-inferiority: verdict, interval and P value agree, and with another program."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from equipoise.analyze.noninferiority import Margin
from equipoise.analyze.run import analyze
from equipoise.protocol.model import Protocol
from tests.analyze import small

ANCOVA = 'method = "mmrm"\ncovariates = ["baseline"]\nby_visit = ["baseline"]'
BINARY = 'method = "risk-difference"\nmissing = "failure"'


def trial(
    score: float | None = None, response: float | None = None, strata: str = ""
) -> Protocol:
    text = small.TEXT.replace('visits = ["week-1", "week-2"]', 'visits = ["week-2"]')
    if score is not None:
        text = text.replace(ANCOVA, f'method = "mmrm"\nmargin = {score}')
    if response is not None:
        text = text.replace(BINARY, f"{BINARY}\nmargin = {response}{strata}", 1)
    return small.protocol(text)


@pytest.mark.parametrize("margin", [0.5, 3.0, 8.0])
def test_the_p_value_of_a_mean_is_that_of_a_shifted_t_test(margin: float) -> None:
    """scipy.stats.ttest_ind, alternative="less", of scores shifted by the margin."""
    scores = small.random_scores(5, 40)
    planned = trial(margin)
    results = analyze(planned, small.data(scores, trial=planned))
    arms = {"active": [], "placebo": []}  # type: ignore[var-annotated]
    for arm, start, _, second, *_ in scores.values():
        if second is not None:
            arms[arm].append(second - start)
    shifted = [value - margin for value in arms["active"]]
    wanted = stats.ttest_ind(shifted, arms["placebo"], alternative="less")
    row = results["change.noninferiority"]
    assert row.p == pytest.approx(wanted.pvalue, rel=1e-9)  # closed form on both sides
    assert row.statistic == pytest.approx(wanted.statistic, rel=1e-9)
    assert results["change"].p != pytest.approx(row.p)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 60),
    st.floats(0.5, 9),
    st.floats(0.02, 0.5),
    st.sampled_from(["", '\nstrata = ["sex"]\nplanned = "stratified"']),
)
def test_the_interval_excludes_the_margin_where_p_is_below_the_error(
    seed: int, score: float, response: float, strata: str
) -> None:
    planned = trial(score, response, strata)
    scores = small.random_scores(seed, 32)
    sexes = {p: {"sex": "FM"[k % 3 > 0]} for k, p in enumerate(scores)}
    results = analyze(planned, small.data(scores, trial=planned, more=sexes))
    for endpoint, null in (("change", score), ("response", -response)):
        row = results[f"{endpoint}.noninferiority"]
        if row.lower is None or row.upper is None or row.p is None:
            continue
        excluded = row.upper < null if null > 0 else row.lower > null
        assert excluded == (row.p < 0.025)
        assert str(row.note).startswith("non-inferior:") == excluded
        beyond = row.lower > null if null > 0 else row.upper < null
        assert str(row.note).startswith("inferior by more") == beyond


@pytest.mark.parametrize(
    ("lower", "upper", "found"),
    [  # Piaggio et al. 2012, figure 1, with a margin of 2 where more is worse
        (-3, -1, "non-inferior"),  # A: superior too
        (-1, 1, "non-inferior"),  # B
        (0.5, 1.5, "non-inferior"),  # D: also worse, within the margin
        (-1, 3, "inconclusive"),  # E, F
        (1, 3, "inconclusive"),  # G
        (2.5, 3.5, "inferior"),  # H
        (-1, 2, "inconclusive"),  # a limit at the margin does not exclude it
    ],
)
def test_the_figure_of_consort(lower: float, upper: float, found: str) -> None:
    assert Margin(2.0, "less", 0.025).verdict(lower, upper) == found
    assert Margin(-2.0, "greater", 0.025).verdict(-upper, -lower) == found


def test_without_a_margin_there_is_no_test_of_it() -> None:
    results = analyze(small.protocol(), small.data())
    assert not results.select(analysis="noninferiority")


def test_an_endpoint_that_cannot_be_estimated_is_not_tested() -> None:
    planned = trial(3.0)
    one_arm = {p: row for p, row in small.SCORES.items() if row[0] == "active"}
    results = analyze(planned, small.data(one_arm, trial=planned))
    row = results["change.noninferiority"]
    assert (row.p, row.statistic) == (None, None)
    assert "not tested" in str(row.note)
