"""Interval, statistic and P of an estimate belong together: scipy and statsmodels agree."""

from __future__ import annotations

import warnings
from math import inf, log

import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from equipoise.analyze.result import Estimate
from tests.analyze import complete

TESTED = ("difference", "average-difference", "unadjusted", "unadjusted-named",
          "adjusted-belief", "adjusted-correct", "adjusted-acute", "attenuation",
          "adjusted-risk-difference")  # fmt: skip
ESTIMATED = (*TESTED, "ls-mean", "ls-mean-score", "sensitivity", "subgroup",
             "vital-change-difference")  # fmt: skip
MEANS = ("observed", "observed-change", "later-mean", "course", "peak")
WILSON = ("by-visit", "proportion", "proportion-by-infusion", "share-back",
          "responder-curve")  # fmt: skip
SAME = 1e-9  # the same formula in another program


def rows(*kinds: str) -> list[Estimate]:
    found = [
        row
        for row in complete.results()
        if row.analysis in kinds and row.estimate is not None
    ]
    assert {row.analysis for row in found} == set(kinds)
    return found


def test_an_interval_is_the_estimate_and_its_error_times_the_quantile() -> None:
    """The bootstrap has quantiles of its samples instead."""
    for row in rows(*ESTIMATED):
        if row.id == "change.sensitivity.copy":
            continue
        where = stats.norm if row.df is None else stats.t(row.df)
        half = where.ppf((1 + row.level) / 2) * row.std_error
        ends = (row.estimate - half, row.estimate + half)
        assert (row.lower, row.upper) == pytest.approx(ends, abs=SAME), row.id


def test_a_statistic_is_the_estimate_over_its_error_and_p_its_two_tails() -> None:
    for row in rows(*TESTED):
        assert row.statistic == pytest.approx(row.estimate / row.std_error), row.id
        where = stats.norm if row.df is None else stats.t(row.df)
        if row.p is not None:
            assert row.p == pytest.approx(2 * where.sf(abs(row.statistic))), row.id


def test_p_of_an_index_of_blinding_is_that_of_the_normal_distribution() -> None:
    """Bang et al. 2004, Control Clin Trials 25:143-156: the index over its error."""
    found = rows("bang")
    assert min(row.estimate for row in found) < 0 < max(row.estimate for row in found)
    for row in found:
        assert row.p == pytest.approx(
            2 * stats.norm.sf(abs(row.estimate / row.std_error))
        ), row.id


def test_p_of_an_f_test_is_its_upper_tail() -> None:
    found = complete.results()
    seen = 0
    for row in found:
        if row.analysis == "test":
            numerator = found[f"{row.id}.numerator-df"].estimate
            expected = stats.f.sf(row.statistic, numerator, row.df)
            if row.df == inf:
                expected = stats.chi2.sf(row.statistic * numerator, numerator)
            assert row.p == pytest.approx(expected), row.id
            seen += 1
    assert seen == 9


def test_the_interval_of_a_mean_is_that_of_its_t_distribution() -> None:
    for row in rows(*MEANS):
        if row.std_error is None:
            continue
        half = stats.t.ppf((1 + row.level) / 2, row.n - 1) * row.std_error
        ends = (row.estimate - half, row.estimate + half)
        assert (row.lower, row.upper) == pytest.approx(ends, abs=SAME), row.id


@pytest.mark.reference
def test_the_interval_of_a_proportion_is_that_of_wilson() -> None:
    for row in rows(*WILSON):
        count = round(row.estimate * row.n)
        assert row.estimate == pytest.approx(count / row.n), row.id
        ends = proportion_confint(count, row.n, 1 - row.level, method="wilson")
        assert (row.lower, row.upper) == pytest.approx(ends, abs=SAME), row.id


@pytest.mark.reference
@pytest.mark.parametrize("name", ["response", "points", "remission", "all_events"])
def test_measures_of_two_proportions_are_those_of_other_programs(name: str) -> None:
    """Newcombe by statsmodels, Fisher, Boschloo and Barnard by scipy."""
    found = complete.results()
    first, second = (found[f"{name}.proportion.{arm}"] for arm in ("active", "control"))
    a, b = round(first.estimate * first.n), round(second.estimate * second.n)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # statsmodels divides by zero on its way
        ends = confint_proportions_2indep(a, first.n, b, second.n, method="newcomb")
    own = found[f"{name}.newcombe"]
    assert (own.lower, own.upper) == pytest.approx(ends, abs=SAME)
    table = [[a, b], [first.n - a, second.n - b]]
    assert found[f"{name}.fisher"].p == pytest.approx(stats.fisher_exact(table).pvalue)
    difference = a / first.n - b / second.n
    assert found[f"{name}.risk-difference"].estimate == pytest.approx(difference)
    assert found[f"{name}.nnt"].estimate == pytest.approx(1 / abs(difference))
    ratio = found[f"{name}.risk-ratio"]
    assert ratio.estimate == pytest.approx(a / first.n / (b / second.n))
    assert log(ratio.lower) < log(ratio.estimate) < log(ratio.upper)
    if a < first.n:
        odds = a / (first.n - a) / (b / (second.n - b))
        assert found[f"{name}.odds-ratio"].estimate == pytest.approx(odds)
    exact = found[f"{name}.boschloo"].p, found[f"{name}.barnard"].p
    other = (
        stats.boschloo_exact(table, n=64).pvalue,
        stats.barnard_exact(table, n=64).pvalue,
    )
    # scipy looks for the least favorable proportion on 64 Sobol points, and may miss it.
    assert exact == pytest.approx(other, abs=2e-3)
    assert all(own >= seen - SAME for own, seen in zip(exact, other, strict=True))


@pytest.mark.reference
@pytest.mark.parametrize("name", ["blind_participant", "blind_rater"])
def test_the_e_value_is_that_of_the_effect_size(name: str) -> None:
    """VanderWeele and Ding 2017, table 2: RR = exp(0.91 d), E = RR + sqrt(RR (RR - 1))."""
    found = complete.results()
    size = found["change.effect-size.week-2"]
    error = (size.upper - size.lower) / (2 * 1.959963984540054)
    ratio = 2.718281828459045 ** (0.91 * abs(size.estimate))
    near = 2.718281828459045 ** (0.91 * abs(size.estimate) - 1.78 * error)
    own = found[f"{name}.e-value"]
    assert own.estimate == pytest.approx(ratio + (ratio * (ratio - 1)) ** 0.5)
    expected = near + (near * (near - 1)) ** 0.5 if near > 1 else 1.0
    assert own.lower == pytest.approx(expected)
