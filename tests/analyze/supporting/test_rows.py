"""Rows of the two arms: who is excluded, and which columns a method has."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from equipoise.analyze.supporting.rows import compared_rows
from tests.analyze.supporting.asking import asking, trial_data

KEYS = 'covariates = ["age", "sex"]\nsupporting = ["cox", "max-combo", "gray"]'
PLAN = asking("timed", KEYS)
TIMED = PLAN.endpoint("timed")
DATA = trial_data(PLAN)


def test_a_factor_is_a_stratum_or_a_covariate_and_not_both() -> None:
    compared = compared_rows(PLAN, DATA, TIMED, "cox")
    assert compared.covariates == ("x_age",)
    assert compared.stratified
    assert set(compared.stratum) == {"F", "M"}
    test = compared_rows(PLAN, DATA, TIMED, "max-combo")
    assert (test.covariates, test.strata) == ((), ("stratum",))
    plain = asking("timed", KEYS, strata=False)
    both = compared_rows(plain, DATA, plain.endpoint("timed"), "cox")
    assert (both.covariates, both.strata) == (("x_age", "x_sex"), ())
    assert list(both.frame["x_sex"].cat.categories) == ["F", "M"]


def test_participants_without_a_stratum_are_counted() -> None:
    people = DATA.participants.copy()
    people.loc[people.index[:4], "sex"] = pd.NA
    compared = compared_rows(
        PLAN, replace(DATA, participants=people), TIMED, "max-combo"
    )
    assert compared.n == 56
    assert "participants excluded because a stratum is missing: 4" in compared.notes


def test_competing_events_need_dispositions() -> None:
    gray = compared_rows(PLAN, DATA, TIMED, "gray")
    assert gray.reason is None
    assert set(gray.frame["kind"]) == {0, 1, 2}
    change = asking("change", 'supporting = ["ancova", "gee"]')
    one, all_visits = (
        compared_rows(change, DATA, change.endpoint("change"), name)
        for name in ("ancova", "gee")
    )
    assert one.frame["visit"].nunique() == 1
    assert all_visits.frame["visit"].nunique() == 2
    assert one.covariates == all_visits.covariates == ("baseline",)
