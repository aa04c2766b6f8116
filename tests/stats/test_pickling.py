"""Everything that statistics return can be pickled, copied, and sent to other processes."""

from __future__ import annotations

import copy
import importlib
import inspect
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import equipoise as eq
from equipoise.stats import blinding, effect_size, event_rates, means, proportions
from equipoise.stats.imputation import (
    multiple_imputation,
    reference_based,
    reference_based_bootstrap,
)
from equipoise.stats.mmrm import MmrmFit, mmrm, mmrm_batch, mmrm_design
from equipoise.stats.mmrm.template import Template
from equipoise.stats.result import Result
from tests.stats.mmrm.fev import MODEL, small
from tests.stats.test_public_functions import DATA, HOMES

TIME, EVENT = [5.0, 8, 12, 2, 3, 7], [True, True, False, True, True, False]
ARM = [True, True, True, False, False, False]


@cache
def fit() -> MmrmFit:
    return mmrm(MODEL, small(2, n=40))


def template() -> Template:
    return Template.of(
        "y ~ arm * visit + us(visit | participant)",
        {"arm": ("a", "b"), "visit": ("v0", "v1")},
        (),
        {"factor": "arm", "a": "b", "b": "a", "by": "visit", "at": "v1"},
    )


def batch() -> Any:
    design = mmrm_design(MODEL, small(2, n=40))
    return mmrm_batch(design, fit().simulate(3, seed=1))


MADE: dict[str, Callable[[], Any]] = {
    "fit": fit,
    "fit that used its inference": lambda: fit().using("kenward-roger"),
    "summary": lambda: fit().summary(),
    "table": lambda: fit().contrasts("arm", by="visit"),
    "group": lambda: mmrm(MODEL.replace("| id", "| arm / id"), small(2, n=60)),
    "design": lambda: mmrm_design(MODEL, small(2, n=40)),
    "batch": batch,
    "template": template,
    "reference_based": lambda: reference_based(DATA, "JR"),
    "bootstrap": lambda: reference_based_bootstrap(DATA, "JR", draws=10, seed=1),
    "multiple_imputation": lambda: multiple_imputation(DATA, "JR", 1, draws=10, seed=1),
    "risk_difference": lambda: proportions.risk_difference(10, 15, 3, 15),
    "marginal_risks": lambda: proportions.marginal_risks(
        np.array([1, 0, 1, 0, 1, 1, 0, 1]) == 1,
        np.arange(8) % 2 == 0,
        np.array([[1.0], [3], [2], [5], [4], [1], [2], [2]]),
    ),
    "kaplan_meier": lambda: survival().kaplan_meier(TIME, EVENT),
    "log_rank": lambda: survival().log_rank(TIME, EVENT, ARM),
    "hazard_ratio": lambda: survival().hazard_ratio(TIME, EVENT, ARM),
    "rmst": lambda: survival().rmst(TIME, EVENT, horizon=5.0),
    "turnbull": lambda: survival().turnbull([0.0, 1, 2], [1.0, 2, 3], [True] * 3),
    "e_value": lambda: blinding.e_value(2.0),
    "mean": lambda: means.mean_with_interval([1.0, 2, 4]),
    "mean_difference": lambda: means.mean_difference([1.0, 2, 4], [2.0, 3, 7]),
    "hedges_g": lambda: effect_size.hedges_g(0.5, 10, 12),
    "rate_ratio": lambda: event_rates.rate_ratio(10, 100.0, 5, 100.0),
}


def survival() -> Any:
    return importlib.import_module("equipoise.stats.survival")


def same(one: Any, other: Any) -> None:
    """Equal in what they show; every digit of a fit."""
    assert repr(one) == repr(other)
    if isinstance(one, MmrmFit):
        pd.testing.assert_frame_equal(one.coefficients, other.coefficients)
        again = other.using("residual").coefficients  # computes, not only shows
        pd.testing.assert_frame_equal(one.using("residual").coefficients, again)


def made(name: str) -> Any:
    try:
        return MADE[name]()
    except (AttributeError, TypeError) as error:  # pragma: no cover
        raise AssertionError(f"{name} is called wrongly: {error}") from error


@pytest.mark.parametrize("name", MADE)
def test_a_result_is_the_same_after_pickling_and_copying(name: str) -> None:
    result = made(name)
    same(result, pickle.loads(pickle.dumps(result)))  # noqa: S301 - our own bytes
    same(result, copy.deepcopy(result))
    same(result, copy.copy(result))


def test_every_result_class_is_tried() -> None:
    """Those of other packages derive from Result and hold numbers, texts and frames."""
    kinds = {
        thing
        for home in HOMES
        for thing in vars(home).values()
        if inspect.isclass(thing) and issubclass(thing, Result) and thing is not Result
    }
    for kind in kinds:  # a class that pickle finds by its name
        assert getattr(importlib.import_module(kind.__module__), kind.__name__) is kind
    tried = {type(made(name)) for name in MADE}
    assert len(tried & kinds) >= 10


def test_a_fit_of_a_file_is_the_same(tmp_path: Path) -> None:
    small(2, n=40).sort_values("id").to_parquet(tmp_path / "rows.parquet")
    large = mmrm(MODEL, tmp_path / "rows.parquet")
    same(large, pickle.loads(pickle.dumps(large)))  # noqa: S301 - our own bytes
    robust = copy.deepcopy(large).using("residual", "empirical")  # reads the file again
    pd.testing.assert_frame_equal(
        robust.coefficients, large.using("residual", "empirical").coefficients
    )


def p_of_simulated(job: tuple[MmrmFit, int]) -> float:
    """The last contrast of one trial that was drawn from a fit."""
    source, seed = job
    frame = small(2, n=40)
    drawn = frame.assign(y=source.simulate(1, seed=seed)[0])
    again = mmrm(MODEL, drawn)
    return float(again.contrasts("arm", by="visit")["p"].iloc[-1])


def test_fits_go_to_a_pool_of_processes_and_come_back() -> None:
    jobs = [(fit(), seed) for seed in (1, 2)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(p_of_simulated, jobs)) == list(map(p_of_simulated, jobs))
        (back,) = pool.map(copy.deepcopy, [fit()])
    same(back, fit())


def test_the_result_of_a_trial_is_the_same() -> None:
    results = eq.Results(
        provenance=importlib.import_module("tests.analyze.test_result").PROVENANCE,
        estimates=(),
    )
    same(results, pickle.loads(pickle.dumps(results)))  # noqa: S301 - our own bytes
