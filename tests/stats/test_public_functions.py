"""Laws of all public functions of the statistics: examples, names, printed results."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from types import ModuleType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import numpy as np
import pandas as pd
import pytest

from equipoise import stats
from equipoise.errors import AnalysisError
from equipoise.stats import imputation, mmrm, survival
from equipoise.stats.result import Result

# Modules that serve the others: their functions are not called by users.
INNER = {
    "columns", "frames", "input_checks", "natural_order", "number_text", "options",
    "proportion_options", "result", "table",
}  # fmt: skip
# Classes whose methods are called by users, beside the functions.
METHODS = (mmrm.MmrmFit, mmrm.TrialDesign, imputation.ImputedDifferences)


def public(home: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Functions that a package lists, or that a module of functions defines."""
    names = getattr(home, "__all__", None) or [
        name
        for name, thing in vars(home).items()
        if inspect.isfunction(thing)
        and thing.__module__ == home.__name__
        and not name.startswith("_")
    ]
    for name in names:
        if inspect.isfunction(getattr(home, name)):
            yield name, getattr(home, name)


HOMES = [
    importlib.import_module(f"equipoise.stats.{each.name}")
    for each in pkgutil.iter_modules(stats.__path__)
    if each.name not in INNER
]
FUNCTIONS = {name: (home, thing) for home in HOMES for name, thing in public(home)}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_has_an_example_and_says_what_it_rejects(name: str) -> None:
    home, function = FUNCTIONS[name]
    text = inspect.getdoc(function) or ""
    lines = [line for line in text.split("\n") if ">>>" in line]
    if not lines and f"``{home.__name__}``" in text:
        lines = [line for line in str(home.__doc__).split("\n") if ">>>" in line]
    assert any(f"{name}(" in line for line in lines)


@pytest.mark.parametrize("kind", METHODS, ids=lambda kind: kind.__name__)
def test_a_package_shows_every_method_of_its_classes(kind: type) -> None:
    shown = str(importlib.import_module(kind.__module__.rpartition(".")[0]).__doc__)
    own = {name for name, thing in vars(kind).items() if inspect.isfunction(thing)}
    assert {n for n in own if not n.startswith("_") and f".{n}(" not in shown} == set()


def test_every_result_prints_its_numbers_with_their_names() -> None:
    kinds = {
        thing
        for home in HOMES
        for thing in vars(home).values()
        if inspect.isclass(thing) and issubclass(thing, Result) and thing is not Result
    }
    assert len(kinds) > 12
    assert {k for k in kinds if k.__repr__ is not Result.__repr__} == set()


