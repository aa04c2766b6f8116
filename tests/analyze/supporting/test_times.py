"""Supporting methods of a time to an event: the numbers of the functions on its rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from equipoise.analyze.time_to_event.competing import with_causes
from equipoise.analyze.time_to_event.times import times
from equipoise.stats.survival import (
    cause_specific_hazard,
    common_horizon,
    cox,
    fine_gray,
    gray_test,
    log_rank,
    max_combo,
    rmst_ratio,
)
from tests.analyze.supporting.asking import MORE, asking, found, trial_data

ALL = (
    'supporting = ["cox", "fleming-harrington", "max-combo", "rmst-ratio", "gray", '
    '"fine-gray", "cause-specific-hazard", "competing-event-hazard"]\n'
)
TRIAL = asking("timed", f'covariates = ["age", "sex"]\n{ALL}')
ENDPOINT = TRIAL.endpoint("timed")


def rows(kinds: bool = False) -> tuple[Any, Any, Any, Any, Any]:
    known = trial_data(TRIAL)
    table = times(TRIAL, known, ENDPOINT)
    if kinds:
        table, _ = with_causes(TRIAL, known, ENDPOINT, table)
    sex = [MORE[name]["sex"] for name in table["participant"]]
    age = [MORE[name]["age"] for name in table["participant"]]
    treated = (table["arm"] == "active").to_numpy(float)
    outcome = table["kind"] if kinds else table["event"]
    return table["time"].to_numpy(float), outcome.to_numpy(), treated, age, sex


@pytest.mark.parametrize("ties", ["efron", "breslow", "exact"])
def test_cox_has_covariates_strata_and_ties(ties: str) -> None:
    keys = f'covariates = ["age", "sex"]\nsupporting = ["cox"]\nties = "{ties}"'
    row = found("timed", keys)["cox"]
    time, event, treated, age, sex = rows()
    fit = cox(time, event, {"arm": treated, "age": age}, strata=sex, ties=ties)  # type: ignore[arg-type]
    wanted = fit.coefficients.iloc[0]
    assert row.estimate == pytest.approx(wanted["hazard_ratio"])
    assert (row.lower, row.upper) == pytest.approx((wanted["lower"], wanted["upper"]))
    assert (row.std_error, row.p) == pytest.approx((wanted["std_error"], wanted["p"]))
    assert (row.n, row.level) == (60, 0.95)
    for part in ("stratified by sex", "adjusted for age", f"ties: {ties}"):
        assert part in str(row.note), part
    assert "sex and" not in str(row.note)  # a stratum is no covariate as well


def test_cox_without_strata_is_the_hazard_ratio_of_the_endpoint() -> None:
    plain = found("timed", 'supporting = ["cox"]', strata=False)["cox"]
    time, event, treated, _, _ = rows()
    wanted = cox(time, event, {"arm": treated}).coefficients.iloc[0]
    assert plain.estimate == pytest.approx(wanted["hazard_ratio"])
    assert "stratified" not in str(plain.note)
    sex = found("timed", 'covariates = ["sex"]\nsupporting = ["cox"]', strata=False)
    assert sex["cox"].estimate != pytest.approx(wanted["hazard_ratio"])
    assert "adjusted for sex" in str(sex["cox"].note)


def test_weighted_tests_are_stratified_too() -> None:
    made = found("timed", ALL)
    time, event, treated, _, sex = rows()
    late = log_rank(
        time, event, treated, sex, weights="fleming-harrington", rho=0, gamma=1
    )
    row = made["fleming-harrington"]
    assert (row.statistic, row.p) == pytest.approx((late.statistic, late.p))
    assert "rho = 0, gamma = 1" in str(row.note)
    early = found("timed", 'supporting = ["fleming-harrington"]\nrho = 1\ngamma = 0')
    assert early["fleming-harrington"].p != row.p
    largest = max_combo(time, event, treated.astype(bool), sex)
    combo = made["max-combo"]
    assert (combo.statistic, combo.p) == pytest.approx((largest.z, largest.p))
    assert "largest statistic: " in str(combo.note)


def test_restricted_means_have_a_ratio() -> None:
    row = found("timed", ALL)["rmst-ratio"]
    time, event, treated, _, _ = rows()
    group = treated.astype(bool)
    wanted = rmst_ratio(time, event, group, common_horizon(time, group))
    assert row.estimate == pytest.approx(wanted.estimate)
    assert row.p == pytest.approx(wanted.p)
    assert found("timed", f"{ALL}horizon = 20")["rmst-ratio"].estimate != row.estimate


def test_competing_events_are_those_of_the_definition() -> None:
    made = found("timed", f'covariates = ["age"]\n{ALL}')
    time, kind, treated, age, sex = rows(kinds=True)
    assert set(kind) == {0, 1, 2}
    wanted = gray_test(time, kind, treated, 1, sex)
    assert made["gray"].p == pytest.approx(wanted.p)
    columns = pd.DataFrame({"arm": treated, "age": age})
    fits = {
        "fine-gray": fine_gray(time, kind, columns, 1),
        "cause-specific-hazard": cause_specific_hazard(
            time, kind, columns, 1, strata=sex
        ),
        "competing-event-hazard": cause_specific_hazard(
            time, kind, columns, 2, strata=sex
        ),
    }
    for name, fit in fits.items():
        wanted_row = fit.coefficients.iloc[0]
        row = made[name]
        assert row.estimate == pytest.approx(wanted_row["hazard_ratio"]), name
        assert row.upper == pytest.approx(wanted_row["upper"]), name
    assert len({made[name].estimate for name in fits}) == 3


def test_the_cumulative_incidence_of_the_report_has_the_same_rows() -> None:
    known = trial_data(TRIAL)
    table, leaves = with_causes(TRIAL, known, ENDPOINT, times(TRIAL, known, ENDPOINT))
    assert leaves is not None
    assert np.array_equal(leaves, table["kind"] == 2)
    assert (table.loc[~leaves, "kind"] == table.loc[~leaves, "event"].astype(int)).all()
