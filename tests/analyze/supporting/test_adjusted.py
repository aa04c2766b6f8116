"""Covariate-adjusted supporting methods: the numbers of the functions on their rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from equipoise.analyze.binary.estimates import outcomes
from equipoise.analyze.binary.intercurrent_events import counted
from equipoise.analyze.continuous.estimates import model_frame
from equipoise.analyze.result import Estimate
from equipoise.analyze.supporting.estimates import supporting_methods
from equipoise.stats.regression import ancova, gee, marginal_effect
from tests.analyze.supporting.asking import MORE, asking, found, trial_data

COVARIATES = 'covariates = ["baseline", "age"]\n'
CONTINUOUS = (
    f'{COVARIATES}supporting = ["ancova", "ancova-hc3", "marginal-effect", "gee"]'
)
BINARY = (
    f'{COVARIATES}supporting = ["marginal-risk-difference", "marginal-risk-ratio", '
    '"marginal-odds-ratio"]'
)


def frame(all_visits: bool = False) -> pd.DataFrame:
    plan = asking("change", CONTINUOUS)
    table = model_frame(plan, trial_data(plan), plan.endpoint("change"))
    if not all_visits:
        table = table[table["visit"] == "week-2"]
    table = table.dropna(subset=["outcome"])
    return table.assign(
        arm=table["arm"] == "active",
        sex=[MORE[name]["sex"] for name in table["participant"]],
        age=[MORE[name]["age"] for name in table["participant"]],
    )


FIELDS = ("estimate", "std_error", "df", "lower", "upper", "p")


def vars_of(found: Any) -> dict[str, Any]:
    return {name: getattr(found, name) for name in FIELDS}


def assert_same(row: Estimate, wanted: Any) -> None:
    for name in FIELDS:
        assert getattr(row, name) == pytest.approx(wanted[name]), (row.id, name)


@pytest.mark.parametrize(("name", "vcov"), [("ancova", "model"), ("ancova-hc3", "HC3")])
def test_ancova_has_the_variance_of_its_name(name: str, vcov: Any) -> None:
    row = found("change", CONTINUOUS)[name]
    fit = ancova(
        frame(), outcome="outcome", arm="arm", covariates=["baseline", "age"], vcov=vcov
    )
    estimate = fit.estimate({True: 1, False: -1})
    assert_same(row, vars_of(estimate))
    assert row.n == fit.n
    assert "adjusted for baseline value and age" in str(row.note)
    assert "stratified" not in str(row.note)


def test_the_marginal_effect_has_covariates_and_strata() -> None:
    row = found("change", CONTINUOUS)["marginal-effect"]
    wanted = marginal_effect(
        frame(),
        outcome="outcome",
        arm="arm",
        covariates=["baseline", "age"],
        strata=["sex"],
        family="gaussian",
    )
    assert_same(row, vars_of(wanted))
    assert "adjusted for the strata (sex); adjusted for baseline" in str(row.note)


@pytest.mark.parametrize("structure", ["exchangeable", "independence", "ar1"])
def test_estimating_equations_use_all_visits(structure: Any) -> None:
    keys = CONTINUOUS
    if structure != "exchangeable":  # which is the default
        keys += f'\ncorrelation = "{structure}"'
    row = found("change", keys)["gee"]
    fit = gee(
        frame(all_visits=True),
        outcome="outcome",
        arm="arm",
        visit="visit",
        participant="participant",
        covariates=["baseline", "age"],
        family="gaussian",
        structure=structure,
    )
    effects = fit.effects
    assert_same(row, effects.set_index("contrast").loc["True - False, week-2"])
    assert row.n == fit.participants
    assert structure in str(row.note)


@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("marginal-risk-difference", "difference"),
        ("marginal-risk-ratio", "ratio"),
        ("marginal-odds-ratio", "odds-ratio"),
    ],
)
def test_binary_outcomes_have_three_marginal_effects(name: str, measure: Any) -> None:
    plan = asking("response", f"{BINARY}\nstrata = []")
    known = trial_data(plan)
    endpoint = plan.endpoint("response")
    table = outcomes(plan, known, endpoint)
    held = counted(table["outcome"], table["arm"], endpoint.analysis.missing)
    start = known.scores.query("visit == 'baseline'").set_index("participant")["value"]
    rows = pd.DataFrame(
        {
            "arm": table["arm"] == "active",
            "held": held.astype(bool),
            "baseline": table["participant"].map(start).astype(float),
            "age": [MORE[name]["age"] for name in table["participant"]],
        }
    )
    row = found("response", f"{BINARY}\nstrata = []")[name]
    wanted = marginal_effect(
        rows,
        outcome="held",
        arm="arm",
        covariates=["baseline", "age"],
        family="binomial",
        measure=measure,
    )
    assert_same(row, vars_of(wanted))


def test_missing_and_constant_covariates_are_told() -> None:
    plan = asking("change", f'{COVARIATES}supporting = ["ancova"]')
    known = trial_data(plan)
    people = known.participants.copy()
    people.loc[people.index[:3], "age"] = np.nan
    people.loc[people.index[3:], "age"] = 40.0
    changed = replace(known, participants=people)
    (row,) = supporting_methods(plan, changed, plan.endpoint("change"))
    note = str(row.note)
    assert "adjusted for baseline value" in note
    assert "participants excluded because a covariate is missing: " in note
    assert "age is the same in all participants and is not in the model" in note