# How to call each function with options: everything right but what the test changes.
DRUG = [9, 7, 8, 3, 6, 6, 9, 4, 7, np.nan, 6, 2]
PLACEBO = [8, 9, 9, 7, 6, 7, 9, np.nan, 8, 8, 6, 5]
FRAME = pd.DataFrame(
    {
        "participant": np.repeat(np.arange(12), 2),
        "visit": [1, 2] * 12,
        "y": DRUG + PLACEBO,
        "arm": pd.Categorical(np.repeat(["drug", "placebo"], 12)),
    }
)
MODEL = "y ~ arm * visit + us(visit | participant)"
DATA = imputation.IncompleteData(
    MODEL, FRAME, "arm", "drug", "placebo", (), pd.Series({4: 2})
)
ARMS = pd.DataFrame({"arm": ["a", "a", "a", "b", "b", "b"], "y": [1.0, 2, 4, 3, 5, 6]})
CALLS: dict[str, dict[str, Any]] = {
    "mmrm": {"formula": MODEL, "frame": FRAME},
    "using": {"df": "residual"},
    "emmeans": {"factor": "arm"},
    "means_table": {"factor": "arm"},
    "contrasts": {"factor": "arm"},
    "estimate": {"combination": {"drug": 1}, "of": "arm"},
    "test": {"L": {"drug": 1}, "of": "arm"},
    "plot": {},
    "augment": {},
    "test_terms": {},
    "residuals": {},
    "predict": {},
    "reference_based": {"data": DATA},
    "reference_based_bootstrap": {"data": DATA, "draws": 20, "seed": 1},
    "multiple_imputation": {"data": DATA, "visit": 1, "draws": 20, "seed": 1},
    "imputed_draws": {"data": DATA, "draws": 20, "seed": 1},
    "expected_outcomes": {
        "own": np.ones((1, 2)),
        "reference": np.ones((1, 2)),
        "first": np.array([1]),
    },
    "kaplan_meier": {"time": [1.0, 2.0], "event": [True, False]},
    **{
        name: {"events1": 5, "n1": 9, "events2": 2, "n2": 8}
        for name in (
            "risk_difference", "risk_ratio", "odds_ratio", "risk_difference_test",
            "fisher", "barnard", "boschloo", "stratified_risk_difference",
            "common_odds_ratio", "common_risk_ratio", "homogeneity",
        )
    },
    **{name: {"events": 3, "n": 9} for name in ("proportion", "binomial_test")},
    **{
        name: {"both": 4, "first_only": 3, "second_only": 2, "neither": 5}
        for name in ("paired_difference", "paired_ratio")
    },
    **{
        name: {"first_only": 3, "second_only": 2}
        for name in ("mcnemar", "paired_odds_ratio")
    },
    **{
        name: {"table" if name != "cmh" else "tables": [[3, 2], [1, 6]]}
        for name in ("chi_square", "cmh", "marginal_homogeneity")
    },
    "event_rate": {"events": 3, "time": 9.0},
    "rate_test": {"events": 3, "time": 9.0, "null": 0.2},
    **{
        name: {"events1": 5, "time1": 9.0, "events2": 2, "time2": 8.0}
        for name in ("rate_ratio", "rate_ratio_test", "rate_difference")
    },
    **{
        name: {"start": [0.0, 1], "stop": [1.0, 2], "event": [1, 0], "participant": [1, 1],
               "covariates": [0.0, 1]}
        for name in ("andersen_gill", "lwyy")
    },
    "cox": {"time": [1.0, 2], "event": [1, 0], "covariates": [0.0, 1]},
    "cause_specific_hazard": {
        "time": [1.0, 2], "cause": [1, 0], "covariates": [0.0, 1], "kind": 1
    },
    "cumulative_incidence": {"time": [1.0, 2], "cause": [1, 0], "kind": 1, "at": 1.0},
    "cumulative_incidence_curve": {"time": [1.0, 2], "cause": [1, 0], "kind": 1},
    **{
        name: {"time": [1.0, 2], "event": [1, 0], "group": [0, 1]}
        for name in ("log_rank", "log_rank_trend")
    },
    "max_combo": {"time": [1.0, 2], "event": [1, 0], "treated": [0, 1]},
    **{
        name: {"values": [1.0, 2, 4], "versus": [2.0, 3, 7]}
        for name in (
            "hodges_lehmann", "paired_t_test", "rank_sum_test", "two_sample_t_test",
            "win_probability",
        )
    },
    "one_sample_t_test": {"values": [1.0, 2, 4]},
    "signed_rank_test": {"differences": [1.0, 2, -4]},
    "jonckheere_terpstra": {"values": [1.0, 2, 4], "groups": [1, 2, 3]},
    "van_elteren": {
        "values": [1.0, 2, 4, 5], "treated": [0, 1, 0, 1], "strata": [1, 1, 2, 2]
    },
    "ancova": {"frame": ARMS, "outcome": "y", "arm": "arm", "reference": "a"},
    "count_regression": {
        "frame": ARMS, "outcome": "y", "arm": "arm", "reference": "a"
    },
    "gee": {
        "frame": ARMS.assign(visit=[1, 2, 3] * 2, id=[1, 1, 1, 2, 2, 2]), "outcome": "y",
        "arm": "arm", "visit": "visit", "participant": "id", "family": "gaussian",
        "reference": "a",
    },
    "marginal_effect": {
        "frame": ARMS, "outcome": "y", "arm": "arm", "reference": "a", "family": "gaussian"
    },
    "incidence_table": {
        "events": [1, 0], "time": [3.0, 4.0], "arm": ["a", "b"], "reference": "b"
    },
}  # fmt: skip


def options() -> Iterator[tuple[str, Callable[..., Any], str, tuple[str, ...]]]:
    """Each argument that is one of some names: of which function, and the names."""
    functions = [(name, thing) for name, (_, thing) in FUNCTIONS.items()]
    for kind in METHODS:
        functions += [
            (name, thing)
            for name, thing in inspect.getmembers(kind, inspect.isfunction)
            if not name.startswith("_")
        ]
    for name, function in functions:
        for key, text in function.__annotations__.items():
            # pandas-stubs makes Series generic, and Axes is imported, for mypy only.
            plain = "pd." not in text and "Axes" not in text
            names = literals(evaluated(text, function)) if plain else ()
            if names and key != "return":
                yield name, function, key, names


