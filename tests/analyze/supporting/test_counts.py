"""Rates of adverse events: the numbers of the functions on the events and their time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipoise.analyze.run import analyze
from equipoise.analyze.supporting.event_counts import event_counts
from equipoise.stats.event_rates import rate_difference, rate_ratio, rate_ratio_test
from equipoise.stats.regression import count_regression, marginal_effect
from tests.analyze.supporting.asking import MORE, asking, found, trial_data

ALL = (
    'supporting = ["rate-ratio", "rate-difference", "negative-binomial", '
    '"marginal-rate-ratio"]\n'
)
PLAN = asking("harm", ALL)
TABLE, REASON = event_counts(PLAN, trial_data(PLAN), PLAN.endpoint("harm"))


def totals(*columns: Any) -> list[Any]:
    first = (TABLE["arm"] == "active").to_numpy()
    made = []
    for inside in (first, ~first):
        for name in ("value", "weeks"):
            made.append(float(TABLE.loc[inside, name].sum()))
    return made


def test_events_and_weeks_are_those_of_the_adverse_event_tables() -> None:
    assert REASON is None
    events1, weeks1, events2, _ = totals()
    results = analyze(PLAN, trial_data(PLAN))
    assert results["events.number.active"].estimate == events1
    assert results["events.number.placebo"].estimate == events2
    assert results["events.weeks.active"].estimate == pytest.approx(weeks1)
    ratio = results["events.rate-ratio"]
    row = results["harm.rate-ratio"]
    assert (row.estimate, row.lower) == pytest.approx((ratio.estimate, ratio.lower))


def test_the_exact_ratio_has_the_exact_test() -> None:
    events1, weeks1, events2, weeks2 = totals()
    row = found("harm", ALL)["rate-ratio"]
    wanted = rate_ratio(int(events1), weeks1, int(events2), weeks2)
    assert wanted is not None
    assert (row.estimate, row.lower, row.upper) == pytest.approx(
        (wanted.estimate, wanted.lower, wanted.upper)
    )
    test = rate_ratio_test(int(events1), weeks1, int(events2), weeks2)
    assert row.p == pytest.approx(test.p)


def test_the_difference_is_within_strata_and_per_hundred_weeks() -> None:
    sex = np.array([MORE[name]["sex"] for name in TABLE["participant"]])
    first = (TABLE["arm"] == "active").to_numpy()
    parts = [
        [TABLE.loc[inside & (sex == s), name].sum() for s in "FM"]
        for inside in (first, ~first)
        for name in ("value", "weeks")
    ]
    wanted = rate_difference(*parts)
    row = found("harm", ALL)["rate-difference"]
    assert row.estimate == pytest.approx(100 * wanted.estimate)
    assert row.lower == pytest.approx(100 * wanted.lower)
    assert row.p == pytest.approx(wanted.p)
    plain = found("harm", f"{ALL}strata = []")["rate-difference"]
    assert plain.estimate == pytest.approx(100 * rate_difference(*totals()).estimate)


def test_regressions_count_the_events_of_each_participant() -> None:
    rows = TABLE.assign(
        arm=TABLE["arm"] == "active",
        sex=[MORE[name]["sex"] for name in TABLE["participant"]],
        age=[MORE[name]["age"] for name in TABLE["participant"]],
    )
    how: dict[str, Any] = {
        "outcome": "value",
        "arm": "arm",
        "covariates": ["age"],
        "strata": ["sex"],
        "exposure": "weeks",
    }
    made = found("harm", f'covariates = ["age"]\n{ALL}')
    fit = count_regression(rows, **how)
    wanted = fit.ratios.iloc[0]
    row = made["negative-binomial"]
    assert row.estimate == pytest.approx(wanted["ratio"])
    assert (row.lower, row.p) == pytest.approx((wanted["lower"], wanted["p"]))
    assert "dispersion: " in str(row.note)
    effect = marginal_effect(rows, family="poisson", measure="ratio", **how)
    robust = made["marginal-rate-ratio"]
    assert robust.estimate == pytest.approx(effect.estimate)
    assert (robust.lower, robust.p) == pytest.approx((effect.lower, effect.p))