def evaluated(text: str, function: Callable[..., Any]) -> Any:
    return eval(text, vars(importlib.import_module(function.__module__)))  # noqa: S307


def literals(hint: Any) -> tuple[str, ...]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    if get_origin(hint) in (Union, UnionType):
        return tuple(name for part in get_args(hint) for name in literals(part))
    return ()


OPTIONS = list(options())


def test_the_law_covers_every_kind_of_option() -> None:
    assert {name for name, *_ in OPTIONS} == set(CALLS)


@pytest.fixture(scope="module")
def fit() -> mmrm.MmrmFit:
    return mmrm.mmrm(MODEL, FRAME)


@pytest.mark.parametrize(
    ("name", "function", "key", "names"),
    OPTIONS,
    ids=[f"{o[0]}-{o[2]}" for o in OPTIONS],
)
def test_an_unknown_name_is_rejected_with_the_nearest_and_all_that_there_are(
    name: str,
    function: Callable[..., Any],
    key: str,
    names: tuple[str, ...],
    fit: mmrm.MmrmFit,
) -> None:
    first = (fit,) if name in dir(mmrm.MmrmFit) else ()
    for right in names:
        for wrong in (f"{right}x", right.upper() + "2", ""):
            with pytest.raises(AnalysisError) as caught:
                function(*first, **{**CALLS[name], key: wrong})
            (problem,) = caught.value.problems
            assert problem.code in ("EQ407", "EQ460")
            assert repr(wrong) in problem.what
            assert all(repr(each) in problem.fix for each in names)
            if wrong:
                assert re.search(r"did you mean '.+'\?", problem.what)


@pytest.mark.parametrize(
    ("call", "near"),
    [
        (lambda fit: fit.emmeans("arn"), "arm"),
        (lambda fit: fit.emmeans("arm", by="vist"), "visit"),
        (lambda fit: fit.contrasts("arm", reference="placebos"), "placebo"),
        (lambda fit: fit.contrasts("arm", kind={"x": {"drugs": 1}}), "drug"),
        (lambda _: mmrm.mmrm(MODEL.replace(" us(", " usx("), FRAME), "us"),
    ],
)
def test_an_unknown_factor_level_or_structure_too(
    call: Callable[[mmrm.MmrmFit], Any], near: str, fit: mmrm.MmrmFit
) -> None:
    with pytest.raises(AnalysisError, match=f"EQ407.*did you mean '{near}'"):
        call(fit)


def test_one_factor_is_not_two() -> None:
    with pytest.raises(AnalysisError, match="EQ407 by = 'arm'"):
        mmrm.mmrm(MODEL, FRAME).emmeans("arm", by="arm")


@pytest.mark.parametrize(
    "wrong", [{"arm": "arn"}, {"treated": "drugs"}, {"reference": "drug"},
              {"reference": "placebos"}, {"covariates": ("age",)}],
)  # fmt: skip
def test_incomplete_data_name_columns_and_arms_that_there_are(
    wrong: dict[str, Any],
) -> None:
    fields = {**vars(DATA), **wrong}
    with pytest.raises(AnalysisError, match="EQ407"):
        imputation.reference_based(imputation.IncompleteData(**fields), "JR")


TIME, EVENT = [5.0, 8, 12, 2, 3, 7], [1, 1, 0, 1, 1, 0]
ARM = [True, True, True, False, False, False]
TWO_GROUPS = ("log_rank", "log_rank_estimable", "rmst_difference", "hazard_ratio")


@pytest.mark.parametrize("name", [*TWO_GROUPS, "kaplan_meier", "rmst"])
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"time": [-1.0, 8, 12, 2, 3, 7]}, "EQ461"),
        ({"time": [np.inf, 8, 12, 2, 3, 7]}, "EQ461"),
        ({"event": [2, 2, 1, 2, 2, 1]}, "EQ461"),
        ({"time": TIME[:5]}, "EQ462"),
    ],
)
def test_impossible_times_and_events_are_rejected_by_each_function(
    name: str, wrong: dict[str, Any], code: str
) -> None:
    given = {"time": TIME, "event": EVENT, **wrong}
    if name in TWO_GROUPS:
        given |= {"group" if "rank" in name else "treated": ARM}
    if "rmst" in name:
        given |= {"horizon": 5.0}
    with pytest.raises(AnalysisError) as caught:
        getattr(survival, name)(**given)
    assert caught.value.code == code
